"""Finding anything by code or words: one query over every kind of fact that has a code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, func, literal, null, or_, select, union_all

from registry.core.db import engine_name, session
from registry.core.listfilters import Expression, contains
from registry.models.access import Access
from registry.models.controls import Control
from registry.models.datasets import Dataset
from registry.models.flows import Flow
from registry.models.links import Link
from registry.models.platform_use import PlatformUse
from registry.models.processes import Dependency, Process
from registry.models.segments import Segment
from registry.models.systems import System
from registry.models.vendors import Contact, Contract, Vendor

__all__ = ["LONGEST", "Found", "FoundGroup", "find", "grouped"]

LONGEST = 200
CONTACT = "contact"
WORDS_MAX = 6


@dataclass(frozen=True, slots=True)
class Searched:
    """One kind of fact in the search: what it is called and which texts are looked at; the first is its name."""

    kind: str
    word: str
    many: str
    model: Any
    texts: tuple[Expression, ...]
    gloss: Expression | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One fact that holds the words; rank 0 is the code itself, 1 a name that starts so, 2 another text, 3 a contact."""

    kind: str
    word: str
    code: str
    name: str
    gloss: str | None
    rank: int


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """What was found of one kind."""

    title: str
    items: tuple[Found, ...]


def _named(model: Any, column: Any) -> Expression:
    named: Expression = select(model.name).where(model.code == column).scalar_subquery()
    return named


# In the order they are shown. A flow or access is known by what it joins, so its vendor's name finds it too.
SEARCHED: tuple[Searched, ...] = (
    Searched(
        "vendors",
        "vendor",
        "Vendors",
        Vendor,
        (Vendor.name, Vendor.legal_name, Vendor.domain, Vendor.service),
        Vendor.service,
    ),
    Searched("systems", "system", "Systems", System, (System.name,)),
    Searched("datasets", "dataset", "Datasets", Dataset, (Dataset.name,)),
    Searched("segments", "segment", "Segments", Segment, (Segment.name,)),
    Searched("processes", "process", "Processes", Process, (Process.name,)),
    Searched("controls", "control", "Controls", Control, (Control.name,)),
    Searched("contracts", "contract", "Contracts", Contract, (Contract.reference,), _named(Vendor, Contract.vendor)),
    Searched("flows", "flow", "Flows", Flow, (Flow.purpose,), _named(Vendor, Flow.recipient)),
    Searched("access", "access", "Accesses", Access, (), _named(Vendor, Access.vendor)),
    Searched("links", "link", "Links", Link, (), _named(System, Link.from_system)),
    Searched("platform_uses", "platform use", "Platform uses", PlatformUse, (), _named(Vendor, PlatformUse.platform)),
    Searched("dependencies", "dependency", "Dependencies", Dependency, (), _named(Process, Dependency.process)),
)


def find(asked: str, *, limit: int) -> list[Found]:
    """Return live facts whose code or texts hold every word, best first, at most `limit` of each kind; one query."""
    asked_words = asked.split()[:WORDS_MAX]
    if not asked_words:
        return []
    engine = engine_name()
    parts = [_part(searched, asked_words, engine=engine, limit=limit) for searched in SEARCHED]
    parts.append(_contacts(asked_words, engine=engine, limit=limit))
    order = {searched.kind: place for place, searched in enumerate(SEARCHED)}
    rows = session().execute(union_all(*(select(part.subquery()) for part in parts)))
    found = [Found(*row) for row in rows]
    return sorted(found, key=lambda item: (item.rank, order[item.kind], item.name.casefold(), item.code))


def grouped(asked: str, *, limit: int) -> tuple[FoundGroup, ...]:
    """Return what was found by kind, kinds in their order."""
    found = find(asked, limit=limit)
    titles = [*((searched.word, searched.many) for searched in SEARCHED), (CONTACT, "Contacts at vendors")]
    groups = (FoundGroup(title, tuple(item for item in found if item.word == word)) for word, title in titles)
    return tuple(group for group in groups if group.items)


def _part(searched: Searched, asked: Sequence[str], *, engine: str, limit: int) -> Select[Any]:
    model = searched.model
    texts = (model.code, *searched.texts)
    name: Expression = (
        searched.texts[0] if searched.texts else (searched.gloss if searched.gloss is not None else model.code)
    )
    gloss: Any = null() if searched.gloss is None or not searched.texts else searched.gloss
    return (
        select(
            literal(searched.kind).label("kind"),
            literal(searched.word).label("word"),
            model.code.label("code"),
            func.coalesce(name, model.code, type_=String).label("name"),
            gloss.label("gloss"),
            _rank(model.code, name, " ".join(asked), engine=engine).label("rank"),
        )
        .where(model.archived_at.is_(None), *(_holds(texts, word, engine=engine) for word in asked))
        .order_by("rank", "name", "code")
        .limit(limit)
    )


def _contacts(asked: Sequence[str], *, engine: str, limit: int) -> Select[Any]:
    """Find vendors by the people who work there."""
    texts = (Contact.name, Contact.email)
    return (
        select(
            literal("vendors").label("kind"),
            literal(CONTACT).label("word"),
            Contact.vendor.label("code"),
            func.coalesce(Contact.name, Contact.email, type_=String).label("name"),
            _named(Vendor, Contact.vendor).label("gloss"),
            literal(3).label("rank"),
        )
        .where(Contact.archived_at.is_(None), *(_holds(texts, word, engine=engine) for word in asked))
        .order_by("name", "code")
        .limit(limit)
    )


def _holds(texts: Sequence[Expression], word: str, *, engine: str) -> ColumnElement[bool]:
    return or_(*(contains(text, word, engine=engine) for text in texts))


def _rank(code: Expression, name: Expression, asked: str, *, engine: str) -> ColumnElement[int]:
    starts = contains(name, asked, engine=engine, at_start=True)
    return case((func.lower(code) == asked.lower(), 0), (starts, 1), else_=2)
