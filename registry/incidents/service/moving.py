"""Moving an incident on, recording the moments that start clocks, saying who leads."""

from dataclasses import dataclass
from datetime import datetime

from registry.core.actor import Actor
from registry.core.people import actor_of
from registry.core.work import Work, retried, work
from registry.domain.incidents.incident import (
    LIVE,
    REACHED_BY,
    TRIGGER_WORDS,
    BadMoment,
    IncidentState,
    IncidentStep,
    Trigger,
    check_moment,
    next_incident_state,
)
from registry.domain.register.errors import IllegalMove
from registry.incidents.queries import moments_of
from registry.incidents.service.declaring import record
from registry.incidents.service.duties import keep_on_board, waive_open
from registry.incidents.service.timeline import GivenFile, add_entry, file_row, keep_file
from registry.models.incidents import EntryKind, Incident

__all__ = ["MoveOn", "RecordMoment", "move_on", "record_moment", "set_lead"]

_SAID = {
    IncidentStep.CONFIRM: "Confirmed.",
    IncidentStep.CONTAIN: "Contained.",
    IncidentStep.CLOSE: "Closed.",
    IncidentStep.REFUTE: "Refuted.",
    IncidentStep.REOPEN: "Opened again.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOn:
    """A step with what shows it; confirming and containing happened at a moment, which may be others as well."""

    step: IncidentStep
    version: int
    why: str
    at: datetime | None = None
    also: tuple[Trigger, ...] = ()
    waives_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMoment:
    """A moment with what shows it; without a time the moment recorded before is taken back."""

    trigger: Trigger
    at: datetime | None
    evidence: str
    file: GivenFile | None = None


@retried
def move_on(actor: Actor, incident_id: int, command: MoveOn) -> IncidentState:
    """Take a step; return the state reached.

    Raises
    ------
    IllegalMove
        The incident does not stand where the step begins.
    BadMoment
        It would have happened in the future, or before what came before it.
    """
    with work(actor, f"incident.{command.step}", subject=f"incident:{incident_id}") as w:
        row = w.get(Incident, incident_id, command.version)
        row.state = next_incident_state(row.state, command.step)
        if row.state not in LIVE:
            _end_duties(w, row, command)
        add_entry(w, incident_id, EntryKind.STATE, _SAID[command.step], why=command.why)
        _reached(w, incident_id, command)
        if row.state in LIVE:
            keep_on_board(w, row)
        return row.state


def _end_duties(w: Work, row: Incident, command: MoveOn) -> None:
    """No clock ends unseen: what is open is waived by whoever ends the incident, or it cannot end."""
    open_now = keep_on_board(w, row).open
    if open_now and not command.waives_open:
        running = sum(line.started is not None for line in open_now)
        raise IllegalMove(
            f"{len(open_now)} duties are open, {running} of their clocks run. Settle each on the duties board, "
            "or tick that you waive them all with this reason. Nothing was changed."
        )
    waive_open(w, row, command.why)


def _reached(w: Work, incident_id: int, command: MoveOn) -> None:
    own = REACHED_BY.get(command.step)
    if own is None:
        return
    if command.at is None:
        raise BadMoment("Say when it was so.")
    known = moments_of(incident_id)
    for trigger in dict.fromkeys((own, *command.also)):
        check_moment(trigger, command.at, w.now, known)
        record(w, incident_id, trigger, command.at, evidence=command.why)
        add_entry(w, incident_id, EntryKind.MOMENT, _moment_words(trigger, command.at), why=command.why)


@retried
def record_moment(actor: Actor, incident_id: int, command: RecordMoment) -> None:
    """Record when something happened, or take it back; clocks follow."""
    kept = keep_file(command.file)
    with work(actor, "incident.moment", subject=f"incident:{incident_id}") as w:
        row = w.get(Incident, incident_id)
        if row.state not in LIVE:
            raise IllegalMove(f"This incident is {row.state}; open it again to record moments.")
        known = moments_of(incident_id)
        if command.at is None and command.trigger not in known:
            raise BadMoment("Say when it was.")
        if command.at is not None:
            check_moment(command.trigger, command.at, w.now, known)
        file_id = file_row(w, incident_id, kept)
        record(w, incident_id, command.trigger, command.at, evidence=command.evidence, file_id=file_id)
        text = _moment_words(command.trigger, command.at)
        add_entry(w, incident_id, EntryKind.MOMENT, text, why=command.evidence, file_id=file_id)
        keep_on_board(w, row)


def _moment_words(trigger: Trigger, at: datetime | None) -> str:
    said = "taken back" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"
    return f"{TRIGGER_WORDS[trigger]}: {said}."


@retried
def set_lead(actor: Actor, incident_id: int, person_id: int) -> None:
    """Say who leads the response."""
    someone = actor_of(person_id)
    if someone is None:
        raise IllegalMove("This person has no account any more.")
    with work(actor, "incident.lead", subject=f"incident:{incident_id}") as w:
        row = w.get(Incident, incident_id)
        row.lead_id = person_id
        add_entry(w, incident_id, EntryKind.STATE, f"{someone.name} leads.")
