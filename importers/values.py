"""From a cell to the value of its column: one converter per type of the register format."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_type_hints

import pycountry
from rapidfuzz import fuzz, process

from importers.base import ERROR_VALUES, Cell, CellError, shown
from importers.dates import DayOrder, read_date
from importers.misfit import Misfit
from importers.numbers_in_text import read_count, read_number, read_share
from importers.places import read_country, read_jurisdiction
from registry.domain.register.facts import Fact
from registry.reference.load import read_rows
from registry.reference.register_format import ColumnFormat

__all__ = ["REFERENCES", "Converter", "converter", "nearest", "read_text", "read_yes_no"]

Converter = Callable[[Cell], Any]

# Types whose text names another fact; they are resolved when every sheet has been read.
REFERENCES = frozenset({
    "vendor", "system", "segment", "dataset", "process", "control", "fact", "system_or_vendor",
})  # fmt: skip
# Ways to write "not known" in columns that hold no words of their own.
_UNKNOWN = frozenset({"unknown", "n/a", "na", "-", "–", "—", "?", "tbd", "tbc", "\\n", "null"})
_WORDLESS = frozenset({
    "count", "number", "money", "share", "probability", "date", "yes_no", "country", "currency", "email",
})  # fmt: skip
_YES = frozenset({"yes", "y", "true", "t", "1", "x", "✓", "✔", "on", "ja", "oui", "si", "sí"})
_NO = frozenset({"no", "n", "false", "f", "0", "off", "nein", "non"})
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\.]+(?:\.[^\s@<>,;:\"()\[\]\\.]+)+")
_CODE = re.compile(r"[A-Z]-\d{1,9}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")


def converter(column: ColumnFormat, fact_type: type[Fact], *, day_order: DayOrder = None) -> Converter:
    """Return the function that reads the cells of a column; it raises `Misfit` where one does not fit.

    Blank cells give None.
    """
    one = _one_value(column, fact_type, day_order)
    read = _list_of(one, column) if column.is_list else one
    has_words = column.type not in _WORDLESS
    unknown = _UNKNOWN - {"na"} if column.type == "country" else _UNKNOWN  # NA is Namibia's code

    def convert(cell: Cell) -> Any:
        if cell is None:
            return None
        if isinstance(cell, str):
            cell = cell.strip()
            if not cell or (not has_words and cell.casefold() in unknown):
                return None
            if cell[0] == "#" and cell in ERROR_VALUES and has_words and column.type != "text":
                cell = CellError(cell)
        if isinstance(cell, CellError):
            raise _failed(cell)
        return read(cell)

    return convert


def read_text(cell: Cell, length_max: int) -> str:
    """Read any cell as text; numbers and dates as a spreadsheet would show them at their plainest.

    Raises
    ------
    Misfit
        When it is longer than allowed.
    """
    text = _UNPRINTABLE.sub("", _text(cell).replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > length_max:
        message = f'"{shown(text, 30)}" has {len(text):,} characters, at most {length_max:,} are kept. Shorten it.'
        raise Misfit("too_long", message)
    return text


def read_yes_no(cell: Cell) -> bool:
    """Read yes or no in the usual spellings.

    Raises
    ------
    Misfit
        When it is neither.
    """
    word = _text(cell).strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Misfit("not_yes_no", f'"{shown(cell)}" is neither yes nor no. Write yes or no.')


def nearest(word: str, words: Mapping[str, str] | frozenset[str] | tuple[str, ...]) -> str:
    """Return the sentence that proposes the nearest of the allowed words, or lists them when there are few."""
    near = process.extractOne(word.casefold(), list(words), scorer=fuzz.WRatio, score_cutoff=70)
    if near is not None:
        proposal = words[near[0]] if isinstance(words, Mapping) else near[0]
        return f"Did you mean {proposal}?"
    return f"Write one of: {', '.join(words)}." if len(words) <= 12 else ""


def _one_value(column: ColumnFormat, fact_type: type[Fact], day_order: DayOrder) -> Converter:
    simple: dict[str, Converter] = {
        "yes_no": read_yes_no,
        "money": lambda cell: read_number(cell, lowest=0),
        "number": lambda cell: read_number(cell, lowest=0),
        "count": read_count,
        "share": read_share,
        "probability": read_share,
        "date": lambda cell: read_date(cell, order=day_order),
        "country": _country,
        "countries": lambda cell: read_country(_text(cell)),
        "jurisdiction": lambda cell: read_jurisdiction(_text(cell)),
        "currency": _currency,
        "email": _email,
        "sector": lambda cell: _known(cell, _sectors(), "sector"),
        "categories": lambda cell: _known(cell, _categories(), "data category"),
    }
    if column.type in simple:
        return simple[column.type]
    if column.type == "choice":
        return _choice(column, _enumeration(fact_type, column.name))
    if column.type == "code":
        return lambda cell: _code(cell, fact_type)
    return lambda cell: read_text(cell, column.length_max)


def _list_of(one: Converter, column: ColumnFormat) -> Converter:
    """Read several values in one cell; commas separate too where no value can hold one."""
    separators = r"[;\n]" if column.type in {"text", "countries"} else r"[;,\n]"

    def read(cell: Cell) -> tuple[Any, ...] | None:
        text = _text(cell)
        parts = [part.strip() for part in re.split(separators, text)]
        if column.type == "countries" and len(parts) == 1 and re.fullmatch(r"\s*\w\w(\s*,\s*\w\w)+\s*", text):
            parts = [part.strip() for part in text.split(",")]
        values = (one(part) for part in parts if part)
        return tuple(dict.fromkeys(values)) or None

    return read


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int | timedelta) else ""


def _choice(column: ColumnFormat, enumeration: type[StrEnum] | None) -> Converter:
    words = {_folded(word): word for word in column.allowed}

    def read(cell: Cell) -> Any:
        word = words.get(_folded(_text(cell)))
        if word is None:
            message = (
                f'"{shown(cell)}" is not one of the words for {column.name}. {nearest(_text(cell), column.allowed)}'
            )
            raise Misfit("unknown_word", message.rstrip())
        return enumeration(word) if enumeration else word

    return read


def _folded(text: str) -> str:
    return re.sub(r"[\s_\-–—]+", "", text).casefold()


def _enumeration(fact_type: type[Fact], name: str) -> type[StrEnum] | None:
    """Return the closed list of words that a field of a fact takes."""
    hint = get_type_hints(fact_type)[name]
    for candidate in (hint, *get_args(hint)):
        if isinstance(candidate, type) and issubclass(candidate, StrEnum):
            return candidate
    return None


def _code(cell: Cell, fact_type: type[Fact]) -> str:
    code = read_text(cell, 40).upper()
    prefix = fact_type.PREFIX
    if _CODE.fullmatch(code) and code.startswith(f"{prefix}-"):
        return code
    message = (
        f'"{shown(cell)}" is no code of this sheet. Write it like {prefix}-0001, or leave it blank to get the next.'
    )
    raise Misfit("not_a_code", message)


def _email(cell: Cell) -> str:
    text = read_text(cell, 254)
    text = text.removeprefix("mailto:")
    if not _EMAIL.fullmatch(text):
        raise Misfit("not_an_email", f'"{shown(text)}" is no e-mail address. Write it as name@company.example.')
    return text


def _country(cell: Cell) -> str:
    text = _text(cell)
    country = read_country(text)
    if text.strip().casefold() == "na":
        message = '"NA" was read as the code of Namibia. If it means "not known", leave the cell blank.'
        raise Misfit("na_is_namibia", message, value=country, is_usable=True)
    return country


def _currency(cell: Cell) -> str:
    code = _text(cell).strip().upper()
    if pycountry.currencies.get(alpha_3=code) is None:
        raise Misfit(
            "unknown_currency", f'"{shown(cell)}" is no currency. Write its ISO 4217 code, such as USD or EUR.'
        )
    return code


def _known(cell: Cell, words: Mapping[str, str], what: str) -> str:
    code = f"unknown_{what.rpartition(' ')[2]}"
    word = _text(cell).strip().casefold()
    found = words.get(word) or words.get(word.replace(" ", "_"))
    if found is None:
        raise Misfit(code, f'"{shown(cell)}" is no {what}. {nearest(word, words)}'.rstrip())
    return found


@cache
def _sectors() -> dict[str, str]:
    return _by_key_or_label("sectors", "sector")


@cache
def _categories() -> dict[str, str]:
    return _by_key_or_label("data_categories", "key")


def _by_key_or_label(table: str, key: str) -> dict[str, str]:
    rows = read_rows(table)
    words = {row["label"].casefold(): row[key] for row in rows}
    return words | {row[key].casefold(): row[key] for row in rows}


def _failed(cell: CellError) -> Misfit:
    if cell.text.startswith("#"):
        return Misfit("error_value", f'The cell shows "{cell.text}": its formula failed. Write the value itself.')
    message = (
        f"The cell holds {cell.text}. Open the file in a spreadsheet program and save it, or write the value itself."
    )
    return Misfit("formula_without_value", message)
