"""What runs out and when; the first legal deadline of each vendor against its contractual notice."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from registry.administration.queries import parameters_in_force
from registry.blast.owed import OwedDuty, duties_to_people, first_duty
from registry.core import clock
from registry.core.db import session
from registry.core.dutyrules import data_kinds, rules_in_force
from registry.core.register import current
from registry.domain.assessment.reach import Reach
from registry.domain.duties.obligations import Exposure, Headcount
from registry.domain.register.facts import Register
from registry.domain.register.vocabulary import Lifecycle
from registry.models.assessments import Evidence
from registry.models.vendors import Vendor
from registry.mywork.ahead import Ahead, coming_up
from registry.risk.queries import reaches_now

__all__ = ["BEHIND_DAYS", "Margin", "MarginPage", "margins", "runs_out"]

BEHIND_DAYS = 90
PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How much of the first deadline is left once the vendor has told us as late as it may."""

    vendor: str
    name: str
    notice: float | None
    duty: OwedDuty | None
    triage: float

    @property
    def margin(self) -> float | None:
        """Hours left; None where no notice is agreed or no deadline in hours is reached."""
        return self.duty.margin_hours if self.duty else None


@dataclass(frozen=True, slots=True)
class MarginPage:
    """Some vendors, how many there are, and the number of the next page."""

    rows: tuple[Margin, ...]
    total: int
    page: int
    following: int | None


def runs_out(vendors: Collection[str] | None, today: date, *, days: int) -> list[Ahead]:
    """Return what runs out in so many days, or just has, soonest first; None asks about every vendor."""
    since = today - timedelta(days=BEHIND_DAYS)
    register = current().register
    working = {row.code for row in register.vendors if row.lifecycle is not Lifecycle.TERMINATED}
    wanted = working if vendors is None else working & set(vendors)
    found = [*coming_up(register, wanted, today, since=since, days=days), *_evidence(wanted, since, today, days)]
    return sorted(found)


def _evidence(vendors: Collection[str], since: date, today: date, days: int) -> list[Ahead]:
    rows = session().execute(
        select(Evidence.expires, Evidence.file_name, Evidence.vendor, Vendor.name)
        .join(Vendor, Vendor.code == Evidence.vendor)
        .where(Evidence.archived_at.is_(None), Evidence.expires.between(since, today + timedelta(days=days)))
    )
    return [
        Ahead(row.expires, f"file {row.file_name} {'expires' if row.expires >= today else 'has expired'}", row.vendor, row.name)
        for row in rows
        if row.vendor in vendors
    ]  # fmt: skip


def margins(vendors: Collection[str] | None, page: int) -> MarginPage:
    """Return one page of vendors that hold or reach data: those without an agreed notice first, then the longest notice.

    Legal deadlines are measured for the vendors of the page only.
    """
    register, reaches = current().register, reaches_now()
    notice = _notices(register)
    names = register.vendor_by_code
    live = [row.code for row in register.vendors if row.lifecycle in {Lifecycle.ACTIVE, Lifecycle.ONBOARDING}]
    wanted = [
        code for code in live if code in reaches and reaches[code].datasets and (vendors is None or code in vendors)
    ]
    wanted.sort(key=lambda code: (code in notice, -notice.get(code, 0.0), names[code].name.casefold()))
    shown = wanted[(page - 1) * PAGE : page * PAGE]
    triage, rules = parameters_in_force().constant("own_triage_hours"), rules_in_force()
    rows = tuple(
        Margin(
            vendor=code, name=names[code].name, notice=notice.get(code), triage=triage,
            duty=first_duty(duties_to_people(
                register, code, _exposure(register, reaches[code]), rules=rules,
                datasets=set(reaches[code].datasets), on=clock.today(), triage_hours=triage,
            )),
        )
        for code in shown
    )  # fmt: skip
    return MarginPage(rows, len(wanted), page, page + 1 if page * PAGE < len(wanted) else None)


def _notices(register: Register) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for contract in register.contracts:
        if contract.breach_notice_hours is not None:
            found[contract.vendor] = min(
                contract.breach_notice_hours, found.get(contract.vendor, contract.breach_notice_hours)
            )
    return found


def _exposure(register: Register, reach: Reach) -> Exposure:
    """Return everybody in the vendor's reach by jurisdiction, as if all of it were exposed."""
    datasets = set(reach.datasets)
    covered: defaultdict[str, float] = defaultdict(float)
    for row in register.coverage:
        if row.dataset in datasets:
            covered[row.segment] += row.share
    sizes = {row.code: row.people for row in register.segments}
    people: defaultdict[str | None, float] = defaultdict(float)
    placed = 0.0
    for row in register.jurisdictions:
        if row.segment in covered:
            count = sizes[row.segment] * min(1.0, covered[row.segment]) * row.share
            people[row.jurisdiction] += count
            placed += count
    if reach.people > placed + 0.5 or not people:
        people[None] += max(1.0, reach.people - placed)
    return Exposure(
        people={code: Headcount(count, count) for code, count in people.items()},
        data_kinds=data_kinds(_categories(register, datasets)),
        counts_known=not reach.is_assumed,
    )


def _categories(register: Register, datasets: Collection[str]) -> Sequence[str]:
    return [category for row in register.datasets if row.code in datasets for category in row.categories]
