"""What a register lacks or has let grow old: nobody is wrong, but the answer rests on it.

These come beside the warnings of `registry.domain.register.quality` and `registry.domain.register.flow_quality`: those say what the
model had to assume, these what people have to fetch. Prospects and vendors that are really gone are not asked about.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from registry.domain.register.facts import Dataset, Register, Segment
from registry.domain.register.presence import Presence
from registry.domain.register.problems import Problem
from registry.domain.register.quality import warning_at
from registry.domain.register.vocabulary import ContactRole, Lifecycle, Relationship, Storage

__all__ = ["REVIEW_DAYS", "STALE_DAYS", "gaps_in"]

REVIEW_DAYS = 365  # an access is looked at once a year
STALE_DAYS = 365  # a count of people is good for twelve months


def gaps_in(
    register: Register, presence: Presence, today: date, *, unsafeguarded: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield what is missing, expired or older than a year; linear in the number of facts.

    Parameters
    ----------
    register
        The facts.
    presence
        Those of them that count on the day.
    today
        The day asked about.
    unsafeguarded
        Countries to which personal data may not go without a registered safeguard; empty when that cannot be said,
        and then no transfer is questioned.
    """
    yield from _ours(register)
    yield from _owners(register, presence)
    yield from _counts(register, today)
    yield from _where_people_live(register)
    yield from _vendors(register, presence)
    yield from _flows(presence, unsafeguarded)
    yield from _left_behind(register, presence, today)
    yield from _accesses(presence, today)
    yield from _contracts(register, presence, today)
    yield from _certificates(register, presence, today)


def _ours(register: Register) -> Iterator[Problem]:
    us = register.organisation
    if us.annual_revenue is None:
        yield warning_at(
            us, "no_revenue", "annual_revenue", "The annual revenue is not known: no loss is capped by it."
        )
    if us.risk_appetite is None:
        message = "No risk appetite is set: nothing says which loss is too large."
        yield warning_at(us, "no_risk_appetite", "risk_appetite", message)
    for process in register.processes:
        if process.margin_per_day is None:
            message = f"What a day without {process.name} costs is not known: its stops count as costing nothing."
            yield warning_at(process, "unknown_margin", "margin_per_day", message)


def _owners(register: Register, presence: Presence) -> Iterator[Problem]:
    for vendor in register.vendors:
        if not vendor.owner_email and vendor.code in presence.vendors:
            message = f"{vendor.name} has no owner: nobody is asked about it and nobody is reminded."
            yield warning_at(vendor, "no_owner", "owner_email", message)
    for system in register.systems:
        if not system.owner_email:
            yield warning_at(system, "no_owner", "owner_email", f"{system.name} has no owner.")
    for process in register.processes:
        if not process.owner_email:
            yield warning_at(process, "no_owner", "owner_email", f"{process.name} has no owner.")


def _counts(register: Register, today: date) -> Iterator[Problem]:
    """Question counts of people that nobody can defend, or that are old; one line per fact."""
    counted: list[Dataset | Segment] = [*register.segments, *register.datasets]
    for fact in counted:
        if fact.people is None:
            continue  # a warning of its own
        missing = [word for word, value in (("source", fact.source), ("as_of", fact.as_of)) if not value]
        if missing:
            what = {"source": "source", "as_of": "date"}
            lacks = " and no ".join(what[word] for word in missing)
            message = f"The {fact.people:,} people of {fact.name} have no {lacks}; the count cannot be defended."
            yield warning_at(fact, "people_unsourced", missing[0], message)
        elif fact.as_of is not None and fact.as_of < today - timedelta(days=STALE_DAYS):
            message = f"The {fact.people:,} people of {fact.name} were counted on {fact.as_of:%Y-%m-%d}; count again."
            yield warning_at(fact, "people_stale", "people", message)


def _where_people_live(register: Register) -> Iterator[Problem]:
    placed = {row.segment for row in register.jurisdictions}
    for segment in register.segments:
        if segment.code not in placed and segment.people:
            message = f"Nothing says where the {segment.people:,} people of {segment.name} live."
            yield warning_at(segment, "no_jurisdictions", None, message)
    covered = {row.dataset for row in register.coverage}
    for dataset in register.datasets:
        if dataset.code not in covered and dataset.people != 0 and register.segments:
            message = f"Nothing says which segments are in {dataset.name}: its people count beside all others."
            yield warning_at(dataset, "no_coverage", None, message)


