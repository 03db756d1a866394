"""A vendor's page as values: its tabs, what comes next, who looks after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from wtforms import SelectChoice

from registry.core import clock
from registry.core.access import Permission, may
from registry.core.actor import Actor
from registry.core.links import fact_url, url_if_there
from registry.core.ownership import can_write_vendor
from registry.domain.portfolio.frequency import BreachRate
from registry.domain.register.facts import Contract as ContractFact
from registry.domain.register.facts import Vendor
from registry.domain.register.vocabulary import Lifecycle
from registry.facts.picking import country_choices, word_lists
from registry.models.received import ReceivedQuestionnaire
from registry.received.queries import received_from
from registry.sector.queries import AlertRow, alerts_of_vendor
from registry.vendors import queries
from registry.vendors.forms import CommentForm, DelegationForm
from registry.vendors.riskpart import VendorRiskPart, risk_part
from registry.vendors.surroundings import Surroundings, surroundings

__all__ = ["NextItem", "VendorPage", "about_vendor", "next_items", "service_clause"]

REVIEW_DAYS = 365
_AHEAD = timedelta(days=180)
_NEXT_MAX = 8
_LABELS = {
    "summary": "Summary",
    "data": "Data it holds",
    "access": "Access",
    "subvendors": "Sub-vendors",
    "platforms": "Platforms",
    "papers": "Contracts and evidence",
    "risk": "Risk",
    "received": "Questionnaires",
    "controls": "Controls",
    "blast": "Blast radius",
    "comments": "Comments",
    "history": "History",
}


@dataclass(frozen=True, slots=True)
class NextItem:
    """Something with a date: what, where it stands, whether the date has passed; no date: it never happened."""

    day: date | None
    words: str
    url: str | None
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPage:
    """Everything the page shows beside the fields of the vendor."""

    tab: str
    around: Surroundings
    chance: BreachRate
    country: str | None
    owner_name: str | None
    next: tuple[NextItem, ...]
    next_left_out: int
    delegations: tuple[queries.DelegationRow, ...]
    delegation_form: DelegationForm | None
    comments: tuple[queries.CommentRow, ...]
    comment_form: CommentForm | None
    controls: tuple[queries.ControlRow, ...]
    blast_url: str | None
    alerts: tuple[AlertRow, ...]
    received: tuple[tuple[ReceivedQuestionnaire, str], ...]
    currency: str
    risk: VendorRiskPart
    review_by: date
    today: date

    @property
    def open_access(self) -> int:
        """How many of our systems it can get into."""
        return len({row.system for row in self.around.access if not row.is_revoked})

    @property
    def certificate_names(self) -> tuple[str, ...]:
        """What it holds, each kind once."""
        kinds = dict.fromkeys(each.certificate for _, each in self.around.papers.certificates)
        return tuple(certificate_name(kind) for kind in kinds)


def about_vendor(vendor: Vendor, actor: Actor) -> Mapping[str, Any]:
    """Return what the page of a vendor shows; the number of queries does not depend on what is registered."""
    code, today = vendor.code, clock.today()
    around = surroundings(code)
    can_write = can_write_vendor(actor, code)
    found = sorted(next_items(around, today), key=lambda item: (item.day or date.min, item.words))
    can_ask = may(actor, Permission.BLAST_READ) and vendor.lifecycle is not Lifecycle.TERMINATED
    page = VendorPage(
        tab=_tab(can_ask=can_ask),
        around=around,
        chance=queries.yearly_chance(
            vendor, is_holder=bool(around.held or any(not row.is_revoked for row in around.access))
        ),
        country=dict(country_choices()).get(vendor.country or ""),
        owner_name=queries.name_of_person(vendor.owner_email),
        next=tuple(found[:_NEXT_MAX]),
        next_left_out=max(0, len(found) - _NEXT_MAX),
        delegations=queries.delegations_of(code),
        delegation_form=delegation_form(vendor.owner_email) if can_write else None,
        comments=queries.comments_of(code),
        comment_form=CommentForm(formdata=None) if may(actor, Permission.COMMENTS_WRITE) else None,
        controls=queries.controls_of(_fact_codes(around)),
        blast_url=_blast_url(code) if can_ask else None,
        alerts=tuple(alerts_of_vendor(actor, code)),
        received=tuple(received_from(actor, code)),
        currency=queries.own_currency(),
        risk=risk_part(vendor, actor, whole=_tab(can_ask=can_ask) == "risk"),
        review_by=today - timedelta(days=REVIEW_DAYS),
        today=today,
    )
    return {
        "vendor": page,
        "tabs": _tabs(page, code),
        "service": service_clause(vendor.service),
        "certificate_name": certificate_name,
    }


def delegation_form(owner_email: str | None, *, data: Any = None) -> DelegationForm:
    """Return the form that hands a vendor to a colleague, with those it may be handed to."""
    form = DelegationForm(formdata=data)
    colleagues = [SelectChoice(address, name) for address, name in queries.colleagues(owner_email)]
    form.delegate_email.choices = [*form.delegate_email.choices, *colleagues]
    return form


def certificate_name(kind: str) -> str:
    """Return the name of a shipped kind of certificate, else what was typed."""
    return word_lists()["certificates"].get(kind, kind)


def service_clause(service: str | None) -> str | None:
    """Return what a vendor does as it stands within a sentence.

    >>> service_clause("Customer e-mail"), service_clause("SMS gateway"), service_clause(None)
    ('customer e-mail', 'SMS gateway', None)
    """
    if not service:
        return None
    text = service.strip().rstrip(".")
    is_word = text[1:2].islower() or text[1:2] == " "
    return text[0].lower() + text[1:] if is_word else text


def next_items(around: Surroundings, today: date) -> Iterator[NextItem]:
    """Yield what has a date ahead, or had one that was missed: contracts, certificates, reviews of accesses."""
    for contract in around.papers.contracts:
        if contract.ends is not None and contract.ends <= today + 2 * _AHEAD:
            yield _end_of(contract, contract.ends, today)
    for key, certificate in around.papers.certificates:
        if certificate.expires is not None and certificate.expires <= today + _AHEAD:
            is_late = certificate.expires < today
            words = f"{certificate_name(certificate.certificate)} {'expired' if is_late else 'expires'}"
            yield NextItem(certificate.expires, words, fact_url("certificates", str(key)), is_late=is_late)
    for access in around.access:
        if access.is_revoked:
            continue
        url = fact_url("access", access.code)
        due = _moved(access.last_review, REVIEW_DAYS) if access.last_review else None
        if due is None:
            yield NextItem(None, f"Access {access.code} was never reviewed", url, is_late=True)
        elif due <= today + _AHEAD / 2:
            yield NextItem(due, f"Review of access {access.code}", url, is_late=due < today)


def _end_of(contract: ContractFact, ends: date, today: date) -> NextItem:
    url = fact_url("contracts", contract.code)
    notice = _moved(ends, -(contract.notice_days or 0))
    if ends < today:
        return NextItem(ends, f"Contract {contract.reference} ended", url, is_late=True)
    if contract.notice_days and notice >= today:
        return NextItem(notice, f"Last day to give notice on {contract.reference}", url, is_late=False)
    return NextItem(ends, f"Contract {contract.reference} ends", url, is_late=False)


def _moved(day: date, days: float) -> date:
    """Return a day some days on, kept within the calendar: a typed day may be the last there is."""
    wanted = day.toordinal() + days
    return date.fromordinal(int(min(max(wanted, 1), date.max.toordinal())))


def _fact_codes(around: Surroundings) -> list[str]:
    return [row.code for rows in (around.flows, around.access, around.platforms) for row in rows]


def _tab(*, can_ask: bool) -> str:
    tab = request.args.get("tab", "summary")
    return tab if tab in _LABELS and (tab != "blast" or can_ask) else "summary"


def _tabs(page: VendorPage, code: str) -> list[tuple[str, str, int | None, bool]]:
    counts = {
        "data": page.around.flow_count,
        "access": len(page.around.access),
        "subvendors": len(page.around.sub_vendors),
        "platforms": len(page.around.platforms),
        "papers": page.around.papers.count,
        "risk": len(page.risk.assessments),
        "received": len(page.received),
        "controls": len(page.controls),
        "comments": len(page.comments),
    }
    return [
        (label, _tab_url(code, key), counts.get(key), key == page.tab)
        for key, label in _LABELS.items()
        if key != "blast" or page.blast_url
    ]


def _tab_url(code: str, tab: str) -> str:
    return url_for("vendors.show", code=code, tab=None if tab == "summary" else tab)


def _blast_url(code: str) -> str | None:
    return url_if_there("blast.index", start=code)
