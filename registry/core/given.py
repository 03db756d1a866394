"""Numbers that forms carry beside what people type: versions and numbers of rows, as anybody may send them."""

__all__ = ["whole_number"]

_LONGEST = 9  # digits; the columns they are held against have 32 bits


def whole_number(text: str | None) -> int:
    """Return a whole number of plain digits; 0, which fits no row, for whatever else.

    >>> whole_number("12"), whole_number("-1"), whole_number("٣"), whole_number("9" * 5000), whole_number(None)
    (12, 0, 0, 0, 0)
    """
    return int(text) if text and len(text) <= _LONGEST and text.isascii() and text.isdigit() else 0
