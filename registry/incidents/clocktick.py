"""Watches the clocks of what runs: warns at half, four fifths and the end, and keeps the board when a long run ends.

Looking writes nothing. What is to be warned of is worked out again inside the act, under the incident's row, so that two
watchers warn once; a watcher whose lead is stale writes nothing.
"""

import hashlib
from datetime import datetime

from sqlalchemy import select

from registry.core import clock
from registry.core.actor import Actor
from registry.core.addresses import BadAddress
from registry.core.db import session, writing
from registry.core.lease import Holder, require
from registry.core.logs import get_logger
from registry.core.work import Work, retried, work
from registry.domain.incidents.duty_board import BoardLine, WarningStep, warnings_due
from registry.domain.incidents.incident import LIVE
from registry.domain.incidents.telling import wave_of
from registry.domain.reminding.cadence import Recipient
from registry.incidents.board import Board, board_of
from registry.incidents.clockwords import hours_words
from registry.incidents.mails import CLOCK_WARNING
from registry.incidents.service.duties import keep_on_board
from registry.incidents.service.telling import escalate, is_told, needs_escalation, tell_wave
from registry.incidents.whom import watchers
from registry.models.duties import DutyWarning, IncidentDuty
from registry.models.incidents import Incident
from registry.models.organisation import Organisation
from registry.settings import current_settings

__all__ = ["watch_clocks"]

SYSTEM = Actor.system("incidents")
_STEP_WORDS = {
    WarningStep.HALF: "half of the time is over",
    WarningStep.FOUR_FIFTHS: "four fifths are over",
    WarningStep.END: "the time is over",
}
log = get_logger(__name__)
Warnings = list[tuple[BoardLine, WarningStep]]


def watch_clocks(leader: Holder | None = None) -> int:
    """Look at every incident that runs; return how many warnings were planned."""
    numbers = list(session().scalars(select(Incident.id).where(Incident.state.in_(LIVE)).order_by(Incident.id)))
    session().commit()
    return sum(_watch(number, leader) for number in numbers)


def _watch(incident_id: int, leader: Holder | None) -> int:
    row = session().get(Incident, incident_id, populate_existing=True)
    assert row is not None  # incidents are never deleted
    board = board_of(row)
    now = clock.now()
    wave = wave_of(row.state)
    is_quiet = (
        not _due(incident_id, board, now)
        and not _unkept(incident_id, board)
        and not needs_escalation(incident_id, wave, now)
        and (wave is None or is_told(incident_id, wave))
    )
    session().commit()
    return 0 if is_quiet else _warn(incident_id, leader)


def _due(incident_id: int, board: Board, now: datetime) -> Warnings:
    rows = session().execute(
        select(DutyWarning.rule, DutyWarning.due_at, DutyWarning.step).where(DutyWarning.incident_id == incident_id)
    )
    return warnings_due(board.lines, now, {(row.rule, row.due_at, WarningStep(row.step)) for row in rows})


def _unkept(incident_id: int, board: Board) -> bool:
    known = set(session().scalars(select(IncidentDuty.rule).where(IncidentDuty.incident_id == incident_id)))
    return any(line.rule.code not in known for line in board.lines)


@retried
def _warn(incident_id: int, leader: Holder | None) -> int:
    with writing(), work(SYSTEM, "incident.clocks", subject=f"incident:{incident_id}") as w:
        if leader is not None:
            require(w, leader)
        row = w.get(Incident, incident_id)
        due = _due(incident_id, keep_on_board(w, row), w.now)
        w.insert_many(
            DutyWarning,
            [
                {
                    "incident_id": incident_id, "rule": line.rule.code, "due_at": line.due, "step": step.value,
                    "planned_at": w.now,
                }
                for line, step in due
            ],
        )  # fmt: skip
        if due:
            _tell(w, row, due)
        tell_wave(SYSTEM, incident_id)  # when whoever declared it went away before it was told
        escalate(w, row)
    log.info("incident_clocks_warned", incident=incident_id, count=len(due))
    return len(due)


def _tell(w: Work, row: Incident, due: Warnings) -> None:
    keys = ",".join(sorted(f"{line.rule.code}:{line.due}:{step}" for line, step in due))
    stamp = hashlib.sha256(keys.encode()).hexdigest()[:24]
    lines = "\n".join(_line(line, step, w.now) for line, step in due)
    for who in watchers(row, w.now.date()):
        _mail(w, row, who, (stamp, lines))


def _mail(w: Work, row: Incident, who: Recipient, said: tuple[str, str]) -> None:
    stamp, lines = said
    fields = {
        "organisation": w.session.scalar(select(Organisation.name)) or "The risk registry",
        "mark": "[Drill] " if row.is_drill else "", "title": row.title, "lines": lines,
        "address": f"{current_settings().public_url}/incidents/{row.id}/duties",
    }  # fmt: skip
    try:
        w.tell(
            who.reached, CLOCK_WARNING.name, fields, about=f"incident:{row.id}",
            dedupe_key=f"incident_clocks:{row.id}:{stamp}:{who.address}"[:200],
        )  # fmt: skip
    except BadAddress as error:
        log.warning("incident_warning_without_address", incident=row.id, person_id=who.person_id, reason=str(error))


def _line(line: BoardLine, step: WarningStep, now: datetime) -> str:
    doubt = "" if line.standing == "applies" else ", may apply"
    return (
        f"- {_STEP_WORDS[step]}, {hours_words(line.left(now))}: {line.rule.notify.replace('_', ' ')} "
        f"under {line.rule.law}{doubt}"
    )
