"""A small register in which nothing is missing, and ways to spoil it."""

from dataclasses import replace
from datetime import date
from typing import Any

from registry.domain.register.facts import (
    Access,
    Certificate,
    Contact,
    Contract,
    Coverage,
    Dataset,
    Flow,
    Jurisdiction,
    Organisation,
    PlatformUse,
    Process,
    Register,
    Segment,
    System,
    Vendor,
)
from registry.domain.register.vocabulary import (
    AccessKind,
    AccessOutcome,
    ContactRole,
    PlatformUseKind,
    Posture,
    Relationship,
    RevenueBand,
)

TODAY = date(2026, 3, 2)
RECENT, LONG_AGO = date(2026, 1, 10), date(2024, 6, 1)


def _vendor(code: str, name: str, **values: Any) -> Vendor:
    settled: dict[str, Any] = {
        "sector": "information",
        "revenue_band": next(iter(RevenueBand)),
        "posture": Posture.STRONG,
        "owner_email": "mina.manager@example.org",
        **values,
    }
    return Vendor(code=code, name=name, **settled)


CLEAN = Register(
    organisation=Organisation(
        name="Brackwater", country="IE", sector="financial", annual_revenue=5e8, risk_appetite=5e6, customers=1000
    ),
    vendors=(
        _vendor("V-0001", "Corvid Mail"),
        _vendor("V-0002", "Larkspur Print", relationship=Relationship.NTH_PARTY, introduced_by="V-0001"),
        _vendor("V-0003", "Orrelby Cloud", relationship=Relationship.PLATFORM),
    ),
    systems=(System(code="S-001", name="CRM", owner_email="it@example.org"),),
    segments=(Segment(code="G-01", name="Customers", people=1000, as_of=RECENT, source="CRM count"),),
    jurisdictions=(Jurisdiction(segment="G-01", jurisdiction="IE", share=1.0),),
    datasets=(
        Dataset(
            code="D-001",
            name="Profiles",
            system="S-001",
            categories=("user.contact",),
            people=1000,
            as_of=RECENT,
            source="CRM count",
        ),
    ),
    coverage=(Coverage(dataset="D-001", segment="G-01", share=1.0),),
    flows=(
        Flow(
            code="F-001",
            sender="S-001",
            recipient="V-0001",
            dataset="D-001",
            people_share=0.5,
            legal_basis="contract",
            countries_at_rest=("IE",),
        ),
        Flow(
            code="F-002",
            sender="V-0001",
            recipient="V-0002",
            dataset="D-001",
            people_share=0.5,
            legal_basis="contract",
            countries_at_rest=("IE",),
        ),
    ),
    access=(
        Access(
            code="A-001",
            vendor="V-0001",
            system="S-001",
            kind=AccessKind.API_SCOPED,
            last_review=RECENT,
            outcome=AccessOutcome.CONFIRMED,
        ),
    ),
    platform_uses=(PlatformUse(code="P-001", platform="V-0003", user="S-001", kind=PlatformUseKind.HOSTING),),
    processes=(Process(code="Q-01", name="Claims", owner_email="it@example.org", margin_per_day=1e4),),
    contracts=(
        Contract(code="K-001", vendor="V-0001", reference="BRW-1", breach_notice_hours=24, dpa_signed=True),
        Contract(code="K-002", vendor="V-0002", reference="BRW-2", breach_notice_hours=24, dpa_signed=True),
    ),
    certificates=(Certificate(vendor="V-0001", certificate="ISO27001", expires=date(2027, 1, 1)),),
    contacts=(
        Contact(vendor="V-0001", role=ContactRole.INCIDENT, email="soc@corvid.example"),
        Contact(vendor="V-0002", role=ContactRole.INCIDENT, email="soc@larkspur.example"),
    ),
)


def spoiled(kind: str, place: int = 0, /, **values: Any) -> Register:
    """Return the clean register with other values in one of its facts."""
    facts = list(CLEAN.facts(kind))
    facts[place] = replace(facts[place], **values)
    return replace(CLEAN, **{kind: facts[0] if kind == "organisation" else tuple(facts)})


def without(kind: str) -> Register:
    """Return the clean register without the facts of one kind."""
    return replace(CLEAN, **{kind: ()})


def with_more(kind: str, *facts: Any) -> Register:
    """Return the clean register with further facts of one kind."""
    return replace(CLEAN, **{kind: (*CLEAN.facts(kind), *facts)})
