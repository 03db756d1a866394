"""The open matters of the register itself: what expires, what must be given notice of, what was not reviewed or filled in."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, null, or_, select

from registry.core.db import session
from registry.core.reminding import OpenMatter, Subject
from registry.domain.register.vocabulary import AccessOutcome, Lifecycle
from registry.models.access import Access
from registry.models.datasets import Dataset
from registry.models.flows import Flow
from registry.models.segments import Segment
from registry.models.vendors import Certificate, Contract, Vendor
from registry.reference.load import read_rows

__all__ = ["SUBJECTS"]

REVIEW_DAYS = 365
STALE_DAYS = 365
Keys = Collection[str] | None


@cache
def _certificate_names() -> Mapping[str, str]:
    return {row["code"]: row["name"] for row in read_rows("certificates")}


def certificates(today: date, only: Keys) -> Iterator[OpenMatter]:
    """Return certificates and evidence with an end, unless the vendor holds a later one of the same kind."""
    columns = (Certificate.id, Certificate.vendor, Certificate.certificate, Certificate.expires, Vendor.name)
    rows = _live(Certificate, columns, Certificate.expires.is_not(None), only)
    newest: dict[tuple[str, str], date] = {}
    of_vendors = Certificate.expires.is_not(None) & Certificate.vendor.in_({row.vendor for row in rows})
    for row in rows if only is None else _live(Certificate, columns, of_vendors, None):
        spot = (row.vendor, row.certificate.casefold())
        newest[spot] = max(row.expires, newest.get(spot, row.expires))
    for row in rows:
        if row.expires == newest[row.vendor, row.certificate.casefold()]:
            words = _certificate_names().get(row.certificate, row.certificate)
            title = f"{words} of {row.name} {'expires' if row.expires >= today else 'has expired'}"
            yield OpenMatter(key=str(row.id), due=row.expires, title=title, vendor=row.vendor)


def contract_notices(_today: date, only: Keys) -> Iterator[OpenMatter]:
    """Return the last days on which notice can be given."""
    columns = (Contract.code, Contract.vendor, Contract.reference, Contract.ends, Contract.notice_days, Vendor.name)
    has_both = Contract.ends.is_not(None) & Contract.notice_days.is_not(None)
    for row in _live(Contract, columns, has_both, only):
        last_day = row.ends - timedelta(days=round(row.notice_days))
        title = f"Last day to give notice on contract {row.reference} with {row.name}"
        yield OpenMatter(key=row.code, due=last_day, title=title, vendor=row.vendor)


def contract_ends(today: date, only: Keys) -> Iterator[OpenMatter]:
    """Return contracts with an end."""
    columns = (Contract.code, Contract.vendor, Contract.reference, Contract.ends, Vendor.name)
    for row in _live(Contract, columns, Contract.ends.is_not(None), only):
        title = f"Contract {row.reference} with {row.name} {'ends' if row.ends >= today else 'has ended'}"
        yield OpenMatter(key=row.code, due=row.ends, title=title, vendor=row.vendor)


def access_reviews(_today: date, only: Keys) -> Iterator[OpenMatter]:
    """Return when each open access is to be reviewed: a year after the last time, or after it was registered."""
    columns = (Access.code, Access.vendor, Access.system, Access.last_review, Access.created_at, Vendor.name)
    is_open = or_(Access.outcome.is_(None), Access.outcome != AccessOutcome.REVOKED)
    for row in _live(Access, columns, is_open, only):
        last = row.last_review or row.created_at.date()
        title = f"Review the access of {row.name} into {row.system}"
        yield OpenMatter(key=row.code, due=last + timedelta(days=REVIEW_DAYS), title=title, vendor=row.vendor)


def missing_facts(today: date, only: Keys) -> Iterator[OpenMatter]:
    """Return gaps that spoil an answer, as old as the last change of the fact that has them, and stale counts."""
    for prefix, question, words in _gaps():
        keys = None if only is None else {key.partition(":")[2] for key in only if key.startswith(f"{prefix}:")}
        for row in session().execute(
            question if keys is None else question.where(question.selected_columns[0].in_(keys))
        ):
            yield OpenMatter(
                key=f"{prefix}:{row[0]}", due=row.updated_at.date(), title=words.format(row.label), vendor=row.vendor
            )
    yield from _stale_counts(today, only)


def _gaps() -> Iterator[tuple[str, Select[Any], str]]:
    active = Vendor.archived_at.is_(None) & (Vendor.lifecycle != Lifecycle.TERMINATED)
    vendors = select(Vendor.code, Vendor.updated_at, Vendor.code.label("vendor"), Vendor.name.label("label"))
    yield "owner", vendors.where(active, Vendor.owner_email.is_(None)), "{} has no vendor manager"
    flows = select(Flow.code, Flow.updated_at, Flow.recipient.label("vendor"), Flow.code.label("label"))
    no_basis = Flow.archived_at.is_(None) & Flow.legal_basis.is_(None)
    yield "basis", flows.where(no_basis), "Flow {} has no legal basis"
    contracts = select(Contract.code, Contract.updated_at, Contract.vendor, Contract.reference.label("label"))
    no_hours = Contract.archived_at.is_(None) & Contract.breach_notice_hours.is_(None)
    yield "hours", contracts.where(no_hours), "Contract {} does not say within how many hours a breach is told"
    datasets = select(Dataset.code, Dataset.updated_at, Dataset.code.label("label"), null().label("vendor"))
    no_count = Dataset.archived_at.is_(None) & Dataset.people.is_(None)
    yield "count", datasets.where(no_count), "Dataset {} has no count of people"


def _stale_counts(today: date, only: Keys) -> Iterator[OpenMatter]:
    border = today - timedelta(days=STALE_DAYS)
    for prefix, model in (("stale_dataset", Dataset), ("stale_segment", Segment)):
        stale = (model.archived_at.is_(None), model.people.is_not(None), model.as_of < border)
        for row in session().execute(select(model.code, model.as_of).where(*stale).order_by(model.code)):
            key = f"{prefix}:{row.code}"
            if only is None or key in only:
                yield OpenMatter(
                    key=key,
                    due=row.as_of + timedelta(days=STALE_DAYS),
                    title=f"The count of {row.code} is over a year old",
                )


def _live(model: Any, columns: tuple[Any, ...], which: ColumnElement[bool], only: Keys) -> list[Any]:
    """Return live rows of vendors we still work with; the first column is the key."""
    key = columns[0]
    question = (
        select(*columns)
        .join(Vendor, Vendor.code == model.vendor)
        .where(
            model.archived_at.is_(None), Vendor.archived_at.is_(None), Vendor.lifecycle != Lifecycle.TERMINATED, which
        )
        .order_by(key)
    )
    if only is not None:
        question = question.where(key.in_([int(each) for each in only] if model is Certificate else list(only)))
    return list(session().execute(question))


SUBJECTS: tuple[Subject, ...] = (
    Subject(name="certificate", words="Certificate or evidence", matters=certificates),
    Subject(name="contract_notice", words="Notice on a contract", matters=contract_notices),
    Subject(name="contract_end", words="End of a contract", matters=contract_ends),
    Subject(name="access_review", words="Review of an access", matters=access_reviews),
    Subject(name="missing_fact", words="Missing or stale fact", matters=missing_facts),
)
