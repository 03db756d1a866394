"""A report as one structure, written as a workbook or as a PDF: facts, pictures, and tables under headings.

All texts reach the PDF's template as data, never as markup; a workbook is written by the one writer with its guards.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from reports.cells import Plain, clean, plain_value
from reports.picture_png import FONTS
from reports.workbook import CellKind, Sheet, SheetColumn, write_workbook

__all__ = ["Document", "Section", "document_pdf", "document_xlsx"]

_TEMPLATE = Path(__file__).parent / "document.typ"
_ROWS_MAX = 400  # of one table in a PDF; a workbook holds them all
_TEXT_MAX = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table under a heading; `shown` names the columns a page has room for, by their place."""

    title: str
    columns: tuple[SheetColumn, ...]
    rows: Sequence[Sequence[Plain]]
    shown: tuple[int, ...] = ()
    empty: str = "None is recorded."


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a report says; pictures are SVG texts and stand first."""

    title: str
    subtitle: str
    source: str
    made_at: datetime
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    pictures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def document_xlsx(document: Document) -> bytes:
    """Return the report as a workbook: a sheet of facts, then one per table."""
    heads = (SheetColumn("What", width=40), SheetColumn("Value", width=80))
    rows: list[tuple[str, str]] = [
        ("report", document.title),
        ("about", document.subtitle),
        *document.facts,
        ("source", document.source),
    ]
    rows += [("note", note) for note in document.notes]
    sheets = [Sheet("Report", heads, rows, for_print=True)]
    sheets += [Sheet(each.title, each.columns, each.rows, for_print=True) for each in document.sections]
    return write_workbook(sheets, title=document.title, made_at=document.made_at)


def document_pdf(document: Document) -> bytes:
    """Return the report as a PDF.

    Examples
    --------
    >>> from datetime import UTC
    >>> made = datetime(2026, 1, 1, tzinfo=UTC)
    >>> document_pdf(Document(title="#emph[no markup]", subtitle="$x$", source="", made_at=made))[:5]
    b'%PDF-'
    """
    import typst  # loads a compiled module of 40 MB: only when a page is asked for

    page = {
        "title": clean(document.title)[:_TEXT_MAX],
        "subtitle": clean(document.subtitle)[:_TEXT_MAX],
        "source": clean(document.source),
        "facts": [[clean(name), clean(value)] for name, value in document.facts],
        "notes": [clean(note) for note in document.notes],
        "sections": [_section(each) for each in document.sections],
        "pictures": len(document.pictures),
    }
    pictures = {f"picture{number}": svg for number, svg in enumerate(document.pictures)}
    return typst.compile(
        _TEMPLATE.read_bytes(),
        font_paths=typst.Fonts(font_paths=[str(FONTS)]),
        sys_inputs={"page": json.dumps(page), **pictures},
        timestamp=int(document.made_at.timestamp()),
    )


def _section(section: Section) -> dict[str, object]:
    places = section.shown or tuple(range(len(section.columns)))
    more = len(section.rows) - _ROWS_MAX
    return {
        "title": clean(section.title),
        "heads": [clean(section.columns[place].label) for place in places],
        "numbers": [section.columns[place].kind in _NUMERIC for place in places],
        "rows": [
            [_words(row[place], section.columns[place].kind) for place in places] for row in section.rows[:_ROWS_MAX]
        ],
        "more": f"{more:,} more rows stand in the workbook." if more > 0 else "",
        "empty": section.empty,
    }


_NUMERIC = frozenset({CellKind.COUNT, CellKind.NUMBER, CellKind.SHARE, CellKind.MONEY})


def _words(value: Plain, kind: CellKind) -> str:
    """Return a value as a page shows it."""
    plain = plain_value(value)
    if plain is None:
        return ""
    if isinstance(plain, datetime):
        return plain.strftime("%Y-%m-%d %H:%M")
    if isinstance(plain, date):
        return plain.isoformat()
    if isinstance(plain, str | bool):
        plain = str(plain)
        return plain if len(plain) <= _TEXT_MAX else f"{plain[: _TEXT_MAX - 1]}…"
    if kind is CellKind.SHARE:
        return f"{plain:.1%}"
    return f"{plain:,.0f}" if kind in {CellKind.COUNT, CellKind.MONEY} else f"{plain:,.6g}"
