"""What is registered around a vendor, as its page shows it: a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, String, case, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from registry.core.db import session
from registry.core.kinds import KINDS
from registry.domain.register.facts import Certificate as CertificateFact
from registry.domain.register.facts import Contact as ContactFact
from registry.domain.register.facts import Contract as ContractFact
from registry.domain.register.vocabulary import AccessOutcome, Storage
from registry.models.access import Access
from registry.models.base import CodeList
from registry.models.datasets import Dataset
from registry.models.flows import Flow
from registry.models.platform_use import PlatformUse
from registry.models.systems import System
from registry.models.vendors import Certificate, Contact, Contract, Vendor
from registry.vendors.held import RANKS_ASKED, flow_counts, people_of_flow

__all__ = [
    "ROWS_MAX",
    "AccessRow",
    "FlowRow",
    "Papers",
    "PlatformRow",
    "SubVendor",
    "Surroundings",
    "first_rows",
    "surroundings",
]

ROWS_MAX = 200  # of one sort on one page; a platform may have thousands


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow:
    """A flow that the vendor gets: what, from whom, how kept; `counts`: it is part of today's picture."""

    code: str
    dataset: str
    dataset_name: str
    sender: str
    sender_name: str
    categories: tuple[str, ...]
    storage: Storage
    protection: str
    countries: tuple[str, ...]
    people: int | None
    ends: date | None
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubVendor:
    """A vendor that gets data from this one, by all flows between the two."""

    code: str
    name: str
    country: str | None
    categories: tuple[str, ...]
    flows: tuple[str, ...]
    rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """A way of the vendor into one of our systems."""

    code: str
    system: str
    system_name: str
    kind: str
    last_review: date | None
    outcome: str | None

    @property
    def is_revoked(self) -> bool:
        """Whether it counts no more."""
        return self.outcome == AccessOutcome.REVOKED


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRow:
    """A use of a platform: by this vendor, or of this vendor when `is_ours` is false."""

    code: str
    other: str
    other_name: str
    kind: str
    uses_it: bool


