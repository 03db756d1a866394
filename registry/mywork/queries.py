"""What one person must do: a fixed number of queries, whatever they keep.

Somebody's are the vendors they own, were delegated or stand in for; beside these they see what is addressed to them by
name (owner, reviewer), and what only their rank can decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, null, or_, select
from sqlalchemy.orm import aliased

from registry.acceptances.approvers import right_of
from registry.core import clock
from registry.core.access import Permission, Scope, may, scope_of
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.lately import lately
from registry.core.ownership import owned_vendor_clause, stood_in_for
from registry.domain.assessment.assessment import ANSWERABLE, State
from registry.domain.assessment.finding import WORKABLE, FindingState
from registry.domain.register.vocabulary import Lifecycle
from registry.models.assessments import Assessment, AssessmentAnswer
from registry.models.findings import Acceptance, AcceptanceState, Finding
from registry.models.mail import Mail, MailState, Reminder
from registry.models.vendors import Vendor
from registry.mywork.ahead import DAYS_AHEAD, coming_up

__all__ = ["Group", "Item", "by_time", "work_of"]

WEEK = timedelta(days=7)
LOST_FOR = timedelta(days=90)  # an older loss was noticed by other ways
OVERDUE_DAYS = 365  # what ran out longer ago is a matter of data quality


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One thing to do: by when, what it is in a word, which vendor, what in words, where it is done."""

    due: date
    kind: str
    words: str
    vendor: str
    vendor_name: str
    url: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """Things to do that share how soon they are due."""

    title: str
    items: tuple[Item, ...]


def work_of(actor: Actor) -> tuple[Item, ...]:
    """Return what a person must do, soonest first."""
    desk = _Desk(actor)
    found = [
        *desk.answers(),
        *desk.reviews(),
        *desk.findings(),
        *desk.verifications(),
        *desk.acceptances(),
        *desk.undelivered(),
        *desk.dates(),
    ]
    return tuple(sorted(found))


def by_time(items: tuple[Item, ...], today: date) -> tuple[Group, ...]:
    """Return the items under how soon they are due; groups without any are left out."""
    groups = (
        Group("Overdue", tuple(each for each in items if each.due < today)),
        Group("Today", tuple(each for each in items if each.due == today)),
        Group("Within a week", tuple(each for each in items if today < each.due <= today + WEEK)),
        Group("Later", tuple(each for each in items if each.due > today + WEEK)),
    )
    return tuple(group for group in groups if group.items)


