"""Duties of an incident: done with what shows it, waived by a named person with the reason, opened again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.work import Work, retried, work
from registry.domain.incidents.duty_board import BoardLine
from registry.domain.incidents.incident import BadMoment
from registry.domain.register.errors import IllegalMove
from registry.incidents.board import Board, board_of
from registry.incidents.service.timeline import GivenFile, add_entry, file_row, keep_file
from registry.models.duties import DutyOutcome, IncidentDuty
from registry.models.incidents import EntryKind, Incident

__all__ = ["SettleDuty", "keep_on_board", "log_calendar", "reopen_duty", "settle_duty", "waive_open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleDuty:
    """What became of a duty: told at a moment, or waived; `words` say what shows it, or why."""

    rule: str
    is_done: bool
    words: str
    at: datetime | None = None
    file: GivenFile | None = None


@retried
def settle_duty(actor: Actor, incident_id: int, command: SettleDuty) -> None:
    """Say that a duty is done, or waive it; the clocks that follow from it start.

    Raises
    ------
    IllegalMove
        It was settled already.
    BadMoment
        It would have been done in the future.
    """
    kept = keep_file(command.file)
    with work(actor, "incident.duty", subject=f"incident:{incident_id}") as w:
        row = w.get(Incident, incident_id)
        line = board_of(row).line(command.rule)
        if line is None:
            raise NotFound("duty", command.rule)
        if line.decision is not None:
            raise IllegalMove(f"{line.decision.person} settled this duty already. Open it again to change that.")
        if command.is_done and command.at is None:
            raise BadMoment("Say when it was done.")
        if command.at is not None and command.at > w.now:
            raise BadMoment("This moment lies in the future. Record it when it has come.")
        file_id = file_row(w, incident_id, kept)
        _settle(w, incident_id, line, command, file_id=file_id)


def _settle(w: Work, incident_id: int, line: BoardLine, command: SettleDuty, *, file_id: int | None) -> None:
    duty = _row(w, incident_id, line.rule.code)
    duty.outcome = DutyOutcome.DONE if command.is_done else DutyOutcome.WAIVED
    duty.outcome_at = command.at if command.is_done else w.now
    duty.evidence, duty.file_id = command.words, file_id
    duty.person_id, duty.person_name = w.actor.person_id, w.actor.name
    said = "Told" if command.is_done else "Waived"
    text = f"{said}: {line.rule.notify.replace('_', ' ')} under {line.rule.law}."
    add_entry(w, incident_id, EntryKind.DUTY, text, why=command.words, file_id=file_id)


def _row(w: Work, incident_id: int, rule: str) -> IncidentDuty:
    w.session.flush()
    found = w.session.scalar(
        select(IncidentDuty).where(IncidentDuty.incident_id == incident_id, IncidentDuty.rule == rule)
    )
    return found or w.add(IncidentDuty(incident_id=incident_id, rule=rule, seen_at=w.now, outcome=DutyOutcome.OPEN))


@retried
def reopen_duty(actor: Actor, incident_id: int, rule: str, why: str) -> None:
    """Open a settled duty again; its clock goes on from where it began."""
    with work(actor, "incident.duty", subject=f"incident:{incident_id}") as w:
        row = w.get(Incident, incident_id)
        line = board_of(row).line(rule)
        if line is None or line.decision is None:
            raise NotFound("settled duty", rule)
        duty = _row(w, incident_id, rule)
        duty.outcome, duty.outcome_at, duty.evidence = DutyOutcome.OPEN, None, None
        duty.file_id = duty.person_id = duty.person_name = None
        add_entry(w, incident_id, EntryKind.DUTY, f"Opened again: {line.rule.law}.", why=why)


def keep_on_board(w: Work, row: Incident) -> Board:
    """Remember what is on the board now, so that nothing drops off unseen; return the board."""
    board = board_of(row)
    known = set(w.session.scalars(select(IncidentDuty.rule).where(IncidentDuty.incident_id == row.id)))
    new = [line.rule.code for line in board.lines if line.rule.code not in known]
    w.insert_many(
        IncidentDuty,
        [
            {"incident_id": row.id, "rule": code, "seen_at": w.now, "outcome": DutyOutcome.OPEN, "version": 1}
            for code in new
        ],
    )
    if new:
        count = f"{len(new)} {'duty' if len(new) == 1 else 'duties'}"
        add_entry(w, row.id, EntryKind.DUTY, f"{count} came onto the board: {', '.join(new[:12])}.")
    return board


def waive_open(w: Work, row: Incident, why: str) -> int:
    """Waive what is open, in the name of whoever acts; return how many."""
    lines = keep_on_board(w, row).open
    for line in lines:
        duty = _row(w, row.id, line.rule.code)
        duty.outcome, duty.outcome_at, duty.evidence = DutyOutcome.WAIVED, w.now, why
        duty.person_id, duty.person_name = w.actor.person_id, w.actor.name
    if lines:
        codes = ", ".join(line.rule.code for line in lines)
        add_entry(w, row.id, EntryKind.DUTY, f"{len(lines)} open duties were waived: {codes}.", why=why)
    return len(lines)


@retried
def log_calendar(actor: Actor, incident_id: int) -> None:
    """Log that the calendar of an incident was taken."""
    with work(actor, "incident.calendar", subject=f"incident:{incident_id}") as w:
        w.note(taken="calendar")
