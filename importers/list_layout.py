"""Finds out how a list is laid out: which row names its columns, and what each column most likely means.

What a person said counts first, then what was said of a list with the same column names before, then the names of the
columns, then what stands in them.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rapidfuzz import fuzz, process

from importers.base import Cell, Table, column_letters, is_blank, plain_name, shown
from importers.column_names import Target
from importers.misfit import Misfit
from importers.places import read_country

__all__ = ["Column", "Layout", "lay_out"]

_ROWS_SEARCHED = 25
_SAMPLES = 3
_LOOKED_AT = 60
_NEAR = 88
_MOSTLY = 0.7
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]{2,}")
_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:/\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: where it stands, its name made unique, what it means (None: left out), and why so."""

    index: int
    letters: str
    label: str
    samples: tuple[str, ...]
    target: str | None
    why: str  # "you", "before", "name", "near", "content", "" for none


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the column names stand (from 1), the columns that hold anything, and what tells lists of one layout."""

    header_row: int
    columns: tuple[Column, ...]
    signature: str

    def index_of(self, target: str) -> int | None:
        """Return where the column with a meaning stands."""
        return next((column.index for column in self.columns if column.target == target), None)

    def label_of(self, target: str) -> str | None:
        """Return what the column with a meaning is called in the file."""
        return next((column.label for column in self.columns if column.target == target), None)

    def as_asked(self, targets: Sequence[Target]) -> dict[str, Any]:
        """Return it as plain values for the page that shows the guess."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for target in targets:
            groups.setdefault(target.group, []).append((target.key, target.label))
        return {
            "header_row": self.header_row,
            "signature": self.signature,
            "columns": [asdict(column) for column in self.columns],
            "targets": list(groups.items()),
        }


def lay_out(
    table: Table,
    targets: Sequence[Target],
    *,
    required: str,
    choices: Mapping[str, Any],
    remembered: Mapping[str, Mapping[str, str]],
    may_lack_header: bool = False,
) -> Layout:
    """Work out the layout of a list.

    Parameters
    ----------
    table
        The list as it stands.
    targets
        What columns can mean.
    required
        The meaning without which there is no list: when no column has it, the likeliest one gets it.
    choices
        What the person said: `header_row` (0: no row names the columns), and `columns` (label -> meaning, "" for none) under a `signature`.
    remembered
        What was said of other lists: signature -> label -> meaning.
    may_lack_header
        Whether a list of which no row names a known column has no header, as a pasted one; else its first row is it.
    """
    header_row = _header_row(table, targets, choices.get("header_row"), may_lack=may_lack_header)
    names = table.rows[header_row - 1] if 1 <= header_row <= len(table.rows) else []
    rows = [row for _, row in _filled(table.rows[header_row:], _LOOKED_AT)]
    width = max((len(row) for row in [names, *rows]), default=0)
    labels = _labels(names, width, {index for index in range(width) if any(_has(row, index) for row in rows)})
    signature = hashlib.sha256("\n".join(labels.values()).encode("utf-8", "surrogatepass")).hexdigest()
    said = choices.get("columns", {}) if choices.get("signature") == signature else {}
    before = remembered.get(signature, {})
    keys = {target.key for target in targets}
    found: dict[int, tuple[str | None, str]] = {}
    for index, label in labels.items():
        for known, why in ((said, "you"), (before, "before")):
            if label in known:
                found[index] = (known[label] if known[label] in keys else None, why)
                break
    taken = {target for target, _ in found.values() if target}
    guessed = _guess(
        labels, rows, [target for target in targets if target.key not in taken], done=set(found), required=required
    )
    columns = tuple(
        Column(index, column_letters(index), label, _samples(rows, index), *(found.get(index) or guessed[index]))
        for index, label in labels.items()
    )
    return Layout(header_row, columns, signature)


def _header_row(table: Table, targets: Sequence[Target], said: Any, *, may_lack: bool) -> int:
    """Return the row that names the most columns; without any, the first that is filled like the rows below it."""
    if isinstance(said, int) and (0 if may_lack else 1) <= said <= len(table.rows):
        return said
    known = {name for target in targets for name in target.plain_names}
    best_row, best, first = 0, 0, 0
    for number, row in _filled(table.rows, _ROWS_SEARCHED):
        texts = [plain_name(cell) for cell in row if isinstance(cell, str)]
        score = len({text for text in texts if text in known})
        if score > best and (len(texts) > 1 or best == 0):
            best_row, best = number, score
        if not first and sum(not is_blank(cell) for cell in row) > 1:
            first = number
    if may_lack and not best_row:
        return 0
    return best_row or first or next((number for number, _ in _filled(table.rows, 1)), 1)


