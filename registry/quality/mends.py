"""Where a shortcoming is mended: the form of its fact at the field, or the form of what is missing."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from registry.core.access import Permission, may
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.kinds import KINDS, FactKind
from registry.core.links import fact_url, url_if_there
from registry.core.ownership import writable_vendors
from registry.domain.register.facts import Fact
from registry.facts.forms import in_form
from registry.models.accounts import Person
from registry.quality.survey import Line, Survey

__all__ = ["ShownLine", "names_of_people", "shown_lines"]

Key = str | int
ASKED_BY_NAME = 500

_BY_TYPE: dict[type[Fact], FactKind] = {of.fact_type: of for of in KINDS.values()}
# Facts without a code are found again by what makes them one of a kind.
_NATURAL: dict[str, tuple[str, ...]] = {
    "certificates": ("vendor", "certificate", "expires"),
    "placements": ("control", "fact"),
    "organisation": (),
}
# What is missing altogether is added: code -> (label, endpoint, arguments from the code of the vendor).
_ADDED: dict[str, tuple[str, str, Callable[[str], dict[str, str]]]] = {
    "vendor_without_data": ("Add a flow", "flows.new", lambda code: {"recipient": code}),
    "no_incident_contact": ("Add a contact", "contacts.new", lambda code: {"vendor": code, "role": "incident"}),
    "no_contract": ("Add a contract", "contracts.new", lambda code: {"vendor": code}),
    "no_jurisdictions": ("Add a jurisdiction", "jurisdictions.new", lambda code: {"segment": code}),
    "no_coverage": ("Add a coverage", "coverage.new", lambda code: {"dataset": code}),
}
_OURS = frozenset({"systems", "links", "segments", "datasets", "processes", "organisation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """A line as the page shows it: the fact's page, and the way to mend it for those who may."""

    line: Line
    code: str
    about: str
    owner: str | None
    url: str | None
    mend: str | None
    mend_url: str | None


def shown_lines(survey: Survey, lines: Iterable[Line], actor: Actor, *, back: str) -> tuple[ShownLine, ...]:
    """Return lines with their links; a few queries whatever their number.

    `back` is where somebody goes on to when the shortcoming is mended.
    """
    lines = tuple(lines)
    keys = _keys_of_codeless(lines)
    vendors = writable_vendors(actor)
    catalogue = may(actor, Permission.CATALOGUE_WRITE)
    names = names_of_people({line.owner for line in lines if line.owner})
    return tuple(
        _shown(
            line,
            survey.about(line),
            names.get(line.owner or "", line.owner),
            keys,
            back=back if _can_write(line, vendors, catalogue=catalogue) else None,
        )
        for line in lines
    )


def _shown(line: Line, about: str, owner: str | None, keys: dict[int, Key], *, back: str | None) -> ShownLine:
    fact = line.problem.fact
    assert fact is not None  # every problem of a survey carries its fact
    of = _BY_TYPE[type(fact)]
    key: Key | None = line.problem.subject or keys.get(id(fact))
    code = line.problem.subject or (line.vendors[0] if line.vendors else "")  # none of it: our organisation
    url = fact_url(of.name, key) if key is not None else url_if_there(f"{of.name}.index")  # type: ignore[arg-type]
    label, mend_url = _mend(line, of, key, back) if back is not None else ("", None)
    return ShownLine(
        line=line, code=code, about=about, owner=owner, url=url, mend=label if mend_url else None, mend_url=mend_url
    )


def _mend(line: Line, of: FactKind, key: Key | None, back: str) -> tuple[str, str | None]:
    added = _ADDED.get(line.kind.code)
    if added is not None:
        label, endpoint, arguments = added
        return label, url_if_there(endpoint, **arguments(str(key)), back=back)
    if key is None:
        return f"Find the {of.word}", url_if_there(f"{of.name}.index")
    column = line.problem.column
    url = url_if_there(f"{of.name}.edit", code=key, back=back, _anchor=in_form(column) if column else None)
    return f"Mend the {of.word}", url


def names_of_people(addresses: Collection[str]) -> Mapping[str, str]:
    """Return the names of those who have an account, by address; one query."""
    if not addresses:
        return {}
    asked = select(Person.email, Person.name)
    if len(addresses) <= ASKED_BY_NAME:  # below the limits on bound values; of more, all are read
        asked = asked.where(Person.email.in_(addresses))
    found = session().execute(asked)
    return {address: name for address, name in found}  # noqa: C416 -- rows are tuples to the database only


def _can_write(line: Line, vendors: Collection[str] | None, *, catalogue: bool) -> bool:
    fact = line.problem.fact
    if catalogue:
        return True
    if fact is None or _BY_TYPE[type(fact)].name in _OURS:
        return False
    return vendors is None or not set(vendors).isdisjoint(line.vendors)


def _keys_of_codeless(lines: Iterable[Line]) -> dict[int, Key]:
    """Return the row number of each fact that has no code, by the identity of the fact; one query per kind."""
    waiting: dict[str, list[Fact]] = {}
    for line in lines:
        fact = line.problem.fact
        if fact is not None and not line.problem.subject:
            waiting.setdefault(_BY_TYPE[type(fact)].name, []).append(fact)
    found: dict[int, Key] = {}
    for kind, facts in waiting.items():
        names = _NATURAL.get(kind)
        if names is None:
            continue
        rows = _rows(kind, names, facts)
        for fact in facts:
            key = rows.get(tuple(getattr(fact, name) for name in names))
            if key is not None:
                found[id(fact)] = key
    return found


def _rows(kind: str, names: tuple[str, ...], facts: list[Fact]) -> dict[tuple[Any, ...], Key]:
    model: Any = KINDS[kind].model
    asked = select(model.id, *(getattr(model, name) for name in names)).where(model.archived_at.is_(None))
    if names:
        asked = asked.where(getattr(model, names[0]).in_({getattr(fact, names[0]) for fact in facts}))
    return {tuple(rest): key for key, *rest in session().execute(asked.order_by(model.id))}
