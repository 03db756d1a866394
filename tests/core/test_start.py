"""The application starts on both databases."""

from flask import Flask

from registry.core import health


def test_a_fresh_installation_is_well(db_app: Flask):
    assert [check.message for check in health.check() if not check.is_well] == []
