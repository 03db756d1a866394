"""Which vendors a person may write: those they own, those delegated to them, those of whom they stand in for today.

Ownership is the address on the vendor (`owner_email`). A fact belongs to every vendor it names: whoever may write one
of them may write the fact. What names no vendor is our own side and asks for `Permission.CATALOGUE_WRITE`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from registry.core import clock
from registry.core.access import Permission, Scope, may, scope_of
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.domain.register import facts
from registry.models.access import Access
from registry.models.accounts import Deputy, Person
from registry.models.flows import Flow
from registry.models.platform_use import PlatformUse
from registry.models.processes import Dependency
from registry.models.vendors import Vendor, VendorDelegation

__all__ = [
    "can_write_fact",
    "can_write_vendor",
    "owned_vendor_clause",
    "require_fact",
    "require_vendor",
    "stood_in_for",
    "writable_vendors",
]

# Kind of fact (field of `Register`) -> its columns that may name a vendor; kinds that are not here are our own side.
VENDOR_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "vendors": ("code",),
    "flows": ("sender", "recipient"),
    "access": ("vendor",),
    "platform_uses": ("platform", "user"),
    "contracts": ("vendor",),
    "certificates": ("vendor",),
    "contacts": ("vendor",),
    "dependencies": ("depends_on",),
    "placements": ("fact",),
}
# What a control may be placed on -> the columns that name a vendor; systems and links are our own side.
_BEHIND: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Flow, ("sender", "recipient")),
    (Access, ("vendor",)),
    (PlatformUse, ("platform", "user")),
    (Dependency, ("depends_on",)),
)
_VENDOR_PREFIX = f"{facts.Vendor.PREFIX}-"


def can_write_vendor(actor: Actor, vendor_code: str, permission: Permission = Permission.FACTS_WRITE) -> bool:
    """Tell whether an actor may write one vendor; costs two queries for somebody who writes own vendors only."""
    scope = Scope.ALL if actor.is_system else scope_of(actor, permission)
    if scope is not Scope.OWN:
        return scope is Scope.ALL
    found = session().scalar(select(Vendor.code).where(Vendor.code == vendor_code, owned_vendor_clause(actor)))
    return found is not None


def writable_vendors(actor: Actor, permission: Permission = Permission.FACTS_WRITE) -> frozenset[str] | None:
    """Return the codes an actor may write; None means every vendor. Costs two queries."""
    scope = Scope.ALL if actor.is_system else scope_of(actor, permission)
    if scope is Scope.ALL:
        return None
    if scope is None:
        return frozenset()
    return frozenset(session().scalars(select(Vendor.code).where(owned_vendor_clause(actor))))


def owned_vendor_clause(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Vendor` for what an actor owns, was delegated, or stands in for; costs one query."""
    today = clock.today()
    addresses = stood_in_for(actor, today) | {(actor.email or "").casefold()} - {""}
    delegated = select(VendorDelegation.vendor).where(
        VendorDelegation.delegate_email.in_(addresses),
        VendorDelegation.since <= today,
        or_(VendorDelegation.until.is_(None), VendorDelegation.until >= today),
    )
    return or_(func.lower(Vendor.owner_email).in_(addresses), Vendor.code.in_(delegated))


def stood_in_for(actor: Actor, today: date) -> frozenset[str]:
    """Return the addresses of the people an actor stands in for on a day."""
    rows = session().scalars(
        select(Person.email)
        .join(Deputy, Deputy.person_id == Person.id)
        .where(
            Deputy.deputy_id == actor.person_id,
            Deputy.starts <= today,
            or_(Deputy.ends.is_(None), Deputy.ends >= today),
        )
    )
    return frozenset(rows)


def can_write_fact(actor: Actor, kind: str, values: Mapping[str, Any]) -> bool:
    """Tell whether an actor may write a fact of a kind with these values (a row's, or a form's).

    Ask for both the old and the new values when a change may move the fact to another vendor.
    """
    if actor.is_system or may(actor, Permission.CATALOGUE_WRITE):
        return True
    if scope_of(actor, Permission.FACTS_WRITE) is None:
        return False
    if kind == "vendors" and not values.get("code"):
        return True  # a new vendor; its service makes the actor its owner
    codes = {str(values.get(column) or "") for column in VENDOR_COLUMNS.get(kind, ())}
    if kind == "placements":
        codes = _named_by_fact(str(values.get("fact") or ""))
    vendors = [code for code in codes if code.startswith(_VENDOR_PREFIX)]
    return any(can_write_vendor(actor, code) for code in vendors)


def _named_by_fact(code: str) -> set[str]:
    """Return the codes that the fact under a control names."""
    for model, columns in _BEHIND:
        row = session().get(model, code)
        if row is not None:
            return {getattr(row, column) for column in columns}
    return set()


def require_vendor(actor: Actor, vendor_code: str) -> None:
    """Raise `NotFound` when an actor may not write a vendor: whether it exists is not told either."""
    if not can_write_vendor(actor, vendor_code):
        raise NotFound("vendor", vendor_code)


def require_fact(actor: Actor, kind: str, values: Mapping[str, Any]) -> None:
    """Raise `NotFound` when an actor may not write a fact."""
    if not can_write_fact(actor, kind, values):
        raise NotFound("fact for you to change,", values.get("code") or kind)
