"""What a vendor's page reads: its flows, accesses, neighbours, papers and people; a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, case, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from registry.core.actor import Role
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.kinds import KINDS
from registry.domain.portfolio.frequency import BreachRate, breach_rate
from registry.domain.register.facts import Certificate as CertificateFact
from registry.domain.register.facts import Contact as ContactFact
from registry.domain.register.facts import Contract as ContractFact
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import AccessOutcome, Storage
from registry.models.access import Access
from registry.models.accounts import Person
from registry.models.base import CodeList
from registry.models.controls import Control, Placement, PlacementSource
from registry.models.datasets import Dataset
from registry.models.flows import Flow
from registry.models.organisation import Organisation
from registry.models.parameters import ParameterChange
from registry.models.platform_use import PlatformUse
from registry.models.systems import System
from registry.models.vendors import Certificate, Contact, Contract, Vendor, VendorComment, VendorDelegation
from registry.reference.load import shipped_parameters
from registry.vendors.held import RANKS_ASKED, flow_counts, people_of_flow

__all__ = [
    "AccessRow",
    "CommentRow",
    "ControlRow",
    "DelegationRow",
    "FlowRow",
    "Papers",
    "PlatformRow",
    "SubVendor",
    "Surroundings",
    "colleagues",
    "comments_of",
    "controls_of",
    "delegations_of",
    "name_of_person",
    "own_currency",
    "owner_of",
    "require_known",
    "surroundings",
    "yearly_chance",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRow:
    """A control placed on one of the vendor's flows, accesses or platform uses."""

    key: int
    control: str
    name: str
    fact: str
    state: str
    coverage: float
    due: date | None
    assessment: int | None


@dataclass(frozen=True, slots=True)
class CommentRow:
    """What somebody wrote, when."""

    author: str
    body: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationRow:
    """Who else may write the vendor."""

    id: int
    email: str
    name: str | None
    granted_by: str
    since: date
    until: date | None

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.until is not None and self.until < today


def require_known(code: str) -> str:
    """Return the name of a vendor; raises NotFound."""
    name = session().scalar(select(Vendor.name).where(Vendor.code == code))
    if name is None:
        raise NotFound("vendor", code)
    return str(name)


def owner_of(code: str) -> str | None:
    """Return the address of a vendor's owner."""
    return session().scalar(select(Vendor.owner_email).where(Vendor.code == code))


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


def _rows(question: Select[Any]) -> Sequence[Any]:
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
        for flow, name, categories, people, counts, sender in _rows(question)
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
    for key, name, country, flow, categories in _rows(question):
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
        for row, name in _rows(question)
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
        for use, platform_name, user_name in _rows(question)
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


def controls_of(codes: Sequence[str]) -> tuple[ControlRow, ...]:
    """Return the controls placed on some facts; one query."""
    if not codes:
        return ()
    question = (
        select(Placement, Control.name, PlacementSource.assessment_id)
        .outerjoin(Control, Control.code == Placement.control)
        .outerjoin(PlacementSource, PlacementSource.placement_id == Placement.id)
        .where(Placement.fact.in_(codes), Placement.archived_at.is_(None))
        .order_by(Placement.fact, Placement.control)
    )
    shipped = shipped_parameters().controls
    return tuple(
        ControlRow(
            key=row.id,
            control=row.control,
            name=name or (shipped[row.control].name if row.control in shipped else row.control),
            fact=row.fact,
            state=row.state,
            coverage=row.coverage,
            due=row.due,
            assessment=assessment,
        )
        for row, name, assessment in _rows(question)
    )


def comments_of(code: str) -> tuple[CommentRow, ...]:
    """Return what was written about a vendor, newest first; one query."""
    question = (
        select(VendorComment)
        .where(VendorComment.vendor == code)
        .order_by(VendorComment.written_at.desc(), VendorComment.id.desc())
        .limit(ROWS_MAX)
    )
    return tuple(CommentRow(row.author, row.body, row.written_at) for row in session().scalars(question))


def delegations_of(code: str) -> tuple[DelegationRow, ...]:
    """Return who else may write a vendor; one query."""
    question = (
        select(VendorDelegation, Person.name)
        .outerjoin(Person, Person.email == VendorDelegation.delegate_email)
        .where(VendorDelegation.vendor == code)
        .order_by(VendorDelegation.id)
    )
    return tuple(
        DelegationRow(
            id=row.id, email=row.delegate_email, name=name, granted_by=row.granted_by, since=row.since, until=row.until
        )
        for row, name in _rows(question)
    )


def colleagues(owner_email: str | None) -> list[tuple[str, str]]:
    """Return the vendor managers a vendor may be handed to, as (address, name); one query."""
    rows = session().scalars(select(Person).where(Person.is_active.is_(True)).order_by(Person.name))
    owner = (owner_email or "").casefold()
    return [(row.email, row.name) for row in rows if Role.VENDOR_MANAGER in row.roles and row.email != owner]


def yearly_chance(vendor: Any, *, is_holder: bool) -> BreachRate:
    """Return how often a vendor is breached, by the parameters in force; one query."""
    changed = session().execute(
        select(ParameterChange.key, ParameterChange.value).where(ParameterChange.archived_at.is_(None))
    )
    parameters: Parameters = shipped_parameters()
    changes = {row.key: row.value for row in changed if parameters.why_not(row.key, row.value) is None}
    return breach_rate(vendor, parameters.with_changes(changes) if changes else parameters, is_holder=is_holder)


def name_of_person(email: str | None) -> str | None:
    """Return the name of the person with an address, the address itself when nobody has an account with it."""
    if not email:
        return None
    return session().scalar(select(Person.name).where(Person.email == email.casefold())) or email


def own_currency() -> str:
    """Return the currency of the organisation."""
    return session().scalar(select(Organisation.currency)) or "USD"
