"""Have I Been Pwned: breaches by what was found of them; numbers are of accounts, texts are HTML from outside."""

from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser
from typing import Any

from importers.entries import Entry
from importers.lines import Found, Line
from importers.sector_words import folded
from importers.values import read_text
from registry.domain.breaches.public_breaches import BreachSource, Measure, Precision, PublicBreach

__all__ = ["is_entry", "line_of", "plain_text", "record_of"]

_NOT_ONE_BREACH = ("IsSpamList", "IsStealerLog", "IsMalware", "IsFabricated")
_URL = "https://haveibeenpwned.com/Breach/"
_DESCRIPTION_MAX = 20_000
_WORDS_MAX = 100


class _Text(HTMLParser):
    """Keeps the text between tags, but not that of scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hide what is no text, and keep blocks apart."""
        del attrs
        self.silent += tag in {"script", "style"}
        if tag in {"p", "br", "li", "div"}:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Let text through again."""
        if tag in {"script", "style"}:
            self.silent = max(0, self.silent - 1)

    def handle_data(self, data: str) -> None:
        """Keep a piece of text."""
        if not self.silent:
            self.parts.append(data)


def plain_text(html: str) -> str:
    """Return the text of HTML on one line, without tags, entities resolved.

    >>> plain_text('Found by <a href="x">A &amp; B</a><script>alert(1)</script>.')
    'Found by A & B.'
    """
    parser = _Text()
    parser.feed(html[: 4 * _DESCRIPTION_MAX])
    parser.close()
    return " ".join(read_text("".join(parser.parts), 10_000_000).split())[:_DESCRIPTION_MAX]


def is_entry(value: Any) -> bool:
    """Tell whether an entry is one of this list."""
    return isinstance(value, Mapping) and "Name" in value and ("PwnCount" in value or "BreachDate" in value)


def line_of(entry: Entry, found: Found, mended: Mapping[str, str]) -> Line:
    """Return the single values of an entry as cells."""
    cells = {str(key): value for key, value in entry.value.items() if isinstance(value, str | int | float | bool)}
    return Line(entry.sheet, entry.row, cells | dict(mended), found)


def record_of(line: Line, entry: Entry) -> PublicBreach | None:
    """Return the record of an entry, None when it cannot be used."""
    key = line.require("Name", "An entry is known by its name.", 200)
    people, began = line.count("PwnCount"), line.day("BreachDate")
    added = line.day("AddedDate")
    flags = {name: line.flag(name) for name in (*_NOT_ONE_BREACH, "IsVerified")}
    if not line.is_usable:
        return None
    domain = line.text("Domain", 253)
    html = line.cells.get("Description")
    return PublicBreach(
        source=BreachSource.HIBP,
        key=folded(key),
        name=line.text("Title", 400) or key,
        domain=domain.casefold() if domain else None,
        people=people,
        measure=Measure.ACCOUNTS,
        began=began,
        began_precision=_precision(began),
        reported=added,
        data=_words(entry.value.get("DataClasses")),
        is_verified=flags["IsVerified"],
        # without a domain it is a collection of older breaches rather than a breach of one firm
        is_one_breach=not any(flags[name] for name in _NOT_ONE_BREACH) and domain is not None,
        description=plain_text(html) or None if isinstance(html, str) else None,
        url=_URL + key if key.isascii() and key.isalnum() else None,
        row=line.row,
    )


def _precision(began: date | None) -> Precision:
    """Take the first of a month for the month: most entries know no more."""
    return Precision.MONTH if began is not None and began.day == 1 else Precision.DAY


def _words(value: Any) -> tuple[str, ...]:
    texts = [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
    found = [" ".join(read_text(text[:1_000], 1_000).split())[:100] for text in texts]
    return tuple(dict.fromkeys(word.replace(";", ",") for word in found if word))[:_WORDS_MAX]
