"""What the pages of campaigns ask: who would get what, and how far a campaign is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.listing import read_keys
from registry.core.ownership import writable_vendors
from registry.core.permissions import Permission
from registry.domain.assessment.assessment import OPEN
from registry.domain.register.vocabulary import ContactRole
from registry.models.assessments import AskedQuestionnaire, Assessment
from registry.models.campaigns import Campaign, CampaignAssessment
from registry.models.vendors import Contact, Vendor
from registry.risk.queries import TIER_IN_FORCE
from registry.vendors.lists import VENDORS

__all__ = ["CampaignRow", "Previewed", "campaign_of", "campaigns", "preview"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """A vendor that a campaign would ask: through whom, and why not, if not."""

    code: str
    name: str
    tier: str | None
    owner: str | None
    contact: str | None
    last_decided: datetime | None
    why_not: str | None


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign and how many of its assessments stand where."""

    row: Campaign
    states: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many assessments it began."""
        return sum(self.states.values())


def preview(actor: Actor, query: Mapping[str, Sequence[str]], questionnaire: str) -> list[Previewed]:
    """Return who would be asked a questionnaire, of those a filter of the list of vendors finds; six queries."""
    codes = [str(key) for key in read_keys(VENDORS, query, session=session())]
    own = writable_vendors(actor, Permission.ASSESSMENTS_LAUNCH)
    wanted = [code for code in codes if own is None or code in own]
    contacts, last, waiting = _contacts(), _last_decided(), _waiting(questionnaire)
    columns = (Vendor.code, Vendor.name, Vendor.owner_email, Vendor.lifecycle, TIER_IN_FORCE.label("tier"))
    found = {row.code: row for row in session().execute(select(*columns).where(Vendor.archived_at.is_(None)))}
    return [
        Previewed(
            code=code,
            name=found[code].name,
            tier=found[code].tier and str(found[code].tier),
            owner=found[code].owner_email,
            contact=contacts.get(code),
            last_decided=last.get(code),
            why_not="it is asked this already" if code in waiting else _gone(found[code].lifecycle),
        )
        for code in wanted
        if code in found
    ]


def _gone(lifecycle: str) -> str | None:
    return "it has left" if lifecycle == "terminated" else None


def _contacts() -> dict[str, str]:
    rows = session().execute(
        select(Contact.vendor, Contact.email, Contact.role)
        .where(Contact.archived_at.is_(None), Contact.email.is_not(None))
        .order_by(Contact.id)
    )
    found: dict[str, str] = {}
    for vendor, email, role in rows:
        if role is ContactRole.PRIMARY:
            found[vendor] = email
        elif role is not ContactRole.INCIDENT:
            found.setdefault(vendor, email)
    return found


def _last_decided() -> dict[str, datetime]:
    rows = session().execute(
        select(Assessment.vendor, func.max(Assessment.decided_at))
        .where(Assessment.decided_at.is_not(None), Assessment.score.is_not(None))
        .group_by(Assessment.vendor)
    )
    return {row[0]: row[1] for row in rows}


def _waiting(questionnaire: str) -> frozenset[str]:
    """Return the vendors that are asked a questionnaire now, in whatever edition."""
    asked = (
        select(Assessment.vendor)
        .join(AskedQuestionnaire, AskedQuestionnaire.sha256 == Assessment.asked)
        .where(AskedQuestionnaire.code == questionnaire, Assessment.state.in_(OPEN), Assessment.decided_at.is_(None))
    )
    return frozenset(session().scalars(asked))


def campaigns() -> list[CampaignRow]:
    """Return all campaigns, newest first; two queries."""
    states = _states()
    rows = session().scalars(select(Campaign).order_by(Campaign.id.desc()))
    return [CampaignRow(row, states.get(row.id, {})) for row in rows]


def _states() -> dict[int, dict[str, int]]:
    counted = (
        select(CampaignAssessment.campaign_id, Assessment.state, func.count())
        .join(Assessment, Assessment.id == CampaignAssessment.assessment_id)
        .group_by(CampaignAssessment.campaign_id, Assessment.state)
    )
    found: dict[int, dict[str, int]] = {}
    for campaign, state, count in session().execute(counted):
        found.setdefault(campaign, {})[str(state)] = count
    return found


def campaign_of(key: int) -> tuple[CampaignRow, list[tuple[Assessment, str]]]:
    """Return a campaign with its assessments and their vendors' names, what is late first; three queries."""
    row = session().get(Campaign, key)
    if row is None:
        raise NotFound("campaign", key)
    asked = (
        select(Assessment, Vendor.name)
        .join(CampaignAssessment, CampaignAssessment.assessment_id == Assessment.id)
        .join(Vendor, Vendor.code == Assessment.vendor)
        .where(CampaignAssessment.campaign_id == key)
        .order_by(Assessment.state, Assessment.due, Vendor.name_key)
    )
    found = [(each, name) for each, name in session().execute(asked)]
    return CampaignRow(row, _states().get(key, {})), found
