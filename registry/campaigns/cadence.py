"""Opens the next assessment of a vendor by itself, as often as its tier asks; ends what a vendor that left still owes.

Only vendors that were assessed before: their next one asks the same questionnaire in its latest edition. The first one
is begun by somebody, alone or in a campaign, so that a register that was just imported does not ask everybody at once.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from registry.administration.queries import parameters_in_force
from registry.assessments.service.opening import StartAssessment, start
from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import session, writing
from registry.core.logs import get_logger
from registry.core.work import retried, work
from registry.domain.assessment.assessment import ANSWERABLE, OPEN, Step, next_state
from registry.domain.duties.deadlines import add_months
from registry.domain.register.vocabulary import Lifecycle
from registry.models.assessments import AskedQuestionnaire, Assessment
from registry.models.vendors import Vendor
from registry.questionnaires.queries import sendable
from registry.risk.queries import tiers_in_force

__all__ = ["Next", "due_next", "open_next"]

SYSTEM = Actor.system("cadence")
DAYS_TO_ANSWER = 30
log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """An assessment that is to be opened: of whom, what, due when."""

    vendor: str
    code: str
    edition: str
    due: date


def open_next() -> int:
    """Open what the cadence asks for today, and end what vendors that left owe; return how many were opened."""
    _expire_left()
    opened = 0
    for each in due_next(clock.today()):
        opened += _open(each)
    return opened


def due_next(today: date) -> list[Next]:
    """Return what is to be opened on a day: so early that the answers have their time; four queries."""
    tiers, parameters, latest = tiers_in_force(), parameters_in_force(), _latest_editions()
    found = []
    for vendor, (code, decided) in _last_decided().items():
        months = int(parameters.number(f"cadence.{tiers.get(vendor, 'unscored')}.reassess_months"))
        due = add_months(decided, months)
        if code in latest and today >= due - timedelta(days=DAYS_TO_ANSWER):
            soonest = today + timedelta(days=DAYS_TO_ANSWER)
            found.append(Next(vendor=vendor, code=code, edition=latest[code], due=max(due, soonest)))
    return found


def _latest_editions() -> dict[str, str]:
    latest: dict[str, str] = {}
    for each in sendable():  # the latest first
        latest.setdefault(each.code, each.number)
    return latest


def _last_decided() -> dict[str, tuple[str, date]]:
    """Return by active vendor without an open assessment what was decided last and when."""
    rows = session().execute(
        select(Assessment.vendor, Assessment.state, Assessment.decided_at, Assessment.score, AskedQuestionnaire.code)
        .join(AskedQuestionnaire, AskedQuestionnaire.sha256 == Assessment.asked)
        .join(Vendor, Vendor.code == Assessment.vendor)
        .where(Vendor.archived_at.is_(None), Vendor.lifecycle == Lifecycle.ACTIVE)
        .order_by(Assessment.decided_at, Assessment.id)
    )
    by_vendor = defaultdict(list)
    for row in rows:
        by_vendor[row.vendor].append(row)
    return dict(_ready(by_vendor))


def _ready(by_vendor: dict[str, list]) -> Iterator[tuple[str, tuple[str, date]]]:  # type: ignore[type-arg]  # rows of a query
    for vendor, rows in by_vendor.items():
        if any(row.state in OPEN and row.decided_at is None for row in rows):
            continue
        decided = [row for row in rows if row.decided_at is not None and row.score is not None]
        if decided:
            yield vendor, (decided[-1].code, decided[-1].decided_at.date())


@retried
def _open(each: Next) -> bool:
    with writing(), work(SYSTEM, "assessment.cadence", subject=f"vendor:{each.vendor}") as w:
        w.get(Vendor, each.vendor)  # whoever opens at the same time waits here
        waiting = select(Assessment.id).where(
            Assessment.vendor == each.vendor, Assessment.state.in_(OPEN), Assessment.decided_at.is_(None)
        )
        if w.session.scalar(waiting) is not None:
            w.forget()
            return False
        command = StartAssessment(
            vendor=each.vendor, code=each.code, edition=each.edition, period=str(each.due.year), due=each.due
        )
        start(SYSTEM, command)
    log.info("assessment_opened", vendor=each.vendor)
    return True


@retried
def _expire_left() -> None:
    left = (
        select(Assessment.id)
        .join(Vendor, Vendor.code == Assessment.vendor)
        .where(
            Assessment.state.in_(ANSWERABLE),
            or_(Vendor.archived_at.is_not(None), Vendor.lifecycle == Lifecycle.TERMINATED),
        )
    )
    keys = list(session().scalars(left))
    session().commit()
    for key in keys:
        with writing(), work(SYSTEM, "assessment.expire", subject=f"assessment:{key}") as w:
            row = w.get(Assessment, key)
            if row.state in ANSWERABLE:
                row.state = next_state(row.state, Step.EXPIRE)
                row.rationale, row.decided_at = "The vendor left.", w.now
