"""Home begins with what a role comes for: the year for the CISO, the evidence for the auditor, own work for managers."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.core.actor import Role
from tests.blast.conftest import fill, small_register


@pytest.mark.parametrize(
    ("role", "there", "absent"),
    [
        (Role.CISO, "was not worked out yet", "every act, chained by its hash"),
        (Role.AUDITOR, "every act, chained by its hash", "was not worked out yet"),
        (Role.VENDOR_MANAGER, "Missing or out of date", "was not worked out yet"),
    ],
)
def test_each_role_finds_its_own_first(
    app: Flask, client_as: Callable[..., FlaskClient], role: Role, there: str, absent: str
) -> None:
    fill(small_register())
    page = client_as(role).get("/").text
    assert there in page
    assert absent not in page
