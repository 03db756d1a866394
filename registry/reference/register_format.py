"""The sheets and columns of the register file, as one table that reader, writer and template all follow."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from registry.domain.register.facts import FACT_TYPES, Fact
from registry.reference.load import read_rows

__all__ = ["NAME_LENGTH_MAX", "TEXT_LENGTH_MAX", "ColumnFormat", "SheetFormat", "register_format"]

NAME_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 4_000
_CODE = re.compile(r"[A-Z]-(\d+)")


@dataclass(frozen=True, slots=True)
class ColumnFormat:
    """A column: `type` is a word of the format table, `allowed` the words of a choice."""

    name: str
    is_required: bool
    type: str
    allowed: tuple[str, ...]
    note: str
    is_list: bool = False  # several values in one cell, separated by ;

    @property
    def length_max(self) -> int:
        """Return how many characters a text of this column may hold."""
        return NAME_LENGTH_MAX if self.name in {"name", "legal_name"} else TEXT_LENGTH_MAX


@dataclass(frozen=True, slots=True)
class SheetFormat:
    """A sheet: `kind` is the field of `Register` that holds its facts, `fact_type` their type."""

    name: str
    kind: str
    fact_type: type[Fact]
    columns: tuple[ColumnFormat, ...]
    code_digits: int = 4  # of the codes this sheet's facts get

    def column(self, name: str) -> ColumnFormat:
        """Return a column by its name.

        Raises
        ------
        KeyError
            When the sheet has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def has_code(self) -> bool:
        """Tell whether facts of this sheet carry a code."""
        return self.fact_type.PREFIX is not None

    @property
    def has_name(self) -> bool:
        """Tell whether facts of this sheet carry a code and a name, either of which may refer to them."""
        return self.has_code and any(column.name == "name" for column in self.columns)

    def code(self, number: int) -> str:
        """Return the code of a number, such as `V-0001`."""
        return f"{self.fact_type.PREFIX}-{number:0{self.code_digits}d}"


@cache
def register_format() -> Mapping[str, SheetFormat]:
    """Return the sheets by the field of `Register` that holds their facts, in the order of the file.

    >>> register_format()["segments"].code(7)
    'G-07'
    """
    columns: dict[str, list[ColumnFormat]] = {}
    for row in read_rows("register_format"):
        columns.setdefault(row["sheet"], []).append(_column(row))
    sheets = {}
    for kind, fact_type in FACT_TYPES.items():
        own = tuple(_with_list(column, fact_type) for column in columns[fact_type.SHEET])
        code = next((_CODE.search(column.note) for column in own if column.name == "code"), None)
        digits = len(code.group(1)) if code else 4
        sheets[kind] = SheetFormat(fact_type.SHEET, kind, fact_type, own, digits)
    return MappingProxyType(sheets)


def _column(row: Mapping[str, str]) -> ColumnFormat:
    allowed = tuple(row["allowed"].split("|")) if row["allowed"] else ()
    return ColumnFormat(row["column"], row["required"] == "yes", row["type"], allowed, row["note"])


def _with_list(column: ColumnFormat, fact_type: type[Fact]) -> ColumnFormat:
    """Mark the columns whose field is a tuple; the table says so in words only."""
    annotations = {field.name: field.type for field in dataclasses.fields(fact_type)}
    is_list = str(annotations[column.name]).startswith("tuple")
    return dataclasses.replace(column, is_list=is_list)
