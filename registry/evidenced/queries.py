"""Which controls a decided assessment is evidence of, and where they would stand."""

from dataclasses import dataclass

from sqlalchemy import select

from registry.administration.queries import parameters_in_force
from registry.assessments.reading import DECIDED, questionnaire_of
from registry.assessments.service.reviewing import score_of
from registry.core.access import Permission, may
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.ownership import can_write_vendor
from registry.core.register import current
from registry.domain.assessment.evidenced import Evidenced, proposed_placements
from registry.domain.assessment.scoring import evidenced_controls
from registry.models.assessments import Assessment
from registry.models.controls import Placement, PlacementSource
from registry.models.vendors import Vendor

__all__ = ["EvidencedPage", "evidenced_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencedPage:
    """What would be placed, what was placed from this assessment, and in which words."""

    row: Assessment
    vendor_name: str
    proposed: tuple[Evidenced, ...]
    placed: tuple[tuple[str, str, str], ...]  # control, fact, question
    names: dict[str, str]
    notes: dict[str, str]
    is_decided: bool
    may_place: bool


def evidenced_page(key: int, actor: Actor) -> EvidencedPage:
    """Return what the answers of an assessment suggest; a handful of queries."""
    row = session().get(Assessment, key)
    if row is None or not may(actor, Permission.ASSESSMENTS_READ):
        raise NotFound("assessment", key)
    register, parameters = current().register, parameters_in_force()
    acts_on = {code: control.acts_on for code, control in parameters.controls.items()}
    acts_on |= {control.code: control.acts_on for control in register.controls}
    names = {code: control.name for code, control in parameters.controls.items()}
    names |= {control.code: control.name for control in register.controls}
    is_decided = row.state in DECIDED
    pairs = [(question.id, code) for question, code in evidenced_controls(questionnaire_of(row.asked), score_of(row))]
    placed = session().execute(
        select(Placement.control, Placement.fact, PlacementSource.question)
        .join(PlacementSource, PlacementSource.placement_id == Placement.id)
        .where(PlacementSource.assessment_id == key, Placement.archived_at.is_(None))
        .order_by(Placement.control, Placement.fact)
    )
    return EvidencedPage(
        row=row,
        vendor_name=session().scalar(select(Vendor.name).where(Vendor.code == row.vendor)) or row.vendor,
        proposed=proposed_placements(register, row.vendor, pairs, acts_on) if is_decided else (),
        placed=tuple((each.control, each.fact, each.question) for each in placed),
        names=names,
        notes={code: control.note for code, control in parameters.controls.items()},
        is_decided=is_decided,
        may_place=can_write_vendor(actor, row.vendor, Permission.ASSESSMENTS_REVIEW) and can_write_vendor(actor, row.vendor),
    )  # fmt: skip
