"""Pieces that lists of facts share: names of other facts beside their codes, choices of closed lists."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select

from registry.core.formats import words
from registry.core.kinds import KINDS
from registry.core.links import fact_url
from registry.core.listing import Choice, Column, Format, ListSpec
from registry.models.systems import System
from registry.models.vendors import Vendor

__all__ = ["choices_of", "code_column", "fact_list", "name_of", "party_of"]


def choices_of(words_of: type[StrEnum]) -> tuple[Choice, ...]:
    """Return the words of an enumeration as choices of a filter."""
    return tuple(Choice(word.value, words(word)) for word in words_of)


def name_of(model: Any, code: Any) -> ColumnElement[Any]:
    """Return the name of the fact a column names, looked up for the rows of one page only."""
    return select(model.name).where(model.code == code).scalar_subquery()


def party_of(code: Any) -> ColumnElement[Any]:
    """Return the name of the system or vendor a column names."""
    return func.coalesce(name_of(System, code), name_of(Vendor, code))


def code_column(label: str, column: Any) -> Column:
    """Return the column of the codes."""
    return Column(key="code", label=label, expression=column, format=Format.CODE)


def fact_list(kind: str, columns: tuple[Column, ...], **options: Any) -> ListSpec:
    """Return the list of one kind: its rows open their page, codes in order unless said otherwise."""
    of, model = KINDS[kind], KINDS[kind].model
    many = kind.replace("_", " ")
    settings = {"name": kind, "one": of.word, "many": many, "order": columns[0].key, **options}
    return ListSpec(
        model=model,
        key=getattr(model, of.key_field),
        columns=columns,
        row_url=lambda key: fact_url(kind, key) or "",
        **settings,
    )
