"""What a field offers while one types: facts by code or name, people, and the words of closed lists."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from babel import Locale
from sqlalchemy import select

from registry.core.db import engine_name, session
from registry.core.formats import words
from registry.core.kinds import KINDS
from registry.core.listfilters import contains
from registry.core.people import people_offered
from registry.reference.load import read_rows, shipped_parameters

__all__ = ["country_choices", "currency_choices", "offers", "sector_choices", "word_lists"]

OFFERED = 12
PEOPLE = "people"


def offers(kinds: Sequence[str], word: str) -> list[tuple[str, str]]:
    """Return up to twelve (value, label) whose code, key or name holds the word."""
    found: list[tuple[str, str]] = []
    for kind in kinds:
        if kind in KINDS and KINDS[kind].prefix:
            found += _facts(kind, word)
        elif kind == PEOPLE:
            found += people_offered(word, most=OFFERED)
        elif kind in word_lists():
            low = word.casefold()
            pairs = word_lists()[kind].items()
            found += [(key, label) for key, label in pairs if low in key.casefold() or low in label.casefold()]
    return found[:OFFERED]


def _facts(kind: str, word: str) -> list[tuple[str, str]]:
    of, model = KINDS[kind], _model(kind)
    columns = [model.code, model.name] if of.has_name else [model.code]
    engine = engine_name(session().connection())
    holds = contains(model.code, word, engine=engine)
    if of.has_name:
        holds |= contains(model.name, word, engine=engine)
    rows = session().execute(
        select(*columns).where(model.archived_at.is_(None), holds).order_by(columns[-1]).limit(OFFERED)
    )
    return [(" ".join(row), of.word) for row in rows]


def _model(kind: str) -> Any:
    return KINDS[kind].model


@cache
def word_lists() -> Mapping[str, Mapping[str, str]]:
    """Return the closed lists by name: value -> what it means."""
    parameters = shipped_parameters()
    return {
        "categories": {key: category.label for key, category in parameters.categories.items()},
        "certificates": {row["code"]: row["name"] for row in read_rows("certificates")},
        "countries": dict(country_choices()),
        "jurisdictions": {row["code"]: row["name"] for row in read_rows("iso_3166")},
        "shipped_controls": {code: control.name for code, control in parameters.controls.items()},
    }


@cache
def country_choices() -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every country, by name."""
    names = Locale("en").territories
    codes = [row["code"] for row in read_rows("iso_3166") if not row["country"]]
    return tuple(sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: pair[1]))


@cache
def currency_choices() -> tuple[tuple[str, str], ...]:
    """Return (code, code and name) of every currency, by code."""
    names = Locale("en").currencies
    return tuple((row["code"], f"{row['code']} {names.get(row['code'], '')}".strip()) for row in read_rows("iso_4217"))


@cache
def sector_choices() -> tuple[tuple[str, str], ...]:
    """Return (key, label) of every sector."""
    sectors = shipped_parameters().sectors.items()
    return tuple((key, getattr(sector, "label", words(key).capitalize())) for key, sector in sectors)
