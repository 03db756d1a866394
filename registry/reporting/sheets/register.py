"""Vendors, what they hold or can enter, flows, and chains of sub-processors."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import select

from registry.core.db import session
from registry.domain.duties.deadlines import add_months
from registry.domain.register.facts import Contract, Dataset, Flow, Vendor
from registry.domain.register.parameters import Parameters
from registry.domain.register.presence import presence_at
from registry.domain.register.quality import people_by_dataset
from registry.domain.register.vocabulary import ControlState, Storage
from registry.models.assessments import Assessment
from registry.models.audit import AuditChange, AuditEntry
from registry.models.portfolio import PortfolioRun
from registry.models.vendors import Vendor as VendorRow
from registry.reference.load import read_rows
from registry.reporting.cut import Cut, Rows, joined, lines
from registry.risk.queries import Risk, risks_at

__all__ = ["register_sheets"]

_OPEN = ("draft", "sent", "in_progress", "submitted", "in_review", "returned")


def register_sheets(cut: Cut) -> dict[str, Rows]:
    """Return the four sheets about the register."""
    basis = _Basis(cut)
    return {
        "02 Vendors": lines("02 Vendors", _vendors(cut, basis)),
        "03 Data access": lines("03 Data access", _data_access(basis)),
        "04 Data flows": lines("04 Data flows", _flows(basis)),
        "05 Sub-processors": lines("05 Sub-processors", _sub_processors(basis)),
    }


class _Basis:
    """What several sheets look up, gathered once; linear in the facts."""

    def __init__(self, cut: Cut) -> None:
        register = cut.register
        self.register, self.parameters, self.today = register, cut.parameters, cut.today
        self.people = people_by_dataset(register, cut.parameters)
        self.datasets = register.dataset_by_code
        self.names = {row.code: row.name for row in (*register.vendors, *register.systems)}
        self.ranks: Mapping[str, int] = presence_at(register, cut.today).ranks
        self.to: defaultdict[str, list[Flow]] = defaultdict(list)
        self.sent: defaultdict[str, list[Flow]] = defaultdict(list)
        for flow in register.flows:
            self.to[flow.recipient].append(flow)
            self.sent[flow.sender].append(flow)
        self.at_home: defaultdict[str, list[Dataset]] = defaultdict(list)
        for dataset in register.datasets:
            self.at_home[dataset.system].append(dataset)
        self.controls: defaultdict[str, list[str]] = defaultdict(list)
        for placement in register.placements:
            if placement.state is ControlState.IN_PLACE:
                self.controls[placement.fact].append(placement.control)

    def passed(self, flow: Flow) -> int:
        """Return how many people a flow passes."""
        people = self.people[flow.dataset]
        if flow.people is not None:
            return flow.people
        return people if flow.people_share is None else round(people * flow.people_share)

    def categories(self, flow: Flow) -> tuple[str, ...]:
        """Return the categories a flow passes."""
        return flow.categories or self.datasets[flow.dataset].categories


# -- 02 ---------------------------------------------------------------------------------------------------------


def _vendors(cut: Cut, basis: _Basis) -> Iterator[dict[str, object]]:
    risks = risks_at(cut.register, cut.parameters, cut.today)
    contracts: defaultdict[str, list[Contract]] = defaultdict(list)
    for contract in cut.register.contracts:
        contracts[contract.vendor].append(contract)
    access: defaultdict[str, set[str]] = defaultdict(set)
    for row in cut.register.access:
        access[row.vendor].add(str(row.kind))
    league, moments, overrides, due = _league(), _moments(), _overrides(), _due_dates()
    for vendor in cut.register.vendors:
        risk = risks.get(vendor.code)
        tier = vendor.tier_override or (risk.inherent.tier if risk else None)
        run = league.get(vendor.code, {})
        created, changed = moments.get(vendor.code, (None, None))
        yield {
            **_identity(vendor),
            **_tiers(vendor, risk, overrides.get(vendor.code)),
            **_held(vendor.code, risk, basis),
            **_contract(contracts[vendor.code], cut.today),
            **_assessed(risk, due.get(vendor.code), str(tier or "unscored")),
            "access_kinds": joined(access[vendor.code]),
            "inherent_risk": risk.inherent.risk if risk else None,
            "residual_risk": risk.residual if risk else None,
            "effectiveness": risk.effectiveness.share if risk else None,
            "open_findings": sum(risk.findings.values()) if risk else 0,
            "people_at_risk": _people_at_risk(run),
            "expected_loss_per_year": run.get("expected_loss"),
            "first_recorded": created,
            "last_changed": changed,
        }


def _identity(vendor: Vendor) -> dict[str, object]:
    return {
        "code": vendor.code, "legal_name": vendor.legal_name, "name": vendor.name, "relationship": str(vendor.relationship),
        "service": vendor.service, "sector": vendor.sector, "country": vendor.country, "lifecycle": str(vendor.lifecycle),
        "owner": vendor.owner_email, "business_unit": vendor.business_unit,
    }  # fmt: skip


def _tiers(vendor: Vendor, risk: Risk | None, changed: tuple[str, date] | None) -> dict[str, object]:
    computed = str(risk.inherent.tier) if risk else "unscored"
    reason = None
    if vendor.tier_override is not None:
        by = f" (set by {changed[0]}, {changed[1]})" if changed else ""
        reason = f"{vendor.tier_override_reason or 'no reason given'}{by}"
    return {
        "tier_computed": computed,
        "tier": str(vendor.tier_override) if vendor.tier_override else computed,
        "tier_override_reason": reason,
    }


def _held(code: str, risk: Risk | None, basis: _Basis) -> dict[str, object]:
    flows = [flow for flow in basis.to[code] if flow.storage is not Storage.NONE]
    reach = risk.reach.datasets if risk else ()
    counts = [basis.datasets[name] for name in reach]
    days = [dataset.as_of for dataset in counts if dataset.as_of]
    people = round(risk.reach.people) if risk else 0
    records = sum(basis.passed(flow) for flow in flows)
    return {
        "categories": joined(category for dataset in counts for category in dataset.categories),
        "people": people,
        "people_source": joined(f"{each.code}: {each.source or 'no source'}" for each in counts) or None,
        "people_as_of": min(days, default=None),
        "records": records if records != people else None,
        "countries_at_rest": joined(country for flow in flows for country in flow.countries_at_rest),
        "countries_processing": joined(country for flow in flows for country in flow.countries_processing),
    }


def _contract(contracts: list[Contract], today: date) -> dict[str, object]:
    """Return the contract in force; without one the latest, whose end then lies before the cut-off."""

    def rank(contract: Contract) -> tuple[bool, date, str]:
        in_force = (contract.starts is None or contract.starts <= today) and (
            contract.ends is None or contract.ends >= today
        )
        return in_force, contract.starts or date.min, contract.code

    if not contracts:
        return {}
    best = max(contracts, key=rank)
    return {
        "contract_reference": best.reference, "contract_starts": best.starts, "contract_ends": best.ends,
        "breach_notice_hours": best.breach_notice_hours, "dpa_signed": best.dpa_signed,
    }  # fmt: skip


def _assessed(risk: Risk | None, due: date | None, tier: str) -> dict[str, object]:
    basis = risk.basis if risk else None
    last = basis.decided_at.date() if basis else None
    months = {row["tier"]: int(row["reassess_months"]) for row in read_rows("cadence")}
    following = add_months(last, months.get(tier, months["unscored"])) if last else None
    return {
        "last_assessment": last,
        "last_score": basis.score if basis else None,
        "next_assessment_due": due or following,
    }


def _due_dates() -> dict[str, date]:
    rows = session().execute(select(Assessment.vendor, Assessment.due).where(Assessment.state.in_(_OPEN)))
    found: dict[str, date] = {}
    for vendor, due in rows:
        found[vendor] = min(due, found.get(vendor, due))
    return found


def _league() -> Mapping[str, Mapping[str, object]]:
    latest = select(PortfolioRun.result).order_by(PortfolioRun.made_at.desc(), PortfolioRun.id.desc()).limit(1)
    text = session().scalar(latest)
    return {row["code"]: row for row in json.loads(text)["vendors"]} if text else {}


def _people_at_risk(run: Mapping[str, object]) -> int | None:
    people = run.get("people")
    return round(people["p50"]) if isinstance(people, dict) else None


def _moments() -> dict[str, tuple[object, object]]:
    rows = session().execute(select(VendorRow.code, VendorRow.created_at, VendorRow.updated_at))
    return {row.code: (row.created_at, row.updated_at) for row in rows}


def _overrides() -> dict[str, tuple[str, date]]:
    """Return who last changed the tier set by hand, and when, by vendor."""
    rows = session().execute(
        select(AuditChange.row_key, AuditEntry.actor, AuditEntry.at)
        .join(AuditEntry, AuditEntry.work_id == AuditChange.work_id)
        .where(AuditChange.table_name == "vendor", AuditChange.fields.like('%"tier_override":%'))
        .order_by(AuditEntry.seq)
    )
    return {row.row_key: (row.actor, row.at.date()) for row in rows}


# -- 03 to 05 ---------------------------------------------------------------------------------------------------


def _data_access(basis: _Basis) -> Iterator[dict[str, object]]:
    for flow in basis.register.flows:
        if flow.storage is not Storage.NONE:
            yield from _of_flow(flow, flow.recipient, "holds", basis)
            if flow.sender_reads_back and flow.sender in basis.register.vendor_by_code:
                yield from _of_flow(flow, flow.sender, "reads back", basis)
    for row in basis.register.access:
        for dataset in basis.at_home[row.system]:
            for category in dataset.categories:
                yield {
                    "row_id": f"{row.code}/{dataset.code}/{category}", "vendor": row.vendor, "vendor_name": basis.names[row.vendor],
                    "system": row.system, "system_name": basis.names[row.system], "dataset": dataset.code, "category": category,
                    "route": "has access into", "access_kind": str(row.kind), "people": basis.people[dataset.code],
                    "retention_months": dataset.retention_months, "last_review": row.last_review,
                    "review_outcome": str(row.outcome) if row.outcome else None, "controls_in_place": joined(basis.controls[row.code]),
                }  # fmt: skip


def _of_flow(flow: Flow, vendor: str, route: str, basis: _Basis) -> Iterator[dict[str, object]]:
    dataset = basis.datasets[flow.dataset]
    suffix = "/reads-back" if route == "reads back" else ""
    for category in basis.categories(flow):
        yield {
            "row_id": f"{flow.code}/{category}{suffix}", "vendor": vendor, "vendor_name": basis.names[vendor], "system": dataset.system,
            "system_name": basis.names[dataset.system], "dataset": flow.dataset, "category": category, "route": route,
            "people": basis.passed(flow), "storage": str(flow.storage), "protection": str(flow.protection),
            "retention_months": dataset.retention_months, "purpose": flow.purpose, "legal_basis": flow.legal_basis,
            "controls_in_place": joined(basis.controls[flow.code]),
        }  # fmt: skip


def _flows(basis: _Basis) -> Iterator[dict[str, object]]:
    countries = {row.code: row.country for row in basis.register.vendors}
    home = basis.register.organisation.country
    for flow in basis.register.flows:
        p_holds, source = _p_holds(flow, basis.parameters)
        yield {
            "code": flow.code, "from": flow.sender, "to": flow.recipient, "rank": basis.ranks.get(flow.recipient), "dataset": flow.dataset,
            "categories": joined(basis.categories(flow)), "people_share": flow.people_share if flow.people is None else None,
            "people": basis.passed(flow), "mechanism": flow.mechanism, "frequency": flow.frequency, "storage": str(flow.storage),
            "protection": str(flow.protection), "sender_reads_back": flow.sender_reads_back,
            "country_from": countries.get(flow.sender, home), "countries_at_rest": joined(flow.countries_at_rest),
            "countries_processing": joined(flow.countries_processing), "transfer_safeguard": flow.transfer_safeguard,
            "starts": flow.starts, "ends": flow.ends, "deletion_certified": flow.deletion_certified, "p_holds": p_holds, "p_source": source,
        }  # fmt: skip


def _p_holds(flow: Flow, parameters: Parameters) -> tuple[float | None, str | None]:
    if flow.storage is Storage.NONE:
        return None, None
    if flow.probability is not None:
        return flow.probability, f"typed: {flow.probability_reason or 'no reason given'}"
    key = f"exposure.holds.{flow.storage}"
    return parameters.number(key), f"{key}: {parameters.get(key).source}"


def _sub_processors(basis: _Basis) -> Iterator[dict[str, object]]:
    vendors = basis.register.vendor_by_code
    chains = {code: _chain(code, basis) for code in vendors if basis.ranks.get(code) == 1}
    users: defaultdict[str, int] = defaultdict(int)
    for chain in chains.values():
        for code in chain:
            users[code] += 1
    for direct, chain in chains.items():
        for code, (rank, flows) in chain.items():
            vendor = vendors[code]
            yield {
                "vendor": direct, "vendor_name": vendors[direct].name, "sub_processor": code, "sub_processor_name": vendor.name, "rank": rank,
                "service": vendor.service, "countries": joined(each for flow in flows for each in (*flow.countries_at_rest, *flow.countries_processing)),
                "categories": joined(each for flow in flows for each in basis.categories(flow)), "people": _largest(flows, basis),
                "declared_by": vendor.introduced_by, "shared_by_vendors": users[code], "people_behind": _largest(basis.to[code], basis),
            }  # fmt: skip


def _chain(direct: str, basis: _Basis) -> dict[str, tuple[int, list[Flow]]]:
    """Return every vendor further down from a direct one: its depth, and the flows that lead to it on this chain."""
    found: dict[str, tuple[int, list[Flow]]] = {}
    edge, depth, seen = [direct], 1, {direct}
    while edge:
        depth, reached = depth + 1, []
        for sender in edge:
            for flow in basis.sent[sender]:
                if flow.recipient in seen and found.get(flow.recipient, (0, []))[0] != depth:
                    continue
                if flow.recipient not in seen:
                    seen.add(flow.recipient)
                    reached.append(flow.recipient)
                found.setdefault(flow.recipient, (depth, []))[1].append(flow)
        edge = reached
    return found


def _largest(flows: list[Flow], basis: _Basis) -> int:
    """Return the people of several flows, each dataset once with its largest share."""
    largest: dict[str, int] = {}
    for flow in flows:
        largest[flow.dataset] = max(basis.passed(flow), largest.get(flow.dataset, 0))
    return sum(largest.values())
