"""Pages of a long list: which rows a page holds, and the neighbours it links to."""

from dataclasses import dataclass

__all__ = ["PAGE_SIZE", "Page", "page_of"]

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list of known length; numbers start at 1.

    >>> page_of("3", total=120, size=50).first, page_of("3", total=120, size=50).last
    (101, 120)
    """

    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        """Position of the first row shown; 0 in an empty list."""
        return self.offset + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Position of the last row shown."""
        return min(self.offset + self.size, self.total)

    @property
    def previous(self) -> int | None:
        """Number of the page before."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """Number of the page after."""
        return self.number + 1 if self.number < self.pages else None


def page_of(wanted: str | None, *, total: int, size: int = PAGE_SIZE) -> Page:
    """Return the page a person asked for, or the nearest one there is.

    >>> page_of("nonsense", total=10).number, page_of("99", total=120).number, page_of("-4", total=0).number
    (1, 3, 1)
    """
    # Only short runs of ASCII digits: int() takes other scripts too, and refuses very long ones with an error.
    is_number = bool(wanted) and len(wanted or "") <= 9 and (wanted or "").isascii() and (wanted or "").isdigit()
    number = int(wanted) if is_number and wanted else 1
    pages = max(1, -(-total // size))
    return Page(number=min(max(number, 1), pages), size=size, total=total)
