"""Look-ups of a vendor beside its own columns: what it holds, how far it is from us, who answers for it.

Each is one expression, read for the rows of a page only. What counts at a date is decided as in
`registry.domain.register.presence`; a test holds the two against each other.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Float,
    Integer,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from registry.core import clock
from registry.core.access import current_actor
from registry.core.formats import is_special_category
from registry.domain.register.vocabulary import AccessOutcome, ContactRole, Lifecycle, Storage
from registry.models.access import Access
from registry.models.accounts import Deputy, Person
from registry.models.base import CodeList
from registry.models.datasets import Dataset
from registry.models.flows import Flow
from registry.models.vendors import Contact, Contract, Vendor, VendorDelegation
from registry.reference.load import read_rows

__all__ = [
    "CATEGORIES_HELD",
    "HAS_INCIDENT_CONTACT",
    "HOLDS_SPECIAL",
    "IS_MINE",
    "NOTICE_HOURS",
    "PEOPLE_HELD",
    "RANK",
    "RANKS_ASKED",
    "flow_counts",
    "holders",
    "people_of_flow",
]

DEEPEST_RANK = 6
_UNITS = 1_000_000_000  # of `Share`

_today = bindparam("today", callable_=clock.today, type_=Date)
_my_id = bindparam("my_id", callable_=lambda: current_actor().person_id, type_=Integer)


@cache
def _special_roots() -> tuple[str, ...]:
    """Return the special categories that lie under no other special one."""
    keys = [row["key"] for row in read_rows("data_categories") if is_special_category(row["key"])]
    return tuple(key for key in keys if not any(key.startswith(f"{other}.") for other in keys))


@cache
def _family(category: str) -> str:
    """Return the special category a key lies under, else its first two steps: `user.contact.email` is contact."""
    for root in _special_roots():
        if category == root or category.startswith(f"{root}."):
            return root
    return ".".join(category.split(".")[:2])


class _TogetherType(CodeList):
    """Several lists of categories joined to one short one: by their families, each once, special ones first."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[str, ...]:  # noqa: ARG002 -- SQLAlchemy's signature
        """Split, shorten and sort."""
        families = {_family(word) for word in (value or "").split(";") if word}
        return tuple(sorted(families, key=lambda word: (not is_special_category(word), word)))


def _of_stage(*stages: Lifecycle) -> Any:
    return select(Vendor.code).where(Vendor.lifecycle.in_(stages), Vendor.archived_at.is_(None)).correlate(None)


def flow_counts(flow: Any) -> ColumnElement[bool]:
    """Return the condition that a flow counts today: it has begun, and is not both over and certified deleted."""
    prospects, terminated = _of_stage(Lifecycle.PROSPECT), _of_stage(Lifecycle.TERMINATED)
    is_over = or_(
        func.coalesce(flow.ends <= _today, literal(value=False)),
        flow.sender.in_(terminated),
        flow.recipient.in_(terminated),
    )
    is_deleted = and_(flow.deletion_certified.is_not(None), flow.deletion_certified <= _today)
    return and_(
        flow.archived_at.is_(None),
        or_(flow.starts.is_(None), flow.starts <= _today),
        ~and_(is_deleted, is_over),
        flow.sender.not_in(prospects),
        flow.recipient.not_in(prospects),
    )


def people_of_flow(flow: Any, dataset: Any) -> ColumnElement[int | None]:
    """Return the people a flow passes on: its own number, else its share of the dataset's, else all; NULL is unknown."""
    share = type_coerce(flow.people_share, BigInteger)
    part = cast(func.round(cast(dataset.people, Float) * cast(share, Float) / _UNITS), BigInteger)
    all_of_them = or_(share.is_(None), share >= _UNITS)
    return func.coalesce(flow.people, case((all_of_them, dataset.people), else_=part))


