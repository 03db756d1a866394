"""A small company as facts, one of each kind; the smallest register that exercises every table."""

from datetime import date

from registry.domain.register import facts
from registry.domain.register.facts import Register
from registry.domain.register.vocabulary import (
    AccessKind,
    AccessOutcome,
    ContactRole,
    ControlState,
    Lifecycle,
    LinkKind,
    PlatformUseKind,
    Posture,
    Protection,
    Relationship,
    RevenueBand,
    Storage,
    Tier,
)


def small_register() -> Register:
    return Register(
        organisation=facts.Organisation(
            name="Alder Bank",
            sector="financial",
            country="DE",
            annual_revenue=1_234_567.89,
            currency="EUR",
            customers=1_000,
            revenue_per_customer=12.5,
            risk_appetite=1e6,
        ),
        organisation_roles=(facts.OrganisationRole(role="controller", since=date(2018, 5, 25), source="by law"),),
        currencies=(facts.Currency(currency="EUR", usd_per_unit=1.0873, as_of=date(2026, 1, 2), source="a bank"),),
        parameters=(facts.ParameterChange(key="constant.control_floor", value="0.1", reason="stricter here"),),
        vendors=(
            facts.Vendor(
                code="V-0001",
                name="Corvid Mail",
                legal_name="Corvid Mail Ltd",
                sector="information",
                country="IE",
                revenue_band=RevenueBand.FROM_10M,
                annual_breach_probability=0.0123,
                annual_breach_probability_reason="own history",
                posture=Posture.FAIR,
                tags=("mail", "old one"),
                domain="corvid.example",
                service="newsletters",
                owner_email="alice@example.org",
                business_unit="Marketing",
                lifecycle=Lifecycle.ACTIVE,
                tier_override=Tier.HIGH,
                tier_override_reason="board",
            ),
            facts.Vendor(code="V-0002", name="Rook Cloud", relationship=Relationship.PLATFORM, introduced_by="V-0001"),
        ),
        systems=(
            facts.System(code="S-001", name="CRM", owner_email="bob@example.org", hosted_by="V-0002", rto_hours=4.5),
            facts.System(code="S-002", name="Ledger"),
        ),
        segments=(facts.Segment(code="G-01", name="Savers", people=1_000, as_of=date(2026, 1, 1), source="count"),),
        jurisdictions=(facts.Jurisdiction(segment="G-01", jurisdiction="DE", share=0.75),),
        datasets=(
            facts.Dataset(
                code="D-001",
                name="Profiles",
                system="S-001",
                categories=("user.contact.email", "user.name"),
                people=900,
                as_of=date(2026, 1, 1),
                source="count",
                retention_months=18.5,
            ),
        ),
        coverage=(facts.Coverage(dataset="D-001", segment="G-01", share=0.9),),
        flows=(
            facts.Flow(
                code="F-001",
                sender="S-001",
                recipient="V-0001",
                dataset="D-001",
                people_share=0.333333333,
                categories=("user.contact.email",),
                storage=Storage.CACHED,
                protection=Protection.PSEUDONYMISED,
                sender_reads_back=True,
                mechanism="API",
                frequency="daily",
                purpose="letters",
                countries_at_rest=("IE", "DE"),
                countries_processing=("IE",),
                legal_basis="contract",
                transfer_safeguard="none needed",
                starts=date(2024, 2, 29),
                ends=date(2027, 1, 1),
                probability=0.5,
                probability_reason="judged",
            ),
        ),
        access=(
            facts.Access(
                code="A-001",
                vendor="V-0001",
                system="S-001",
                kind=AccessKind.API_SCOPED,
                last_review=date(2026, 1, 1),
                outcome=AccessOutcome.CONFIRMED,
            ),
        ),
        links=(facts.Link(code="L-001", from_system="S-001", to_system="S-002", kind=LinkKind.SEGMENTED),),
        platform_uses=(
            facts.PlatformUse(code="P-001", platform="V-0002", user="V-0001", kind=PlatformUseKind.HOSTING),
        ),
        processes=(
            facts.Process(
                code="Q-01", name="Lending", owner_email="eve@example.org", rto_hours=8, margin_per_day=99.99
            ),
        ),
        dependencies=(facts.Dependency(code="B-001", process="Q-01", depends_on="S-001"),),
        controls=(facts.Control(code="C-001", name="Own gate", acts_on=("pivot", "holds"), efficacy=0.4),),
        placements=(
            facts.Placement(
                control="C-001",
                fact="F-001",
                coverage=0.5,
                state=ControlState.PLANNED_FUNDED,
                cost_once=10.01,
                cost_per_year=5,
                due=date(2026, 9, 1),
                owner_email="bob@example.org",
            ),
            facts.Placement(control="MFA", fact="A-001"),
        ),
        contracts=(
            facts.Contract(
                code="K-001",
                vendor="V-0001",
                reference="C/2024/7",
                starts=date(2024, 1, 1),
                ends=date(2026, 12, 31),
                notice_days=90,
                value_per_year=5000.5,
                currency="EUR",
                breach_notice_hours=48,
                right_to_audit=True,
                dpa_signed=False,
                liability_cap=1e6,
                insurance=2e6,
            ),
        ),
        certificates=(
            facts.Certificate(
                vendor="V-0001",
                certificate="iso_27001",
                issued=date(2025, 1, 1),
                expires=date(2028, 1, 1),
                evidence="folder 7",
            ),
        ),
        contacts=(
            facts.Contact(
                vendor="V-0001", role=ContactRole.INCIDENT, name="On call", email="soc@corvid.example", phone="+353 1"
            ),
        ),
    )
