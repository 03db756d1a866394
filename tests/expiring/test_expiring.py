"""What runs out, of everybody or of one's own; the margin by hand."""

from dataclasses import replace
from datetime import date

import pytest

from registry.core.actor import Role
from registry.domain.register.facts import Certificate, Contract, Coverage, Jurisdiction, OrganisationRole, Vendor
from registry.expiring.queries import margins, runs_out
from tests.facts.company import REGISTER, small_company

TODAY = date(2026, 3, 2)


@pytest.fixture
def company(app):
    register = replace(
        REGISTER,
        organisation_roles=(OrganisationRole(role="controller"),),
        vendors=(*REGISTER.vendors, Vendor(code="V-0002", name="Plover", owner_email="somebody@example.test")),
        coverage=(Coverage(dataset="D-001", segment="G-01", share=1.0),),
        jurisdictions=(Jurisdiction(segment="G-01", jurisdiction="IE", share=1.0),),
        contracts=(
            Contract(
                code="K-001",
                vendor="V-0001",
                reference="Main",
                ends=date(2026, 6, 30),
                notice_days=30,
                breach_notice_hours=48,
            ),
        ),
        certificates=(
            Certificate(vendor="V-0001", certificate="ISO27001", expires=date(2026, 1, 31)),
            Certificate(vendor="V-0002", certificate="PCI_AOC", expires=date(2026, 3, 20)),
        ),
    )
    small_company(app, register)


def test_what_runs_out_soonest_first(app, company):
    found = [(each.day, each.words) for each in runs_out(None, TODAY, days=180)]
    assert found == [
        (date(2026, 1, 31), "ISO27001 has expired"),
        (date(2026, 3, 20), "PCI_AOC expires"),
        (date(2026, 5, 31), "last day to give notice on Main"),
        (date(2026, 6, 30), "contract Main ends"),
    ]
    assert [each.vendor for each in runs_out({"V-0002"}, TODAY, days=60)] == ["V-0002"]


def test_the_margin_is_the_deadline_less_the_notice_less_our_triage(app, company):
    (row,) = margins(None, 1).rows
    assert row.duty is not None
    assert row.duty.hours == 72.0  # GDPR, to the authority
    assert (row.notice, row.triage) == (48.0, 24.0)
    assert row.margin == 0.0


def test_pages(client_as, company):
    client = client_as(Role.VENDOR_MANAGER)
    page = client.get("/expiring?days=365").text
    assert "last day to give notice on Main" in page
    assert "Nothing runs out" in client.get("/expiring?mine=yes").text
    margin = client.get("/expiring/margins").text
    assert "Corvid Mail" in margin
    assert "48\u202fh" in margin or "48&#8239;h" in margin
    assert "No vendor here" in client.get("/expiring/margins?mine=yes&page=0").text
