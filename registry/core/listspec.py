"""What a list is made of: columns, how their cells are written, and which rows there are to search."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import String, type_coerce

from registry.core.listfilters import AnyOf, Choice, Expression, FilterKind, parameters_of
from registry.core.paging import PAGE_SIZE

__all__ = ["Column", "Format", "ListRow", "ListSpec", "LookUp"]


class Format(StrEnum):
    """How a cell is written; `_list.html` and `reports/listing.py` know every one."""

    TEXT = "text"
    NAME = "name"  # the link to the row, with the gloss behind it
    CODE = "code"
    WORD = "word"
    BADGE = "badge"
    COUNT = "count"  # in full
    SHORT = "short"  # three digits and a unit
    SHARE = "share"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"
    CATEGORIES = "categories"
    TAGS = "tags"


# A text in another table: (own column, key there, text there).
LookUp = tuple[Expression, Expression, Expression]
NUMERIC = frozenset({Format.COUNT, Format.SHORT, Format.SHARE, Format.MONEY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: what it is called, what it reads, how it is written, sorted and filtered."""

    key: str
    label: str
    expression: Expression
    format: Format = Format.TEXT
    filter: FilterKind | None = None
    choices: Sequence[Choice] | Callable[[], Sequence[Choice]] = ()
    sort: Expression | None = None  # when another expression has the order or the index, such as a name without case
    where: Expression | None = None  # when the filter looks at something else than what is shown
    any_of: AnyOf | None = (
        None  # when the words are those of many rows elsewhere: the rows of ours that one text passes
    )
    sort_through: LookUp | None = None  # when the order is that of a text in another table: joined, not looked up
    gloss: Expression | None = None  # a second text behind a name
    shown: bool = True  # unless a person chooses their columns
    sortable: bool = True

    @property
    def filter_on(self) -> Expression:
        """What the filter looks at."""
        return self.expression if self.where is None else self.where

    @property
    def order_by(self) -> Expression:
        """What sorting looks at."""
        if self.sort_through is not None:
            return self.sort_through[2]
        return self.expression if self.sort is None else self.sort

    @property
    def scale(self) -> float:
        """Shares are typed as percentages."""
        return 100.0 if self.format is Format.SHARE else 1.0

    @property
    def is_numeric(self) -> bool:
        """Whether cells are aligned to the right."""
        return self.format in NUMERIC

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters its filter reads."""
        return parameters_of(self.key, self.filter) if self.filter else ()

    def offered(self) -> Sequence[Choice]:
        """Return the values its filter offers."""
        return self.choices() if callable(self.choices) else self.choices

    def as_text(self) -> Expression:
        """Return a list of words (`CodeList`) as the text it is stored as."""
        return type_coerce(self.filter_on, String)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSpec:
    """One list of the product.

    `search` are texts of the rows; `search_through` are look-ups by name: (own column, key there, text there), asked
    once per search instead of once per row. `order` is the default order, a column's key, with `-` for descending.
    """

    name: str
    one: str
    many: str
    model: Any
    key: Expression
    columns: tuple[Column, ...]
    order: str
    search: tuple[Expression, ...] = ()
    search_through: tuple[LookUp, ...] = ()
    page_size: int = PAGE_SIZE
    row_url: Callable[[str], str] | None = None
    extra: Mapping[str, Expression] = field(default_factory=dict)  # read for every row, shown in no column
    views: tuple[tuple[str, str], ...] = ()  # tabs that everybody has: what each is called, what it asks

    def column(self, key: str) -> Column | None:
        """Return a column by its key."""
        return next((column for column in self.columns if column.key == key), None)

    @property
    def archived_at(self) -> Expression | None:
        """The column that says a row is archived, when the model has one."""
        return getattr(self.model, "archived_at", None)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row: its key, the cells of the shown columns in their order, the glosses and extras by column."""

    key: str
    url: str | None
    cells: tuple[Any, ...]
    glosses: Mapping[str, Any]
    extra: Mapping[str, Any]
