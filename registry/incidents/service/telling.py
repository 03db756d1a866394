"""Telling people: a wave at once to everybody whom it concerns, by mail or by telephone; acknowledged, or a step up."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from registry.core.actor import Actor
from registry.core.addresses import BadAddress, mail_address
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.secrets import keyring
from registry.core.work import Work, retried, work
from registry.domain.incidents.incident import BadMoment
from registry.domain.incidents.telling import TOLD_BY_ITSELF, BriefingFacts, Wave, briefing, silent, wave_of
from registry.domain.register.errors import IllegalMove
from registry.domain.reminding.cadence import Recipient
from registry.incidents.facts_told import facts_of
from registry.incidents.mails import TOLD
from registry.incidents.service.timeline import add_entry
from registry.incidents.whom import next_up, people_by_role
from registry.models.incidents import EntryKind, Incident, IncidentEntry
from registry.models.mail import Mail
from registry.models.organisation import Organisation
from registry.models.telling import IncidentContact, IncidentTelling, TellingWay
from registry.settings import current_settings

__all__ = [
    "LINKS",
    "TellOne",
    "acknowledge",
    "escalate",
    "is_told",
    "link_of_telling",
    "mark_read",
    "needs_escalation",
    "tell_one",
    "tell_wave",
    "telling_by_address",
    "told_by_phone",
]

_PURPOSE = "incident-told"
_MARK_LENGTH = 43  # more than 160 bits
LINK_KIND = "told"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOne:
    """Somebody beside those who are told by themselves; without a mail address they were called at `at`."""

    role: str
    name: str
    address: str
    at: datetime | None = None


def is_told(incident_id: int, wave: Wave) -> bool:
    """Whether a wave went out, be it to nobody; one query."""
    question = select(IncidentEntry.id).where(
        IncidentEntry.incident_id == incident_id,
        IncidentEntry.kind == EntryKind.TOLD,
        IncidentEntry.text.startswith(_said(wave)),
    )
    return session().scalar(question.limit(1)) is not None


def _said(wave: Wave) -> str:
    return f"Told that it is {wave}:"


@retried
def tell_wave(actor: Actor, incident_id: int) -> int:
    """Tell everybody whom the incident concerns, once per wave; return how many."""
    with work(actor, "incident.tell", subject=f"incident:{incident_id}") as w:
        row = w.get(Incident, incident_id)
        wave = wave_of(row.state)
        if wave is None or is_told(incident_id, wave):
            w.forget()
            return 0
        facts = facts_of(row, wave)
        known = set(w.session.scalars(select(IncidentTelling.address).where(_is_wave(incident_id, wave))))
        whom = [(role, who) for role, who in _everybody(row, w) if who.address not in known]
        told = [_tell(w, row, role, who, facts=facts) for role, who in whom]
        names = ", ".join(sorted({each.name for each in told}))
        add_entry(w, incident_id, EntryKind.TOLD, f"{_said(wave)} {names or 'nobody is registered'}.")
        return len(told)


def _is_wave(incident_id: int, wave: Wave) -> ColumnElement[bool]:
    return and_(IncidentTelling.incident_id == incident_id, IncidentTelling.wave == wave)


def _everybody(row: Incident, w: Work) -> list[tuple[str, Recipient]]:
    """Return each person once, under the first of their roles; and people outside."""
    by_role = people_by_role(row, w.now.date())
    found: dict[str, tuple[str, Recipient]] = {}
    for role in TOLD_BY_ITSELF:
        for who in by_role.get(role, ()):
            found.setdefault(who.address, (role, who))
    if not row.is_drill:  # nobody outside is disturbed by a drill
        outside = w.session.scalars(select(IncidentContact).where(IncidentContact.is_active))
        for each in outside:
            address = each.email or each.phone or ""
            found.setdefault(address, (each.role, Recipient(address=address, name=each.name)))
    return list(found.values())


def _tell(
    w: Work, row: Incident, role: str, who: Recipient, *, facts: BriefingFacts, came_from: int | None = None
) -> IncidentTelling:
    told = w.add(
        IncidentTelling(
            incident_id=row.id, wave=facts.wave, role=role, name=who.name, address=who.address,
            person_id=who.person_id, way=TellingWay.MAIL, text=briefing(role, facts), selector=token_hex(16),
            told_at=w.now, told_by=w.actor.name, escalated_from=came_from, **_known_already(w, who),
        )
    )  # fmt: skip
    fields = {
        "organisation": w.session.scalar(select(Organisation.name)) or "The risk registry",
        "mark": "[Drill] " if row.is_drill else "", "title": row.title, "wave": str(facts.wave), "facts": told.text,
    }  # fmt: skip
    key = f"incident_told:{row.id}:{facts.wave}:{told.id}"
    try:
        w.tell(
            who.reached,
            TOLD.name,
            fields,
            about=f"incident:{row.id}",
            dedupe_key=key,
            secret_link=f"{LINK_KIND}:{told.selector}",
        )
    except BadAddress as error:
        told.why_not = str(error)
        return told
    told.outbox_id = w.session.scalar(select(Mail.id).where(Mail.dedupe_key == key))
    return told


def _known_already(w: Work, who: Recipient) -> dict[str, datetime]:
    """Whoever declares or confirms knows, and is not asked whether they do."""
    is_own = who.person_id is not None and who.person_id == w.actor.person_id
    return {"read_at": w.now, "acknowledged_at": w.now} if is_own else {}


@retried
def tell_one(actor: Actor, incident_id: int, command: TellOne) -> None:
    """Tell somebody more: by mail now, or note that they were called.

    Raises
    ------
    BadAddress, BadMoment, IllegalMove
        No such address; called in the future; told already; or the incident is over.
    """
    with work(actor, "incident.tell", subject=f"incident:{incident_id}") as w:
        row = w.get(Incident, incident_id)
        wave = wave_of(row.state)
        if wave is None:
            raise IllegalMove(f"This incident is {row.state}; open it again to tell somebody.")
        address = command.address if command.at else mail_address(command.address)
        _require_new(w, incident_id, (wave, command.role, address))
        facts = facts_of(row, wave)
        if command.at is None:
            _tell(w, row, command.role, Recipient(address=address, name=command.name), facts=facts)
            add_entry(w, incident_id, EntryKind.TOLD, f"{command.name} is told by mail.")
            return
        if command.at > w.now:
            raise BadMoment("This moment lies in the future. Record the call when it was made.")
        w.add(
            IncidentTelling(
                incident_id=incident_id, wave=wave, role=command.role, name=command.name, address=address,
                way=TellingWay.PHONE, text=briefing(command.role, facts), selector=token_hex(16),
                told_at=command.at, told_by=actor.name, read_at=command.at, acknowledged_at=command.at,
            )
        )  # fmt: skip
        add_entry(w, incident_id, EntryKind.TOLD, f"{actor.name} told {command.name} by telephone.")


def _require_new(w: Work, incident_id: int, key: tuple[Wave, str, str]) -> None:
    wave, role, address = key
    there = select(IncidentTelling.id).where(
        _is_wave(incident_id, wave), IncidentTelling.role == role, IncidentTelling.address == address
    )
    if w.session.scalar(there) is not None:
        raise IllegalMove("They were told already, in this role and at this address.")


@retried
def told_by_phone(actor: Actor, incident_id: int, telling_id: int) -> None:
    """Note that somebody who was to get a mail was called and knows; mail may be down."""
    with work(actor, "incident.phone", subject=f"incident:{incident_id}") as w:
        w.get(Incident, incident_id)
        told = _of(w, incident_id, telling_id)
        told.way, told.told_by = TellingWay.PHONE, actor.name
        told.read_at = told.read_at or w.now
        told.acknowledged_at = told.acknowledged_at or w.now
        add_entry(w, incident_id, EntryKind.TOLD, f"{actor.name} told {told.name} by telephone.")


def _of(w: Work, incident_id: int, telling_id: int) -> IncidentTelling:
    told = w.get(IncidentTelling, telling_id)
    if told.incident_id != incident_id:
        raise NotFound("telling", telling_id)
    return told


def link_of_telling(selector: str) -> str:
    """Return the personal link of a telling; made anew at each sending and never kept."""
    return f"{current_settings().public_url}/told/{selector}.{_mark(selector)}"


LINKS = {LINK_KIND: link_of_telling}


def _mark(selector: str) -> str:
    return keyring().mark(_PURPOSE, selector)[:_MARK_LENGTH]


def telling_by_address(address: str) -> IncidentTelling:
    """Return the telling a link opens; one NotFound for unknown and wrong ones alike."""
    selector, _, mark = address.partition(".")
    row = session().scalar(select(IncidentTelling).where(IncidentTelling.selector == selector))
    if row is None or not mark.isascii() or not _is_mark(selector, mark):
        raise NotFound("message", "with this address")
    return row


def _is_mark(selector: str, mark: str) -> bool:
    return hmac.compare_digest(mark, _mark(selector))


@retried
def mark_read(telling_id: int) -> None:
    """Note when somebody opened what they were told; the first time counts."""
    _by_link(telling_id, "incident.read", {"read_at"})


@retried
def acknowledge(telling_id: int) -> None:
    """Note that somebody said they know; it ends the escalation."""
    _by_link(telling_id, "incident.acknowledge", {"read_at", "acknowledged_at"})


def _by_link(telling_id: int, action: str, fields: set[str]) -> None:
    reader = Actor(person_id=None, name="holder of a personal link")
    with work(reader, action) as w:
        told = w.get(IncidentTelling, telling_id)
        w.about(f"incident:{told.incident_id}")
        for name in sorted(fields):
            if getattr(told, name) is None:
                setattr(told, name, w.now)
                if name == "acknowledged_at":
                    w.session.get(Incident, told.incident_id, with_for_update=True)
                    add_entry(w, told.incident_id, EntryKind.TOLD, f"{told.name} acknowledged.")


def escalate(w: Work, row: Incident) -> int:
    """Tell the next person up of every silence that is too long; return how many were told."""
    everybody = list(w.session.scalars(_of_incident(row.id)))
    rows = {each.id: each for each in everybody if each.wave == wave_of(row.state)}  # what is newer takes its place
    answered = {key for key, each in rows.items() if each.acknowledged_at is not None}
    gone_up = {key for key, each in rows.items() if each.escalated_at is not None}
    late = silent([(key, each.told_at) for key, each in rows.items()], answered, gone_up, w.now)
    count = 0
    for key in late:
        rows[key].escalated_at = w.now
        count += _step_up(w, row, rows[key], {each.address for each in everybody if each.wave == wave_of(row.state)})
    return count


def _of_incident(incident_id: int) -> Any:
    return select(IncidentTelling).where(IncidentTelling.incident_id == incident_id).order_by(IncidentTelling.id)


def _step_up(w: Work, row: Incident, told: IncidentTelling, known: set[str]) -> int:
    who = next_up(row, told, known, w.now.date())
    wave = wave_of(row.state)
    if who is None or wave is None:
        add_entry(
            w, row.id, EntryKind.TOLD, f"{told.name} has not acknowledged, and nobody is left to tell: call them."
        )
        return 0
    facts = facts_of(row, wave)
    known.add(who.address)
    _tell(w, row, "escalated", who, facts=facts, came_from=told.id)
    add_entry(w, row.id, EntryKind.TOLD, f"{told.name} has not acknowledged; {who.name} is told.")
    return 1


def needs_escalation(incident_id: int, wave: Wave | None, now: datetime) -> bool:
    """Whether a silence about the newest wave is too long; one query."""
    rows = [each for each in session().scalars(_of_incident(incident_id)) if each.wave == wave]
    answered = {each.id for each in rows if each.acknowledged_at}
    gone_up = {each.id for each in rows if each.escalated_at}
    return bool(silent([(each.id, each.told_at) for each in rows], answered, gone_up, now))
