"""Plans reminders: looks at what is open, writes what is due and not planned, and lets go of what is done.

What is due is computed before the transaction; inside it, planners stand in line and look once more at which keys exist,
so that any number of them plans each reminder once. Under a lead, a planner whose token is stale writes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import engine_name, session, writing
from registry.core.lease import Holder, require
from registry.core.logs import get_logger
from registry.core.work import Work, retried, work
from registry.domain.reminding.cadence import Due, Key, due
from registry.models.mail import Mail, MailRules, MailState, Reminder, ReminderState
from registry.reminders.letters import Letters, Post
from registry.reminders.openings import Situation, situation

__all__ = ["Round", "plan"]

SYSTEM = Actor.system("reminders")
CLOSED = "It is done or withdrawn, or its deadline moved."
NOBODY = "Nobody is registered who could be told."
OPTED_OUT = "The address unsubscribed from reminders."
_AT_ONCE = 500  # of what one statement asks for; databases bound the number of its values
_PLANNING = 0x706C616E  # any number that nobody else locks
log = get_logger(__name__)


@dataclass(slots=True)
class Round:
    """What one round of planning did."""

    planned: int = 0
    mails: int = 0
    cancelled: int = 0


@retried
def plan(leader: Holder | None = None) -> Round:
    """Do one round; costs no write when nothing is due."""
    now = clock.now()
    seen = situation(now)
    late = due(seen.matters, seen.steps, seen.policy.rules, now)
    planned = _planned_keys(late)
    new = [each for each in late if each.key not in planned]
    closed = _closed(seen)
    letters = Letters(seen)
    if not new and not closed and not letters.waiting():
        session().commit()
        return Round()
    with writing(), work(SYSTEM, "reminders.plan", subject="reminders:due") as w:
        _stand_in_line(w, leader)
        known = _planned_keys(new)
        done = Round()
        _cancel(w, closed, done)
        _write(w, letters, [each for each in new if each.key not in known], done)
        _send(w, letters.digests(w), done)
        _brake(w, seen, done)
        w.note(planned=done.planned, mails=done.mails, cancelled=done.cancelled)
    log.info("reminders_planned", planned=done.planned, mails=done.mails, cancelled=done.cancelled)
    return done


def _stand_in_line(w: Work, leader: Holder | None) -> None:
    if leader is not None:
        require(w, leader)
    if engine_name() == "postgresql":
        # SQLite's write lock does this by itself; here two planners would see the same keys as free
        w.session.execute(select(func.pg_advisory_xact_lock(_PLANNING)))


def _planned_keys(late: Iterable[Due]) -> set[Key]:
    """Return the keys that are planned of these matters: as much as is open is read, however long the history."""
    keys: dict[str, set[str]] = defaultdict(set)
    for each in late:
        keys[each.matter.subject].add(each.matter.key)
    columns = (Reminder.subject, Reminder.subject_key, Reminder.cycle, Reminder.step, Reminder.recipient)
    found: set[Key] = set()
    for subject, wanted in keys.items():
        for some in _batched(sorted(wanted)):
            question = select(*columns).where(Reminder.subject == subject, Reminder.subject_key.in_(some))
            found |= {tuple(row) for row in session().execute(question)}  # type: ignore[misc]  # five columns, as in Key
    return found


def _batched(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield keys in portions that a statement can carry."""
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))


def _closed(seen: Situation) -> list[int]:
    """Return planned reminders that were not sent and whose matter is no longer open in this cycle."""
    is_open = {(matter.subject, matter.key, matter.round) for matter in seen.matters}
    waits = and_(Reminder.state == ReminderState.QUEUED, Mail.state == MailState.PENDING)
    rows = session().execute(
        select(Reminder.id, Reminder.subject, Reminder.subject_key, Reminder.cycle)
        .outerjoin(Mail, Mail.id == Reminder.outbox_id)
        .where(or_(Reminder.state == ReminderState.PLANNED, waits))
    )
    return [row.id for row in rows if (row.subject, row.subject_key, row.cycle) not in is_open]


