"""The draft that is made by itself: on the first working day of a quarter, for the quarter that has just ended."""

from datetime import date, timedelta

from sqlalchemy import func, select

from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import session, writing
from registry.core.jobs import enqueue
from registry.core.mailrules import policy
from registry.core.work import work
from registry.models.audit import AuditEntry
from registry.models.jobs import Job
from registry.models.packs import AuditPack
from registry.reporting.cut import Quarter
from registry.reporting.kept import MAKE_PACK_NAME

__all__ = ["draft_due"]

SYSTEM = Actor.system("packs")


def draft_due() -> Quarter | None:
    """Ask for the draft that is due, once; return its quarter, None when nothing is to be done.

    Due from the first working day of the new quarter on: a scheduler that was away makes it when it is back.
    """
    today = clock.today(policy().zone)
    quarter = Quarter.of(today).before
    if not _has_working_day(quarter.next, today) or not _existed_in(quarter) or _is_there(quarter):
        return None
    with writing(), work(SYSTEM, "audit_pack.ask", subject=f"quarter:{quarter}") as w:
        w.note(job=enqueue(w, MAKE_PACK_NAME, {"quarter": str(quarter)}))
    return quarter


def _has_working_day(running: Quarter, today: date) -> bool:
    rules, day = policy().rules, running.first
    while day <= today:
        if rules.is_working(day):
            return True
        day += timedelta(days=1)
    return False


def _existed_in(quarter: Quarter) -> bool:
    """Whether this registry was in use before the quarter ended; of earlier times it has nothing to report."""
    first = session().scalar(select(func.min(AuditEntry.at)))
    return first is not None and first.date() <= quarter.last


def _is_there(quarter: Quarter) -> bool:
    """Whether a pack of the quarter exists or was asked for before by the schedule, whatever became of it."""
    if session().scalar(select(AuditPack.id).where(AuditPack.quarter == str(quarter)).limit(1)) is not None:
        return True
    asked = select(Job.id).where(Job.kind == MAKE_PACK_NAME, Job.params.like(f'%"{quarter}"%')).limit(1)
    return session().scalar(asked) is not None
