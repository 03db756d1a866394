"""Pieces that lists of facts share: names of other facts beside their codes, choices of closed lists."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select

from registry.core.formats import words
from registry.core.listing import Choice
from registry.models.systems import System
from registry.models.vendors import Vendor

__all__ = ["choices_of", "name_of", "party_of"]


def choices_of(words_of: type[StrEnum]) -> tuple[Choice, ...]:
    """Return the words of an enumeration as choices of a filter."""
    return tuple(Choice(word.value, words(word)) for word in words_of)


def name_of(model: Any, code: Any) -> ColumnElement[Any]:
    """Return the name of the fact a column names, looked up for the rows of one page only."""
    return select(model.name).where(model.code == code).scalar_subquery()


def party_of(code: Any) -> ColumnElement[Any]:
    """Return the name of the system or vendor a column names."""
    return func.coalesce(name_of(System, code), name_of(Vendor, code))
