"""Places controls with the answer that is their evidence beside them."""

from collections.abc import Collection

from registry.core import factstore
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.ownership import can_write_vendor
from registry.core.work import retried, work
from registry.domain.assessment.evidenced import Evidenced
from registry.domain.register.vocabulary import ControlState
from registry.models.assessments import Assessment
from registry.models.controls import PlacementSource

__all__ = ["place"]


@retried
def place(actor: Actor, key: int, chosen: Collection[Evidenced], *, coverage: float) -> int:
    """Place the chosen controls as in place, all or none; return how many. Shown before: the caller chose among them."""
    with work(actor, "assessment.place_controls", subject=f"assessment:{key}") as w:
        row = w.get(Assessment, key)
        if not (
            can_write_vendor(actor, row.vendor, Permission.ASSESSMENTS_REVIEW) and can_write_vendor(actor, row.vendor)
        ):
            raise NotFound("assessment", key)
        for each in sorted(chosen):
            values = {"control": each.control, "fact": each.fact, "coverage": coverage, "state": ControlState.IN_PLACE}
            placement = factstore.create(w, "placements", values)
            w.add(PlacementSource(placement_id=int(placement), assessment_id=key, question=each.question))
        if not chosen:
            w.forget()
        return len(chosen)