class _Desk:
    """One person's view of what waits."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.today = clock.today()
        self.addresses = stood_in_for(actor, self.today) | {(actor.email or "").casefold()} - {""}

    @cached_property
    def vendors(self) -> dict[str, str]:
        """The vendors they keep, code to name."""
        asked = select(Vendor.code, Vendor.name).where(Vendor.archived_at.is_(None), owned_vendor_clause(self.actor))
        return {row.code: row.name for row in session().execute(asked)}

    def _is_mine(self, model: Any, address: Any) -> ColumnElement[bool]:
        return or_(func.lower(address).in_(self.addresses), model.vendor.in_(self.vendors))

    def _rows(self, asked: Select[Any], model: Any) -> Iterator[Any]:
        joined = asked.add_columns(Vendor.name).join(Vendor, Vendor.code == model.vendor)
        return iter(session().execute(joined.where(Vendor.archived_at.is_(None))))

    def answers(self) -> Iterator[Item]:
        """Yield forms to fill: those they own; where an assessment names no owner, those of their vendors."""
        mine = or_(
            func.lower(Assessment.owner_email).in_(self.addresses),
            Assessment.owner_email.is_(None) & Assessment.vendor.in_(self.vendors),
        )
        for row, name in self._rows(select(Assessment).where(Assessment.state.in_(ANSWERABLE), mine), Assessment):
            words = f"{row.title}, {row.period}: " + (
                "returned to you" if row.state is State.RETURNED else "fill or chase"
            )
            yield Item(row.due, "Assessment", words, row.vendor, name, f"/assessments/{row.id}")

    def reviews(self) -> Iterator[Item]:
        """Yield reviews: those in which they are named, and of nobody's those of their vendors, unless they answered."""
        scope = scope_of(self.actor, Permission.ASSESSMENTS_REVIEW)
        if scope is None:
            return
        anybody = Assessment.reviewer_email.is_(None)
        free = anybody if scope is Scope.ALL else anybody & Assessment.vendor.in_(self.vendors)
        answered = select(AssessmentAnswer.assessment_id).where(
            AssessmentAnswer.by_person_id == self.actor.person_id, AssessmentAnswer.value.is_not(None)
        )
        asked = select(Assessment).where(
            Assessment.state.in_((State.SUBMITTED, State.IN_REVIEW)),
            or_(func.lower(Assessment.reviewer_email).in_(self.addresses), free),
            Assessment.id.not_in(answered),
        )
        for row, name in self._rows(asked, Assessment):
            url = f"/assessments/{row.id}/review"
            yield Item(row.due, "Review", f"{row.title}, {row.period}: review", row.vendor, name, url)

    def findings(self) -> Iterator[Item]:
        """Yield findings whose remedy they owe."""
        mine = Finding.state.in_(WORKABLE), self._is_mine(Finding, Finding.owner_email)
        for row, name in self._rows(select(Finding).where(*mine), Finding):
            words = f"{row.code} ({row.severity}): {row.title}"
            yield Item(row.due, "Finding", words, row.vendor, name, f"/findings/{row.code}")

    def verifications(self) -> Iterator[Item]:
        """Yield findings called fixed that they may verify."""
        scope = scope_of(self.actor, Permission.ASSESSMENTS_REVIEW)
        if scope is None:
            return
        own = (self.actor.email or "").casefold()
        asked = select(Finding).where(
            Finding.state == FindingState.FIXED,
            func.coalesce(func.lower(Finding.owner_email), "") != own,
            func.coalesce(func.lower(Finding.fixed_by), "") != own,
        )
        if scope is Scope.OWN:
            asked = asked.where(Finding.vendor.in_(self.vendors))
        for row, name in self._rows(asked, Finding):
            words = f"{row.code} is called fixed: verify it"
            yield Item(row.due, "Verify", words, row.vendor, name, f"/findings/{row.code}")

    def acceptances(self) -> Iterator[Item]:
        """Yield acceptances that they may decide, and those they proposed that run out."""
        soon = self.today + timedelta(days=DAYS_AHEAD)
        waiting = Acceptance.state == AcceptanceState.PROPOSED
        own = (Acceptance.state == AcceptanceState.APPROVED) & (Acceptance.expires <= soon)
        asked = select(Acceptance).where(or_(waiting, own & func.lower(Acceptance.proposed_by).in_(self.addresses)))
        may_decide = may(self.actor, Permission.ACCEPTANCES_APPROVE)
        for row, name in self._rows(asked, Acceptance):
            url = f"/acceptances/{row.code}"
            if row.state is AcceptanceState.APPROVED:
                yield Item(row.expires, "Acceptance", f"{row.code} runs out", row.vendor, name, url)
            elif may_decide and right_of(self.actor, row) is not None:
                yield Item(row.proposed_at.date() + WEEK, "Acceptance", f"{row.code}: decide", row.vendor, name, url)

    def undelivered(self) -> Iterator[Item]:
        """Yield mails to vendors' contacts that failed, or may have, and that no later one on the matter made good."""
        later = aliased(Mail)
        made_good = select(later.id).where(
            later.about == Mail.about, later.recipient == Mail.recipient, later.id > Mail.id,
            later.state.in_((MailState.SENT, MailState.PENDING, MailState.SENDING)),
        )  # fmt: skip
        lost = (
            Mail.state.in_((MailState.FAILED, MailState.AMBIGUOUS)),
            Mail.person_id.is_(None),
            Mail.settled_at >= clock.now() - LOST_FOR,
            ~made_good.exists(),
        )
        words = {MailState.FAILED: "was not delivered", MailState.AMBIGUOUS: "may not have arrived"}
        columns = (Mail.recipient, Mail.subject, Mail.state, Mail.settled_at)
        of_form = select(*columns, Assessment.vendor, Assessment.id.label("form")).join(
            Assessment, Mail.about == literal("assessment:") + cast(Assessment.id, String)
        )
        of_vendor = (
            select(*columns, Reminder.vendor, null().label("form"))
            .join(Reminder, Reminder.outbox_id == Mail.id)
            .where(Reminder.subject != "assessment")
        )
        for asked, model in (
            (of_form.where(*lost, self._is_mine(Assessment, Assessment.owner_email)), Assessment),
            (of_vendor.where(*lost, Reminder.vendor.in_(self.vendors)), Reminder),
        ):
            for row in self._rows(asked.distinct(), model):
                url = f"/assessments/{row.form}/recipients" if row.form else f"/vendors/{row.vendor}"
                said = f"To {row.recipient}: “{row.subject}” {words[row.state]}"
                yield Item(row.settled_at.date(), "Mail", said, row.vendor, row.name, url)

    def dates(self) -> Iterator[Item]:
        """Yield what runs out at their vendors: contracts, certificates, reviews of accesses; also what just has."""
        if not self.vendors:
            return
        since = self.today - timedelta(days=OVERDUE_DAYS)
        register = lately().snapshot.register
        working = {row.code for row in register.vendors if row.lifecycle is not Lifecycle.TERMINATED}
        for each in coming_up(register, working & self.vendors.keys(), self.today, since=since):
            kind = "Access review" if each.words.endswith("reviewed") else "Expiry"
            yield Item(each.day, kind, each.words, each.vendor, each.name, f"/vendors/{each.vendor}")
