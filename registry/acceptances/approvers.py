"""Who may approve an acceptance: by rank and amount, never who proposed it; a named deputy where nobody else is left."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from registry.core import clock
from registry.core.access import permissions_of
from registry.core.actor import Actor, Role
from registry.core.db import session
from registry.core.ownership import owned_vendor_clause
from registry.core.people import actor_of
from registry.core.permissions import Permission, PersonFunction
from registry.domain.assessment.acceptance import RANKS
from registry.models.accounts import Deputy, Person
from registry.models.assessments import Assessment, AssessmentAnswer
from registry.models.findings import Acceptance
from registry.models.vendors import Vendor

__all__ = ["Approver", "approvers_of", "right_of"]


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who may approve, and for whom when they stand in."""

    name: str
    email: str
    stands_in_for: str | None = None


def approvers_of(row: Acceptance) -> list[Approver]:
    """Return everybody who may approve today, deputies last; a handful of queries per person with a right."""
    people = session().scalars(select(Person.id).where(Person.is_active.is_(True)).order_by(Person.name))
    actors = [actor for key in people if (actor := actor_of(key)) is not None and _may_decide_at_all(actor)]
    found = [(actor, right_of(actor, row)) for actor in actors]
    named = [Approver(actor.name, actor.email or "", right or None) for actor, right in found if right is not None]
    return sorted(named, key=lambda each: each.stands_in_for is not None)


def right_of(actor: Actor, row: Acceptance) -> str | None:
    """Return by what right somebody may approve: an empty text for their own, the address of whom they stand in for; None.

    Four eyes: who proposed it never approves it, also not for somebody else.
    """
    if (actor.email or "").casefold() == row.proposed_by.casefold():
        return None
    if _ranks_enough(actor, row):
        return ""
    for other in _stood_in_for(actor):
        if _ranks_enough(other, row):
            return other.email
    return None


def _ranks_enough(actor: Actor, row: Acceptance) -> bool:
    needed = RANKS.index(row.needs)
    if PersonFunction.EXECUTIVE in actor.functions and Role.AUDITOR not in actor.roles:
        return True
    if Role.CISO in actor.roles and needed <= RANKS.index("ciso"):
        return True
    return Role.VENDOR_MANAGER in actor.roles and needed == 0 and _owns_unassessed(actor, row.vendor)


def _owns_unassessed(actor: Actor, vendor: str) -> bool:
    """Whether a manager keeps the vendor and answered or decided nothing of its assessments."""
    mine = select(Vendor.code).where(Vendor.code == vendor, owned_vendor_clause(actor))
    if session().scalar(mine) is None:
        return False
    answered = select(AssessmentAnswer.id).join(Assessment, Assessment.id == AssessmentAnswer.assessment_id)
    touched = answered.where(Assessment.vendor == vendor, AssessmentAnswer.by_person_id == actor.person_id)
    decided = select(Assessment.id).where(Assessment.vendor == vendor, Assessment.decided_by == actor.email)
    return session().scalar(touched.limit(1)) is None and session().scalar(decided.limit(1)) is None


def _stood_in_for(actor: Actor) -> list[Actor]:
    today = clock.today()
    rows = session().scalars(
        select(Deputy.person_id).where(
            Deputy.deputy_id == actor.person_id,
            Deputy.starts <= today,
            or_(Deputy.ends.is_(None), Deputy.ends >= today),
        )
    )
    return [other for key in dict.fromkeys(rows) if (other := actor_of(key)) is not None]


def _may_decide_at_all(actor: Actor) -> bool:
    return Permission.ACCEPTANCES_APPROVE in permissions_of(actor)