def _held(what: ColumnElement[Any]) -> Any:
    """Return something of the flows whose copy a vendor keeps."""
    return (
        select(what)
        .select_from(Flow)
        .join(Dataset, Dataset.code == Flow.dataset)
        .where(Flow.recipient == Vendor.code, Flow.storage != Storage.NONE, flow_counts(Flow))
        .correlate(Vendor)
        .scalar_subquery()
    )


def _categories_of_flow() -> ColumnElement[str]:
    own = type_coerce(Flow.categories, String)
    return case((own == "", type_coerce(Dataset.categories, String)), else_=own)


CATEGORIES_HELD = type_coerce(_held(func.aggregate_strings(_categories_of_flow(), ";")), _TogetherType)
PEOPLE_HELD = _held(func.max(people_of_flow(Flow, Dataset)))
NOTICE_HOURS = (
    select(func.min(Contract.breach_notice_hours))
    .where(Contract.vendor == Vendor.code, Contract.archived_at.is_(None))
    .correlate(Vendor)
    .scalar_subquery()
)
_INCIDENT = (Contact.role == ContactRole.INCIDENT, Contact.archived_at.is_(None))
HAS_INCIDENT_CONTACT = Vendor.code.in_(select(Contact.vendor).where(*_INCIDENT))


def _names_special(text: Any) -> ColumnElement[bool]:
    parts = [text.contains(f";{key}{end}", autoescape=True) for key in _special_roots() for end in (";", ".")]
    return or_(*parts)


def holders(passes: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the vendors that keep a copy with a text of categories that passes; asked once, not once per vendor."""
    own = type_coerce(Flow.categories, String)
    datasets = select(Dataset.code).where(passes(type_coerce(Dataset.categories, String)))
    names_it = or_(and_(own == "", Flow.dataset.in_(datasets)), and_(own != "", passes(own)))
    return Vendor.code.in_(
        select(Flow.recipient).where(Flow.storage != Storage.NONE, names_it, flow_counts(Flow)).correlate(None)
    )


HOLDS_SPECIAL = holders(_names_special)

_stood_in_for = (
    select(Person.email)
    .join(Deputy, Deputy.person_id == Person.id)
    .where(Deputy.deputy_id == _my_id, Deputy.starts <= _today, or_(Deputy.ends.is_(None), Deputy.ends >= _today))
)
_my_addresses = select(Person.email).where(Person.id == _my_id).union(_stood_in_for)
# As `registry.core.ownership.owned_vendor_clause`, as an expression of its own so that a list can filter by it.
IS_MINE = or_(
    func.lower(Vendor.owner_email).in_(_my_addresses),
    Vendor.code.in_(
        select(VendorDelegation.vendor).where(
            VendorDelegation.delegate_email.in_(_my_addresses),
            VendorDelegation.since <= _today,
            or_(VendorDelegation.until.is_(None), VendorDelegation.until >= _today),
        )
    ),
)


def _is_within(code: Any, steps: int) -> ColumnElement[bool]:
    flow = aliased(Flow)
    if steps > 1:
        return exists().where(flow.recipient == code, flow_counts(flow), _is_within(flow.sender, steps - 1))
    access = aliased(Access)
    opens = exists().where(
        access.vendor == code,
        access.archived_at.is_(None),
        func.coalesce(access.outcome, "") != AccessOutcome.REVOKED.value,
        access.vendor.not_in(_of_stage(Lifecycle.PROSPECT)),
    )
    gives = exists().where(flow.recipient == code, flow.sender.startswith("S-"), flow_counts(flow))
    return or_(opens, gives)


# The fewest flow or access steps from our systems to a vendor, NULL when there are none. Built once, as the question
# below is: the expression is long, and writing it takes longer than asking it.
RANK: ColumnElement[int | None] = case(
    *((_is_within(Vendor.code, steps), steps) for steps in range(1, DEEPEST_RANK + 1)), else_=None
)
RANKS_ASKED = select(Vendor.code, RANK).where(Vendor.code.in_(bindparam("codes", expanding=True)))