def _cancel(w: Work, closed: Sequence[int], done: Round) -> None:
    if not closed:
        return
    done.cancelled = w.update_many(
        Reminder, {key: {"state": ReminderState.CANCELLED, "reason": CLOSED} for key in closed}
    )
    # a mail in which nothing is left is cancelled with them; a digest that still holds something is written anew when sent
    rows = w.session.execute(
        select(Mail.id)
        .join(Reminder, Reminder.outbox_id == Mail.id)
        .where(Mail.state == MailState.PENDING)
        .group_by(Mail.id)
        .having(func.max(case((Reminder.state == ReminderState.QUEUED, 1), else_=0)) == 0)
    )
    changes = {row.id: {"state": MailState.CANCELLED, "reason": CLOSED, "settled_at": w.now} for row in rows}
    w.update_many(Mail, changes)


def _write(w: Work, letters: Letters, new: Iterable[Due], done: Round) -> None:
    rows, post = [], []
    for each in new:
        row = _row(w, each)
        address = each.recipient.address if each.recipient else ""
        if each.superseded_by is not None:
            row |= {"state": ReminderState.SUPERSEDED, "reason": f"Step {each.superseded_by} was due as well."}
        elif each.recipient is None:
            row |= {"state": ReminderState.CANCELLED, "reason": NOBODY}
        elif address in letters.seen.opted_out:
            row |= {"state": ReminderState.CANCELLED, "reason": OPTED_OUT}
        elif letters.is_single(each):
            letter, problem = letters.single(each)
            row |= {"reason": problem, "state": ReminderState.QUEUED if letter else ReminderState.CANCELLED}
            post += [(letter, len(rows))] if letter else []
        rows.append(row)
    _number(w, rows, post)
    w.insert_many(Reminder, rows)
    done.planned, done.mails = len(rows), len(post)
    done.mails += letters.escalations(w, [each for each in new if each.role == "ciso" and each.superseded_by is None])


def _number(w: Work, rows: list[dict[str, Any]], post: list[tuple[dict[str, Any], int]]) -> None:
    ids = w.insert_many(Mail, [letter for letter, _ in post])
    for outbox_id, (_, position) in zip(ids, post, strict=True):
        rows[position]["outbox_id"] = int(outbox_id)


def _row(w: Work, each: Due) -> dict[str, Any]:
    subject, key, cycle, step, recipient = each.key
    return {
        "subject": subject, "subject_key": key, "cycle": cycle, "step": step, "recipient": recipient,
        "role": each.role, "vendor": each.matter.vendor, "title": each.matter.title[:300], "due_at": each.at,
        "planned_at": w.now, "state": ReminderState.PLANNED, "reason": None, "outbox_id": None,
    }  # fmt: skip


def _send(w: Work, post: Sequence[Post], done: Round) -> None:
    """Write the digests and mark what went into each."""
    ids = w.insert_many(Mail, [each.row for each in post])
    changes = {
        reminder: {"state": ReminderState.QUEUED, "outbox_id": int(outbox_id)}
        for outbox_id, each in zip(ids, post, strict=True)
        for reminder in each.reminders
    }
    w.update_many(Reminder, changes)
    done.mails += len(post)


def _brake(w: Work, seen: Situation, done: Round) -> None:
    """Pause the outbox when more goes out at once than anybody expects, until somebody has looked."""
    if done.mails <= seen.policy.pause_above or seen.policy.is_paused:
        return
    why = (
        f"{done.mails} mails were planned at once, more than {seen.policy.pause_above}: look through them, then go on."
    )
    row = w.session.get(MailRules, 1, with_for_update=True)
    if row is None:
        given = {name: getattr(seen.policy, name) for name in seen.policy.__slots__ if name not in {"version", "why"}}
        row = w.add(MailRules(id=1, **given, why=why))
    row.is_paused, row.why = True, why
    log.warning("outbox_paused", mails=done.mails)
