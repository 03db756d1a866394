"""Risk on screens: computed from the register, kept current by itself, the tier set by hand beside the computed one."""

from datetime import date

import pytest
from sqlalchemy import select

from registry.core.actor import Actor, Role
from registry.core.db import session, writing
from registry.core.work import work
from registry.domain.register.facts import Dataset, Flow, Organisation, Register, Segment, System, Vendor
from registry.domain.register.vocabulary import Tier
from registry.models.audit import AuditEntry
from registry.models.risk import VendorRisk
from registry.models.vendors import Vendor as VendorRow
from registry.reminders.whom import address_book
from registry.risk import refresh
from registry.risk.queries import risk_of, tiers_in_force
from tests.facts.company import small_company

REGISTER = Register(
    organisation=Organisation(name="Brackwater", country="IE", sector="financial"),
    vendors=(
        Vendor(code="V-0001", name="Corvid Mail"),
        Vendor(code="V-0002", name="Plover"),
        Vendor(code="V-0003", name="Heron"),
    ),
    systems=(System(code="S-001", name="CRM"),),
    segments=(Segment(code="G-01", name="Customers", people=200_000, as_of=date(2026, 1, 1), source="CRM"),),
    datasets=(
        Dataset(code="D-001", name="Profiles", system="S-001", categories=("user.name",), people=200_000),
        Dataset(code="D-002", name="Few", system="S-001", categories=("user.name",), people=50),
    ),
    flows=(
        Flow(code="F-001", sender="S-001", recipient="V-0001", dataset="D-001"),
        Flow(code="F-002", sender="S-001", recipient="V-0002", dataset="D-002"),
    ),
)


@pytest.fixture
def company(db_app):
    small_company(db_app, REGISTER)
    return db_app


def change(code: str, **values: object) -> None:
    with writing(), work(Actor.system("tests"), "vendor.change") as w:
        row = w.get(VendorRow, code)
        for name, value in values.items():
            setattr(row, name, value)


def stored() -> dict[str, Tier]:
    session().expire_all()
    return {row.vendor: row.tier for row in session().scalars(select(VendorRisk))}


def test_risk_is_kept_once_and_again_only_when_it_changes(company):
    assert refresh() == 2
    # 200,000 people stand above 100,000 (high); 50 above 1 (medium); about the third nothing is registered
    assert stored() == {"V-0001": Tier.HIGH, "V-0002": Tier.MEDIUM}
    before = session().scalars(select(AuditEntry.action)).all()
    assert refresh() == 0
    assert session().scalars(select(AuditEntry.action)).all() == before
    change("V-0002", lifecycle="terminated")
    with writing(), work(Actor.system("tests"), "flow.archive") as w:
        from registry.core import factstore

        factstore.archive(w, "flows", "F-002")
    assert refresh() == 1
    assert stored() == {"V-0001": Tier.HIGH}


def test_without_an_assessment_nothing_is_taken_away(company):
    found = risk_of("V-0001")
    assert found is not None
    assert found.residual == found.inherent.risk >= 50
    assert found.effectiveness.formula == "no accepted assessment: 0"
    assert risk_of("V-0003") is None


def test_a_tier_set_by_hand_counts_and_ladders_follow_it(company):
    refresh()
    change("V-0001", tier_override=Tier.CRITICAL, tier_override_reason="The board asks for it.")
    assert tiers_in_force() == {"V-0001": "critical", "V-0002": "medium"}
    vendors = address_book(date(2026, 3, 2)).vendors
    assert [vendors[code][2] for code in ("V-0001", "V-0002", "V-0003")] == ["critical", "medium", None]


def test_the_page_says_how_it_came_about_and_the_list_sorts_by_it(app, client_as):
    small_company(app, REGISTER)
    refresh()
    change("V-0002", tier_override=Tier.CRITICAL, tier_override_reason="The board asks for it.")
    client = client_as(Role.CISO)
    page = client.get("/vendors/V-0002?tab=risk").text
    assert "data about 50 people" in page
    assert "The board asks for it." in page
    assert "computed medium" in page
    assert "never assessed, so due now" in page
    unknown = client.get("/vendors/V-0003?tab=risk").text
    assert "Risk not known" in unknown
    assert "treated like a high one" in unknown
    names = client.get("/vendors?sort=-tier").text.split('data-open href="/vendors/')[1:]
    assert [name[:6] for name in names] == ["V-0002", "V-0001", "V-0003"]
    assert "Heron" not in client.get("/vendors?tier=critical&tier=high").text
    contributor = client_as(Role.CONTRIBUTOR).get("/vendors/V-0001?tab=risk")
    assert contributor.status_code == 200
    assert "Begin an assessment" not in contributor.text