def _vendors(register: Register, presence: Presence) -> Iterator[Problem]:
    holding = {flow.recipient for flow in presence.flows} | {row.vendor for row in presence.access}
    used = {use.platform for use in presence.platform_uses} | {system.hosted_by for system in register.systems}
    on_call = {row.vendor for row in register.contacts if row.role is ContactRole.INCIDENT}
    agreed = {row.vendor for row in register.contracts}
    for vendor in register.vendors:
        if vendor.code not in presence.vendors:
            continue
        if vendor.code not in holding and vendor.code not in used:
            message = f"{vendor.name} has neither a flow nor an access; register what it gets, or offboard it."
            yield warning_at(vendor, "vendor_without_data", None, message)
        if vendor.code in holding and vendor.code not in on_call:
            message = f"Nobody is named at {vendor.name} to call in an incident."
            yield warning_at(vendor, "no_incident_contact", None, message)
        if vendor.code in holding and vendor.code not in agreed and vendor.relationship is not Relationship.NTH_PARTY:
            message = f"{vendor.name} has our data or a way in, and no contract is registered."
            yield warning_at(vendor, "no_contract", None, message)
        if vendor.relationship is Relationship.NTH_PARTY and not vendor.introduced_by:
            message = f"Nothing says which vendor brought {vendor.name} in."
            yield warning_at(vendor, "nth_party_without_introducer", "introduced_by", message)


def _flows(presence: Presence, unsafeguarded: Collection[str]) -> Iterator[Problem]:
    abroad = frozenset(unsafeguarded)
    for flow in presence.flows:
        if not flow.legal_basis:
            message = f"{flow.code} to {flow.recipient} has no legal basis."
            yield warning_at(flow, "no_legal_basis", "legal_basis", message)
        if flow.storage is not Storage.NONE and not flow.countries_at_rest:
            message = f"Nothing says in which country {flow.recipient} keeps what {flow.code} brings."
            yield warning_at(flow, "no_countries", "countries_at_rest", message)
        countries = flow.countries_at_rest + flow.countries_processing
        if not flow.transfer_safeguard and not abroad.isdisjoint(countries):
            where = ", ".join(sorted(abroad.intersection(countries)))
            message = f"{flow.code} goes to {where} and names no transfer safeguard."
            yield warning_at(flow, "no_transfer_safeguard", "transfer_safeguard", message)


def _left_behind(register: Register, presence: Presence, today: date) -> Iterator[Problem]:
    """Question copies and ways in that outlived the relation they came from."""
    over = {vendor.code for vendor in register.vendors if vendor.lifecycle is Lifecycle.TERMINATED}
    for flow in presence.flows:
        if flow.recipient in over or (flow.ends is not None and flow.ends <= today):
            message = (
                f"{flow.code} is over, but {flow.recipient} has not certified the deletion: its copy still counts."
            )
            yield warning_at(flow, "deletion_not_certified", "deletion_certified", message)
    for row in presence.access:
        if row.vendor in over:
            message = f"{row.vendor} is terminated, but its access to {row.system} has not been revoked."
            yield warning_at(row, "access_left_open", "outcome", message)


def _accesses(presence: Presence, today: date) -> Iterator[Problem]:
    review_by = today - timedelta(days=REVIEW_DAYS)
    for row in presence.access:
        if row.last_review is None:
            message = f"The access of {row.vendor} to {row.system} has never been reviewed."
        elif row.last_review < review_by:
            message = f"The access of {row.vendor} to {row.system} was last reviewed on {row.last_review:%Y-%m-%d}."
        else:
            continue
        yield warning_at(row, "access_not_reviewed", "last_review", message)


def _contracts(register: Register, presence: Presence, today: date) -> Iterator[Problem]:
    names = _names_of_present(register, presence)
    holding = {flow.recipient for flow in presence.flows if flow.storage is not Storage.NONE}
    for contract in register.contracts:
        name, is_over = names.get(contract.vendor), contract.ends is not None and contract.ends < today
        if name is None or is_over:
            continue
        if contract.breach_notice_hours is None:
            message = f"The contract {contract.reference} with {name} names no hours for notice of a breach."
            yield warning_at(contract, "contract_without_notice_hours", "breach_notice_hours", message)
        if not contract.dpa_signed and contract.vendor in holding:
            message = f"{name} keeps personal data, and {contract.reference} has no signed data processing agreement."
            yield warning_at(contract, "no_dpa", "dpa_signed", message)


def _certificates(register: Register, presence: Presence, today: date) -> Iterator[Problem]:
    names = _names_of_present(register, presence)
    newest: dict[tuple[str, str], date] = {}
    for row in register.certificates:
        if row.expires is not None:
            key = (row.vendor, row.certificate)
            newest[key] = max(newest.get(key, row.expires), row.expires)
    for row in register.certificates:
        is_newest = row.expires == newest.get((row.vendor, row.certificate))  # an older one has been renewed
        if row.expires is not None and row.expires < today and is_newest and row.vendor in names:
            message = f"{row.certificate} of {names[row.vendor]} expired on {row.expires:%Y-%m-%d}."
            yield warning_at(row, "certificate_expired", "expires", message)


def _names_of_present(register: Register, presence: Presence) -> dict[str, str]:
    return {code: vendor.name for code, vendor in register.vendor_by_code.items() if code in presence.vendors}
