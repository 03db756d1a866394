"""The read questions of incidents: the list, and one incident as its pages show it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from registry.core import clock
from registry.core.access import Permission, may
from registry.core.actor import Actor, Role
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.listing import Column, FilterKind, Format, ListSpec
from registry.core.mailrules import policy
from registry.domain.incidents.incident import (
    LIVE,
    TRIGGER_WORDS,
    IncidentState,
    IncidentStep,
    Trigger,
    moves_of,
)
from registry.facts.lists import choices_of
from registry.models.accounts import Person
from registry.models.incidents import (
    EntryKind,
    Incident,
    IncidentEntry,
    IncidentFile,
    IncidentLegalReader,
    IncidentMoment,
    IncidentStart,
)
from registry.models.scenarios import RegisterCopy, SavedScenario, ScenarioRun
from registry.models.vendors import Vendor

__all__ = [
    "INCIDENTS",
    "EntryView",
    "IncidentPage",
    "MomentView",
    "entries_of",
    "incident_page",
    "legal_readers",
    "live_incidents",
    "may_read_legal",
    "moments_of",
    "people_to_choose",
]

INCIDENTS = ListSpec(
    name="incidents",
    one="incident",
    many="incidents",
    model=Incident,
    key=Incident.id,
    order="-declared",
    search=(Incident.title, Incident.learned),
    row_url=lambda key: f"/incidents/{key}",
    columns=(
        Column(key="title", label="Incident", expression=Incident.title, format=Format.NAME),
        Column(
            key="state", label="State", expression=Incident.state, format=Format.WORD, filter=FilterKind.CHOICE,
            choices=choices_of(IncidentState),
        ),
        Column(key="kind", label="Kind", expression=Incident.kind, format=Format.WORD, filter=FilterKind.TEXT),
        Column(key="drill", label="Drill", expression=Incident.is_drill, format=Format.FLAG, filter=FilterKind.FLAG),
        Column(key="declared", label="Declared", expression=Incident.declared_at, format=Format.MOMENT),
        Column(key="person", label="By", expression=Incident.person_name, filter=FilterKind.TEXT),
    ),
    views=(
        ("Running", "state=suspected&state=confirmed&state=contained&drill=no"),
        ("Drills", "drill=yes"),
        ("Over", "state=closed&state=refuted"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    """A moment as it stands, or one that nobody recorded."""

    trigger: Trigger
    words: str
    at: datetime | None
    evidence: str | None
    person_name: str | None
    recorded_at: datetime | None
    file: IncidentFile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """A line of the timeline as one person sees it; `is_hidden` leaves number and hash."""

    number: int
    kind: EntryKind
    at: datetime
    person_name: str
    text: str | None
    why: str | None
    file: IncidentFile | None
    sha256: str
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """One incident: what stands on every tab."""

    row: Incident
    vendors: tuple[tuple[str, str], ...]
    lead: str | None
    moments: tuple[MomentView, ...]
    result: Mapping[str, Any] | None
    run_at: datetime | None
    iterations: int | None
    job_id: int | None
    revision: int
    zone: ZoneInfo
    now: datetime
    may_write: bool
    may_read_legal: bool

    @property
    def is_live(self) -> bool:
        """Whether it runs."""
        return self.row.state in LIVE

    @property
    def moves(self) -> tuple[IncidentStep, ...]:
        """What can be done next, by this person."""
        return moves_of(self.row.state) if self.may_write else ()

    @property
    def recorded(self) -> tuple[MomentView, ...]:
        """Moments that were recorded, in order of time."""
        return tuple(sorted((each for each in self.moments if each.at), key=lambda each: each.at or self.now))

    @property
    def unrecorded(self) -> tuple[MomentView, ...]:
        """Moments that nobody recorded."""
        return tuple(each for each in self.moments if each.at is None)

    def moment(self, trigger: Trigger) -> MomentView:
        """Return one moment."""
        return next(each for each in self.moments if each.trigger is trigger)


def incident_page(incident_id: int, actor: Actor) -> IncidentPage:
    """Return an incident as a person sees it; about nine queries whatever its size."""
    row = session().get(Incident, incident_id)
    if row is None:
        raise NotFound("incident", incident_id)
    run = session().scalar(
        select(ScenarioRun).where(ScenarioRun.scenario_id == row.scenario_id).order_by(ScenarioRun.id.desc()).limit(1)
    )
    return IncidentPage(
        row=row,
        vendors=_vendors(incident_id),
        lead=session().scalar(select(Person.name).where(Person.id == row.lead_id)),
        moments=_moments(incident_id),
        result=json.loads(run.result) if run else None,
        run_at=run.made_at if run else None,
        iterations=run.iterations if run else None,
        job_id=session().scalar(select(SavedScenario.job_id).where(SavedScenario.id == row.scenario_id)),
        revision=session().scalar(select(RegisterCopy.revision).where(RegisterCopy.id == row.copy_id)) or 0,
        zone=ZoneInfo(policy().zone),
        now=clock.now(),
        may_write=may(actor, Permission.INCIDENTS_WRITE),
        may_read_legal=may_read_legal(actor, incident_id),
    )


def _vendors(incident_id: int) -> tuple[tuple[str, str], ...]:
    rows = session().execute(
        select(Vendor.code, Vendor.name)
        .join(IncidentStart, IncidentStart.vendor == Vendor.code)
        .where(IncidentStart.incident_id == incident_id)
        .order_by(Vendor.code)
    )
    return tuple((row.code, row.name) for row in rows)


def _moments(incident_id: int) -> tuple[MomentView, ...]:
    rows = session().execute(
        select(IncidentMoment, IncidentFile)
        .outerjoin(IncidentFile, IncidentFile.id == IncidentMoment.file_id)
        .where(IncidentMoment.incident_id == incident_id)
        .order_by(IncidentMoment.id)
    )
    newest = {row.trigger: (row, file) for row, file in rows}
    found = []
    for trigger in Trigger:
        row, file = newest.get(trigger, (None, None))
        found.append(
            MomentView(
                trigger=trigger,
                words=TRIGGER_WORDS[trigger],
                at=row.at if row else None,
                evidence=row.evidence if row else None,
                person_name=row.person_name if row else None,
                recorded_at=row.recorded_at if row else None,
                file=file,
            )
        )
    return tuple(found)


def moments_of(incident_id: int) -> Mapping[str, datetime]:
    """Return the moments that count, by trigger; one query."""
    rows = session().execute(
        select(IncidentMoment.trigger, IncidentMoment.at)
        .where(IncidentMoment.incident_id == incident_id)
        .order_by(IncidentMoment.id)
    )
    newest = {row.trigger: row.at for row in rows}
    return {trigger: at for trigger, at in newest.items() if at is not None}


def entries_of(incident_id: int, *, sees_legal: bool, kind: EntryKind | None = None) -> list[EntryView]:
    """Return the timeline, newest first; legal-only notes without their text unless this person may read them."""
    question = (
        select(IncidentEntry, IncidentFile)
        .outerjoin(IncidentFile, IncidentFile.id == IncidentEntry.file_id)
        .where(IncidentEntry.incident_id == incident_id)
        .order_by(IncidentEntry.number.desc())
    )
    rows = session().execute(question.where(IncidentEntry.kind == kind) if kind else question)
    return [_entry(row, file, sees_legal=sees_legal) for row, file in rows]


def _entry(row: IncidentEntry, file: IncidentFile | None, *, sees_legal: bool) -> EntryView:
    is_hidden = row.kind is EntryKind.LEGAL and not sees_legal
    return EntryView(
        number=row.number,
        kind=row.kind,
        at=row.at,
        person_name=row.person_name,
        text=None if is_hidden else row.legal_text or row.text,
        why=None if is_hidden else row.why,
        file=None if is_hidden else file,
        sha256=row.sha256,
        is_hidden=is_hidden,
    )


def may_read_legal(actor: Actor, incident_id: int) -> bool:
    """Tell whether a person may read the legal-only notes of an incident; at most one query. Never an auditor."""
    if actor.has_role(Role.AUDITOR):
        return False
    if may(actor, Permission.INCIDENTS_LEGAL):
        return True
    return session().get(IncidentLegalReader, (incident_id, actor.person_id)) is not None


def legal_readers(incident_id: int) -> list[tuple[int, str]]:
    """Return who else may read the legal-only notes; one query."""
    rows = session().execute(
        select(Person.id, Person.name)
        .join(IncidentLegalReader, IncidentLegalReader.person_id == Person.id)
        .where(IncidentLegalReader.incident_id == incident_id)
        .order_by(Person.name)
    )
    return [(row.id, row.name) for row in rows]


def people_to_choose() -> list[tuple[int, str]]:
    """Return everybody with an account, by name; one query."""
    rows = session().execute(
        select(Person.id, Person.name).where(Person.is_active).order_by(func.lower(Person.name), Person.id)
    )
    return [(row.id, row.name) for row in rows]


def live_incidents() -> list[Incident]:
    """Return what runs, drills last, newest first; one query."""
    rows = session().scalars(
        select(Incident).where(Incident.state.in_(LIVE)).order_by(Incident.is_drill, Incident.id.desc())
    )
    return list(rows)
