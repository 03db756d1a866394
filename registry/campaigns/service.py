"""Launching a campaign: all its assessments or none, once however often the form is sent."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from registry.assessments.service import opening
from registry.core.actor import Actor
from registry.core.work import retried, work
from registry.domain.register.errors import IllegalMove
from registry.models.assessments import Assessment
from registry.models.campaigns import Campaign, CampaignAssessment

__all__ = ["MOST_VENDORS", "Launch", "launch"]

MOST_VENDORS = 500  # one transaction; beyond, somebody is to look at them in parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What is asked of whom, by when; `sends`: the forms are opened to the vendors at once."""

    launch_key: str
    title: str
    code: str
    edition: str
    edition_title: str
    period: str
    due: date
    vendors: tuple[str, ...]
    chosen_by: str
    sends: bool = False


@retried
def launch(actor: Actor, command: Launch) -> int:
    """Begin an assessment for every vendor; return the number of the campaign.

    Raises
    ------
    IllegalMove
        When no vendor is named, or too many.
    NotFound
        When somebody may not assess one of them; nothing is begun then.
    """
    if not command.vendors:
        raise IllegalMove("Tick at least one vendor.")
    if len(command.vendors) > MOST_VENDORS:
        raise IllegalMove(f"{len(command.vendors)} vendors are more than {MOST_VENDORS} at once: narrow the filter.")
    with work(actor, "campaign.launch") as w:
        known = w.session.scalar(select(Campaign.id).where(Campaign.launch_key == command.launch_key))
        if known is not None:
            w.forget()
            return known
        row = w.add(
            Campaign(
                launch_key=command.launch_key,
                title=command.title,
                questionnaire=f"{command.edition_title}, edition {command.edition}",
                period=command.period,
                due=command.due,
                chosen_by=command.chosen_by,
                by=actor.email or actor.name,
                at=w.now,
            )
        )
        w.about(f"campaign:{row.id}")
        for vendor in command.vendors:
            key = _begin(actor, command, vendor)
            w.add(CampaignAssessment(campaign_id=row.id, assessment_id=key))
            if command.sends:
                opening.send(actor, key, w.get(Assessment, key).version)
        return row.id


def _begin(actor: Actor, command: Launch, vendor: str) -> int:
    return opening.start(
        actor,
        opening.StartAssessment(
            vendor=vendor, code=command.code, edition=command.edition, period=command.period, due=command.due
        ),
    )