@dataclass(frozen=True, slots=True)
class Papers:
    """Contracts, certificates and contacts, each with its key."""

    contracts: tuple[ContractFact, ...]
    certificates: tuple[tuple[int, CertificateFact], ...]
    contacts: tuple[tuple[int, ContactFact], ...]

    @property
    def count(self) -> int:
        """How many there are together."""
        return len(self.contracts) + len(self.certificates) + len(self.contacts)

    @property
    def notice_hours(self) -> float | None:
        """The shortest notice a contract promises; None when none does."""
        hours = [
            contract.breach_notice_hours for contract in self.contracts if contract.breach_notice_hours is not None
        ]
        return min(hours, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is registered around one vendor."""

    flows: tuple[FlowRow, ...]
    flow_count: int
    sub_vendors: tuple[SubVendor, ...]
    access: tuple[AccessRow, ...]
    platforms: tuple[PlatformRow, ...]
    papers: Papers
    rank: int | None

    @property
    def held(self) -> tuple[FlowRow, ...]:
        """The flows whose copy it keeps today."""
        return tuple(flow for flow in self.flows if flow.counts and flow.storage is not Storage.NONE)

    @property
    def people_held(self) -> int | None:
        """The people of its largest copy: at least so many are held; None when no count is known."""
        return max((flow.people for flow in self.held if flow.people is not None), default=None)


def surroundings(code: str) -> Surroundings:
    """Read what is registered around a vendor; a fixed number of queries, at most 200 rows of each sort."""
    flows = _flows(code)
    count = len(flows)
    if count == ROWS_MAX:
        live = select(func.count()).select_from(Flow).where(Flow.recipient == code, Flow.archived_at.is_(None))
        count = session().scalar(live) or 0
    sub_vendors = _sub_vendors(code)
    ranks = _ranks({code, *sub_vendors})
    return Surroundings(
        flows=flows,
        flow_count=count,
        sub_vendors=tuple(SubVendor(**row, rank=ranks[key]) for key, row in sub_vendors.items()),
        access=_access(code),
        platforms=_platforms(code),
        papers=_papers(code),
        rank=ranks[code],
    )


def _ranks(codes: Iterable[str]) -> dict[str, int | None]:
    return {row[0]: row[1] for row in session().execute(RANKS_ASKED, {"codes": list(codes)})}


def first_rows(question: Select[Any]) -> Sequence[Any]:
    """Return the first rows of a question, as many as a page shows."""
    return session().execute(question.limit(ROWS_MAX)).all()


def _flows(code: str) -> tuple[FlowRow, ...]:
    giver = aliased(Vendor)
    question = (
        select(Flow, Dataset.name, Dataset.categories, people_of_flow(Flow, Dataset), flow_counts(Flow))
        .add_columns(func.coalesce(System.name, giver.name))
        .join(Dataset, Dataset.code == Flow.dataset)
        .outerjoin(System, System.code == Flow.sender)
        .outerjoin(giver, giver.code == Flow.sender)
        .where(Flow.recipient == code, Flow.archived_at.is_(None))
        .order_by(people_of_flow(Flow, Dataset).is_(None), people_of_flow(Flow, Dataset).desc(), Flow.code)
    )
    return tuple(
        FlowRow(
            code=flow.code,
            dataset=flow.dataset,
            dataset_name=name,
            sender=flow.sender,
            sender_name=sender,
            categories=flow.categories or categories,
            storage=flow.storage,
            protection=flow.protection,
            countries=tuple(dict.fromkeys((*flow.countries_at_rest, *flow.countries_processing))),
            people=people,
            ends=flow.ends,
            counts=bool(counts),
        )
        for flow, name, categories, people, counts, sender in first_rows(question)
    )


def _sub_vendors(code: str) -> dict[str, dict[str, Any]]:
    passed = case((type_coerce(Flow.categories, String) == "", Dataset.categories), else_=Flow.categories)
    question = (
        select(Vendor.code, Vendor.name, Vendor.country, Flow.code, type_coerce(passed, CodeList))
        .join(Flow, Flow.recipient == Vendor.code)
        .join(Dataset, Dataset.code == Flow.dataset)
        .where(Flow.sender == code, flow_counts(Flow))
        .order_by(Vendor.name_key, Flow.code)
    )
    found: dict[str, dict[str, Any]] = {}
    for key, name, country, flow, categories in first_rows(question):
        row = found.setdefault(key, {"code": key, "name": name, "country": country, "flows": (), "categories": ()})
        row["flows"] += (flow,)
        row["categories"] = tuple(dict.fromkeys((*row["categories"], *categories)))
    return found


def _access(code: str) -> tuple[AccessRow, ...]:
    question = (
        select(Access, System.name)
        .join(System, System.code == Access.system)
        .where(Access.vendor == code, Access.archived_at.is_(None))
        .order_by(Access.code)
    )
    return tuple(
        AccessRow(
            code=row.code,
            system=row.system,
            system_name=name,
            kind=row.kind,
            last_review=row.last_review,
            outcome=row.outcome,
        )
        for row, name in first_rows(question)
    )


def _platforms(code: str) -> tuple[PlatformRow, ...]:
    user, platform = aliased(Vendor), aliased(Vendor)
    question = (
        select(PlatformUse, platform.name, func.coalesce(System.name, user.name))
        .join(platform, platform.code == PlatformUse.platform)
        .outerjoin(System, System.code == PlatformUse.user)
        .outerjoin(user, user.code == PlatformUse.user)
        .where(or_(PlatformUse.platform == code, PlatformUse.user == code), PlatformUse.archived_at.is_(None))
        .order_by(PlatformUse.code)
    )
    return tuple(
        PlatformRow(
            code=use.code,
            other=use.platform if use.user == code else use.user,
            other_name=platform_name if use.user == code else user_name,
            kind=use.kind,
            uses_it=use.user == code,
        )
        for use, platform_name, user_name in first_rows(question)
    )


def _papers(code: str) -> Papers:
    def live(model: Any, order: Any) -> Sequence[Any]:
        return (
            session()
            .scalars(
                select(model).where(model.vendor == code, model.archived_at.is_(None)).order_by(order).limit(ROWS_MAX)
            )
            .all()
        )

    def facts(kind: str, rows: Sequence[Any]) -> Any:
        return tuple(KINDS[kind].fact_of(row) for row in rows)

    certificates, contacts = live(Certificate, Certificate.id), live(Contact, Contact.id)
    return Papers(
        contracts=facts("contracts", live(Contract, Contract.code)),
        certificates=tuple(zip((row.id for row in certificates), facts("certificates", certificates), strict=True)),
        contacts=tuple(zip((row.id for row in contacts), facts("contacts", contacts), strict=True)),
    )
