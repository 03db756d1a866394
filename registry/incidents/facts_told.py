"""What people are told of an incident: the facts of this moment, in words."""

from sqlalchemy import select

from registry.core.db import session
from registry.core.formats import money, short, spread, words
from registry.domain.incidents.duty_board import LineState
from registry.domain.incidents.telling import BriefingFacts, Wave
from registry.incidents.board import Board, board_of
from registry.incidents.clockwords import hours_words
from registry.models.incidents import Incident, IncidentStart
from registry.models.vendors import Contact, Contract, Vendor

__all__ = ["facts_of"]

_SHOWN = 6
_LIKELY = 0.05  # a thing below this chance would only distract in the first minutes


def facts_of(row: Incident, wave: Wave) -> BriefingFacts:
    """Return the facts; about a dozen queries."""
    board = board_of(row)
    answer = board.prediction.result if board.prediction else None
    people = answer["people"] if answer else None
    cost = answer["cost"] if answer else None
    return BriefingFacts(
        wave=wave,
        is_drill=row.is_drill,
        vendors=" and ".join(_names(row.id)),
        kind=words(row.kind),
        learned=row.learned,
        people=f"{short(round(people['mean']))} people, at most {short(round(people['p95']))}"
        if people
        else "not worked out",
        places=_places(board),
        data=sorted({words(key.rpartition(".")[2]) for keys in _categories(board) for key in keys}),
        systems=_likely(answer["systems"]) if answer else [],
        processes=_likely(answer["processes"]) if answer else [],
        cost=f"{money(cost['p50'], cost['currency'])}, 90 % within {spread(round(cost['p05']), round(cost['p95']))}"
        if cost and cost["mean"] > 0
        else None,
        duties=_duties(board, row),
        contract=_contract(row.id),
        is_assumed=board.exposure is None or not board.exposure.counts_known,
    )


def _names(incident_id: int) -> list[str]:
    question = select(Vendor.name).join(IncidentStart, IncidentStart.vendor == Vendor.code)
    return list(session().scalars(question.where(IncidentStart.incident_id == incident_id).order_by(Vendor.code)))


def _categories(board: Board) -> list[tuple[str, ...]]:
    return list(board.prediction.categories.values()) if board.prediction else []


def _places(board: Board) -> list[str]:
    if board.exposure is None:
        return []
    rows = sorted(board.exposure.people.items(), key=lambda each: -each[1].high)
    return [f"{place or 'not known where'}: {short(round(count.mean))}" for place, count in rows[:_SHOWN] if count.high]


def _likely(things: list[dict[str, object]]) -> list[str]:
    likely = [each for each in things if float(str(each["probability"])) >= _LIKELY]
    return [f"{each['name']} ({float(str(each['probability'])):.0%})" for each in likely[:_SHOWN]]


def _duties(board: Board, row: Incident) -> list[str]:
    now = row.declared_at
    lines = [line for line in board.open if line.state is not LineState.NOT_STARTED][:_SHOWN]
    found = [
        f"{line.rule.notify.replace('_', ' ')} under {line.rule.law}: "
        + (f"{line.due:%Y-%m-%d %H:%M} UTC" if line.due else line.rule.wording or hours_words(line.left(now)))
        for line in lines
    ]
    if board.not_started:
        found.append(f"{len(board.not_started)} clocks are not started; their moments are not recorded")
    return found


def _contract(incident_id: int) -> list[str]:
    starts = select(IncidentStart.vendor).where(IncidentStart.incident_id == incident_id)
    contracts = session().execute(
        select(Contract.reference, Contract.breach_notice_hours, Contract.liability_cap, Contract.currency).where(
            Contract.vendor.in_(starts), Contract.archived_at.is_(None)
        )
    )
    said = []
    for each in contracts:
        notice = "no notice agreed" if each.breach_notice_hours is None else f"notice {each.breach_notice_hours:g} h"
        cap = f", pays at most {money(each.liability_cap, each.currency or 'USD')}" if each.liability_cap else ""
        said.append(f"{each.reference}: {notice}{cap}")
    contacts = session().execute(
        select(Contact.name, Contact.role, Contact.email, Contact.phone).where(
            Contact.vendor.in_(starts), Contact.archived_at.is_(None)
        )
    )
    said += [f"{words(each.role)}: {', '.join(filter(None, (each.name, each.email, each.phone)))}" for each in contacts]
    return said[: 2 * _SHOWN]
