"""Numbers that forms carry."""

import pytest

from registry.core.given import whole_number


@pytest.mark.parametrize("text,number", [("12", 12), ("0", 0), ("999999999", 999999999)])
def test_plain_digits_are_a_number(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize("text", [None, "", " 1", "-1", "1.0", "x", "٣", "²", "1" * 10, "9" * 5000])
def test_whatever_else_fits_no_row(text):
    assert whole_number(text) == 0
