"""Declaring: two fields are enough; the register is frozen and what it reaches is worked out at once."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select

from registry.core import clock
from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.register import Snapshot, current
from registry.core.work import Work, retried, work
from registry.domain.incidents.incident import LIVE, IncidentState, Trigger, check_moment
from registry.domain.register.errors import DomainError
from registry.domain.register.vocabulary import ScenarioKind
from registry.incidents.service.duties import keep_on_board
from registry.incidents.service.timeline import add_entry
from registry.models.incidents import EntryKind, Incident, IncidentMoment, IncidentStart
from registry.models.vendors import Vendor
from registry.reference.load import shipped_parameters
from registry.scenarios.copies import Inputs, pack
from registry.scenarios.service import SaveScenario, keep_copy, run_on_copy, save_scenario

__all__ = ["AlreadyDeclared", "Declare", "declare", "predict", "record"]


class AlreadyDeclared(DomainError):
    """Somebody declared a live incident at one of these vendors; `found` are numbers and titles."""

    def __init__(self, found: list[tuple[int, str]]) -> None:
        """Name the first."""
        super().__init__(f"“{found[0][1]}” is declared and runs already.")
        self.found = found


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare:
    """What is said of an incident when it begins."""

    vendors: tuple[str, ...]
    is_confirmed: bool
    since: datetime
    kind: ScenarioKind = ScenarioKind.DATA_THEFT
    learned: str | None = None
    title: str | None = None
    is_drill: bool = False
    is_another: bool = False


@retried
def declare(actor: Actor, command: Declare) -> int:
    """Declare an incident; return its number. What it reaches is worked out after it is safe in the log.

    Raises
    ------
    AlreadyDeclared
        A live one at the same vendor is there and nobody said that this is another.
    BadMoment
        It would begin in the future.
    """
    facts = current()
    packed = pack(Inputs(facts.register, shipped_parameters()))
    now = clock.now()
    check_moment(Trigger.SUSPICION, command.since, now, {})
    with work(actor, "incident.declare") as w:
        names = _lock(w, command)
        row = _write(w, actor, command, names=names, copy_id=keep_copy(w, facts.revision, packed))
        w.about(f"incident:{row.id}")
        for vendor in command.vendors:
            w.add(IncidentStart(incident_id=row.id, vendor=vendor))
        _first_entries(w, row, command, facts)
        return row.id


def _lock(w: Work, command: Declare) -> list[str]:
    """Hold the vendors, so that of two people who declare the same only one is first; return their names."""
    names = []
    for code in sorted(command.vendors):
        vendor = w.get(Vendor, code)
        if vendor.archived_at is not None:
            raise NotFound("vendor", code)
        names.append(vendor.name)
    there = w.session.execute(
        select(Incident.id, Incident.title)
        .join(IncidentStart, IncidentStart.incident_id == Incident.id)
        .where(
            IncidentStart.vendor.in_(command.vendors),
            Incident.state.in_(LIVE),
            Incident.is_drill.is_(command.is_drill),
        )
        .distinct()
        .order_by(Incident.id)
    )
    found = [(row.id, row.title) for row in there]
    if found and not command.is_another:
        raise AlreadyDeclared(found)
    return names


def _write(w: Work, actor: Actor, command: Declare, *, names: list[str], copy_id: int) -> Incident:
    kind = str(command.kind.value).replace("_", " ")
    title = command.title or f"{' and '.join(names)}: {kind}"[:200]
    pairs = [("start", code) for code in command.vendors]
    pairs += [("kind", command.kind.value), ("as_of", w.now.date().isoformat())]
    what = "Drill" if command.is_drill else "Incident"
    scenario_id = save_scenario(
        actor, SaveScenario(name=f"{what}: {title}"[:200], purpose=what, narrative=None, question=urlencode(pairs))
    )
    return w.add(
        Incident(
            title=title, state=IncidentState.CONFIRMED if command.is_confirmed else IncidentState.SUSPECTED,
            is_drill=command.is_drill, kind=command.kind.value, learned=command.learned, declared_at=w.now,
            person_id=actor.person_id, person_name=actor.name, lead_id=actor.person_id, copy_id=copy_id,
            scenario_id=scenario_id,
        )
    )  # fmt: skip


def _first_entries(w: Work, row: Incident, command: Declare, facts: Snapshot) -> None:
    drill = "Drill declared" if command.is_drill else "Declared"
    how = f" Learned: {command.learned}" if command.learned else ""
    text = f"{drill} as {row.state}. Register frozen at revision {facts.revision}.{how}"
    add_entry(w, row.id, EntryKind.STATE, text)
    shows = command.learned or "Said when it was declared."
    record(w, row.id, Trigger.SUSPICION, command.since, evidence=shows)
    if command.is_confirmed:
        record(w, row.id, Trigger.CONFIRMATION, command.since, evidence=shows)


def record(
    w: Work, incident_id: int, trigger: Trigger, at: datetime | None, *, evidence: str, file_id: int | None = None
) -> None:
    """Write a moment, or take it back when there is no time; the newest of its trigger counts."""
    w.add(
        IncidentMoment(
            incident_id=incident_id, trigger=trigger, at=at, evidence=evidence, file_id=file_id, recorded_at=w.now,
            person_id=w.actor.person_id, person_name=w.actor.name,
        )
    )  # fmt: skip


def predict(actor: Actor, row: Incident) -> str | None:
    """Work out what an incident reaches on its frozen register, and its duties; return why it could not be, or None."""
    try:
        run_on_copy(actor, row.scenario_id, row.copy_id)
    except DomainError as error:
        return str(error)
    _fill_board(actor, row.id)
    return None


@retried
def _fill_board(actor: Actor, incident_id: int) -> None:
    with work(actor, "incident.board", subject=f"incident:{incident_id}") as w:
        keep_on_board(w, w.get(Incident, incident_id))
