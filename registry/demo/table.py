"""Read the tables in which the demo company is written down: one fact per line, columns between bars."""

from collections.abc import Iterator

__all__ = ["number", "rows", "words"]


def rows(table: str, columns: int) -> Iterator[list[str]]:
    """Yield the cells of each line; empty lines and lines that start with `#` say nothing.

    Raises
    ------
    ValueError
        A line has another number of columns.
    """
    for line in table.strip().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != columns:
            raise ValueError(f"{len(cells)} columns instead of {columns}: {line}")
        yield cells


def words(cell: str) -> tuple[str, ...]:
    """Split a cell at spaces.

    >>> words("DE FR")
    ('DE', 'FR')
    """
    return tuple(cell.split())


def number(cell: str) -> float | None:
    """Read a number, None when the cell is empty; `k` and `M` are thousands and millions.

    >>> number("1.5M"), number("250"), number("")
    (1500000.0, 250.0, None)
    """
    if not cell:
        return None
    factor = {"k": 1_000, "M": 1_000_000}.get(cell[-1], 1)
    return float(cell.rstrip("kM")) * factor
