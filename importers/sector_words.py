"""Sectors, places and keys of public records in our words."""

import re
import unicodedata
from functools import cache

from importers.base import plain_name
from importers.misfit import Misfit
from importers.places import read_country, read_jurisdiction
from registry.reference.load import read_rows

__all__ = ["TWINS", "folded", "region_of", "sector_by_naics", "sector_by_word"]

# Curly quotes, dashes and the unbreakable space beside what a keyboard types.
TWINS = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014\u00a0", "''\"\"-- ")


def folded(text: str) -> str:
    """Return a name as keys compare it: copies of a list differ in spaces, case, curly quotes and dashes.

    >>> folded("St.  Alder’s ")
    "st. alder's"
    """
    return " ".join(unicodedata.normalize("NFKC", text).translate(TWINS).split()).casefold()


def region_of(text: str | None) -> tuple[str | None, str | None]:
    """Return country and ISO 3166-2 code of a state of the United States by code or name, or a country alone.

    >>> region_of("FL"), region_of("Iowa"), region_of("nowhere at all")
    (('US', 'US-FL'), ('US', 'US-IA'), (None, None))
    """
    if not text:
        return None, None
    word = text.strip()
    candidates = [f"US-{word.upper()}"] if re.fullmatch(r"[A-Za-z]{2}", word) else [word]
    for candidate in (*candidates, word):
        try:
            code = read_jurisdiction(candidate)
        except Misfit:
            continue
        return code[:2], code if len(code) > 2 else None
    try:
        return read_country(word), None
    except Misfit:
        return None, None


def sector_by_word(source: str, *words: str | None) -> str | None:
    """Return the sector that the first known word of a list names."""
    known = _words()
    return next((known[key] for word in words if word and (key := (source, plain_name(word))) in known), None)


def sector_by_naics(code: str) -> str | None:
    """Return the sector of an industry code of two to six digits.

    >>> sector_by_naics("622110"), sector_by_naics("000")
    ('healthcare', None)
    """
    return _naics().get(code.strip()[:2])


@cache
def _words() -> dict[tuple[str, str], str]:
    rows = {(row["list"], plain_name(row["word"])): row["sector"] for row in read_rows("breach_sectors")}
    for row in read_rows("sectors"):
        for word in (row["sector"], row["label"]):
            rows.setdefault(("plain", plain_name(word)), row["sector"])
    return rows


@cache
def _naics() -> dict[str, str]:
    return {digits: row["sector"] for row in read_rows("sectors") for digits in row["naics2"].split(";")}