def _filled(rows: Iterable[list[Cell]], most: int) -> list[tuple[int, list[Cell]]]:
    found = []
    for number, row in enumerate(rows, start=1):
        if any(not is_blank(cell) for cell in row):
            found.append((number, row))
            if len(found) == most:
                break
    return found


def _labels(names: Sequence[Cell], width: int, used: set[int]) -> dict[int, str]:
    """Name each column that has a name or holds anything, each differently, since mended cells go by the name."""
    labels: dict[int, str] = {}
    seen: set[str] = set()
    for index in range(width):
        name = shown(names[index]) if index < len(names) and not is_blank(names[index]) else ""
        if not name and index not in used:
            continue
        label = name.replace("|", "/") or f"column {column_letters(index)}"
        if label.casefold() in seen:
            label = f"{label} ({column_letters(index)})"
        seen.add(label.casefold())
        labels[index] = label
    return labels


def _has(row: Sequence[Cell], index: int) -> bool:
    return index < len(row) and not is_blank(row[index])


def _samples(rows: Sequence[Sequence[Cell]], index: int) -> tuple[str, ...]:
    texts = dict.fromkeys(shown(row[index], 40) for row in rows if _has(row, index))
    return tuple(texts)[:_SAMPLES]


def _guess(
    labels: Mapping[int, str], rows: Sequence[Sequence[Cell]], targets: list[Target], *, done: set[int], required: str
) -> dict[int, tuple[str | None, str]]:
    """Give each free column the best meaning that no better column has: by name, by a near name, by content."""
    guessed: dict[int, tuple[str | None, str]] = {index: (None, "") for index in labels if index not in done}
    free = {target.key: target for target in targets}

    def take(index: int, key: str, why: str) -> None:
        guessed[index] = (key, why)
        del free[key]

    offers = [
        (target.plain_names.index(plain_name(labels[index])), index, target.key)
        for index in guessed
        for target in targets
        if plain_name(labels[index]) in target.plain_names
    ]
    for _, index, key in sorted(offers):
        if key in free and guessed[index][0] is None:
            take(index, key, "name")
    for index in guessed:
        if guessed[index][0] is None and (near := _nearest(plain_name(labels[index]), free)):
            take(index, near, "near")
    for index in guessed:
        if guessed[index][0] is None and (fitting := _by_content(_texts(rows, index), free)):
            take(index, fitting, "content")
    if required in free and (likely := _likeliest_name(rows, guessed)) is not None:
        take(likely, required, "content")
    return guessed


def _nearest(name: str, free: Mapping[str, Target]) -> str | None:
    """Return the meaning with the nearest name; short names are too easily near to each other."""
    if len(name) < 5:
        return None
    names = {known: key for key, target in free.items() for known in target.plain_names if len(known) >= 5}
    near = process.extractOne(name, list(names), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return names[near[0]] if near else None


def _by_content(texts: list[str], free: Mapping[str, Target]) -> str | None:
    tests: tuple[tuple[tuple[str, ...], Callable[[str], bool]], ...] = (
        (("vendors.owner_email", "contacts.email"), lambda text: _EMAIL.fullmatch(text) is not None),
        (("vendors.domain",), lambda text: "@" not in text and _DOMAIN.fullmatch(text) is not None),
        (("vendors.country",), _is_country),
    )
    for keys, holds in tests:
        key = next((key for key in keys if key in free), None)
        if key and len(texts) > 1 and sum(map(holds, texts)) >= _MOSTLY * len(texts):
            return key
    return None


def _is_country(text: str) -> bool:
    try:
        return bool(read_country(text))
    except Misfit:
        return False


def _texts(rows: Sequence[Sequence[Cell]], index: int) -> list[str]:
    return [str(row[index]).strip() for row in rows if _has(row, index)]


def _likeliest_name(rows: Sequence[Sequence[Cell]], guessed: Mapping[int, tuple[str | None, str]]) -> int | None:
    """Return the first column of words of which hardly any stands twice."""
    for index in guessed:
        texts = _texts(rows, index)
        words = [text for text in texts if any(sign.isalpha() for sign in text) and len(text) <= 80]
        is_free = guessed[index][0] is None
        if is_free and words and len(words) >= _MOSTLY * len(rows) and len(set(texts)) >= 0.9 * len(texts):
            return index
    return None
