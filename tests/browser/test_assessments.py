"""An assessment in a real browser: a manager fills it, the reviewer returns and accepts it, and what follows from it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from registry.core.actor import Actor, Role
from registry.core.db import db, session, writing
from registry.domain.register.vocabulary import Posture
from registry.models.vendors import Vendor
from registry.questionnaires import service as questionnaires
from registry.settings import Settings
from tests.assessments.conftest import PDF, QUESTIONS
from tests.browser.journeys import Company, faults, running_company
from tests.domain.questionnaires import data_of
from tests.facts.company import REGISTER

pytestmark = pytest.mark.browser
OWNED = replace(
    REGISTER, vendors=tuple(replace(each, owner_email="mina.manager@example.org") for each in REGISTER.vendors)
)


@pytest.fixture
def company(sqlite_settings: Settings, browser: Browser) -> Iterator[Company]:
    with running_company(sqlite_settings, browser, OWNED) as running:
        with running.app.app_context():
            with writing():
                draft = questionnaires.add_draft(Actor.system("tests"), data_of(*QUESTIONS))
                questionnaires.publish(Actor.system("tests"), draft, 1)
            db.session.remove()
        yield running
        assert running.complaints == []


def answer(page: Page, question: str, value: str) -> None:
    """Give an answer and wait until it is kept."""
    with page.expect_response(f"**/answers/{question}"):
        page.locator(f"#{question} [value={value}]").check()


def hand_in(page: Page) -> None:
    page.get_by_role("link", name="Hand in").click()
    page.get_by_label("Role").fill("Account manager")
    assert faults(page) == []
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Handed in. The reviewer takes it from here.")).to_be_visible()


def test_a_manager_fills_it_and_the_reviewer_returns_and_accepts_it(company: Company, tmp_path: Path) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(PDF)
    mina, rita = company.page_of(Role.VENDOR_MANAGER), company.page_of(Role.CISO)

    mina.goto("/assessments/new?vendor=V-0001")
    mina.get_by_label("Questionnaire").select_option("sample 1.0")
    assert faults(mina) == []
    mina.get_by_role("button", name="Begin").click()
    expect(mina.locator("#ENC-01")).to_be_visible()
    assert faults(mina) == []
    answer(mina, "ENC-01", "yes")
    expect(mina.locator("#ENC-02")).to_be_visible()  # the question that this answer brings up
    answer(mina, "ENC-02", "some")
    mina.locator("#ENC-02").get_by_role("link", name="+ Evidence").click()
    mina.get_by_label("File").first.set_input_files(report)
    assert faults(mina) == []
    mina.get_by_role("button", name="Keep the file").click()
    expect(mina.locator("#ENC-02")).to_contain_text("report.pdf")
    mina.goto("/assessments/1?section=ACC")
    with mina.expect_response("**/answers/ACC-01"):
        mina.locator("#ACC-01 [name=a-ACC-01]").fill("12")
        mina.locator("#ACC-01 [name=a-ACC-01]").press("Tab")
    hand_in(mina)

    rita.goto("/my-work")
    assert faults(rita) == []
    rita.get_by_role("link", name="Sample, 2026: review").click()
    rita.get_by_role("button", name="Begin the review").click()
    assert faults(rita) == []
    rita.get_by_label("Why").last.fill("Which data is not encrypted?")
    rita.get_by_role("button", name="Return").click()
    expect(rita.get_by_text("Returned.").first).to_be_visible()

    mina.goto("/my-work")
    mina.get_by_role("link", name="returned to you").click()
    expect(mina.locator(".note.err")).to_contain_text("Which data is not encrypted?")
    answer(mina, "ENC-02", "all")
    hand_in(mina)

    rita.goto("/assessments/1/review")
    rita.get_by_role("button", name="Begin the review").click()
    rita.get_by_label("Rationale").fill("All of it now.")
    rita.get_by_role("button", name="Accept").click()
    expect(rita.get_by_text("posture follows")).to_be_visible()
    rita.goto("/vendors/V-0001?tab=risk")
    expect(rita.locator(".figures")).to_contain_text("Residual risk")
    expect(rita.get_by_text("/ 100 × 0.9")).to_be_visible()
    assert faults(rita) == []
    with company.app.app_context():
        assert session().get(Vendor, "V-0001").posture is Posture.STRONG
        db.session.remove()


def test_findings_and_what_comes_and_goes_are_free_of_faults(company: Company) -> None:
    mina, rita = company.page_of(Role.VENDOR_MANAGER), company.page_of(Role.CISO)
    mina.goto("/findings/new?vendor=V-0001")
    assert faults(mina) == []
    mina.get_by_label("Finding", exact=False).first.fill("Backups are not encrypted")
    mina.get_by_role("button", name="Raise it").click()
    mina.get_by_text("It is put right").click()
    mina.get_by_label("What was done").fill("They are now.")
    assert faults(mina) == []
    mina.get_by_role("button", name="Call it fixed").click()
    rita.goto("/my-work")
    rita.get_by_role("link", name="verify it").click()
    rita.get_by_role("button", name="Verify that it is put right").click()
    expect(rita.locator("header.head")).to_contain_text("Verified")
    mina.goto("/intake/new")
    for label, text in (("Vendor", "Sparrow"), ("What it would do", "Chat"), ("What you need it for", "Queues")):
        mina.get_by_label(label, exact=False).first.fill(text)
    mina.get_by_label("Which data it would get").fill("Names")
    mina.get_by_role("button", name="Ask", exact=True).click()
    rita.goto("/intake/1")
    rita.get_by_role("link", name="Triage").click()
    assert faults(rita) == []
    rita.get_by_label("Profiles").check()
    rita.get_by_role("button", name="Register the prospect").click()
    expect(rita.locator("#main header")).to_contain_text("and cost", timeout=60_000)
    for path in ("/intake/1", "/campaigns/new", "/expiring/margins", "/leaving/V-0001", "/sub-processor-notices/new"):
        rita.goto(path)
        assert faults(rita) == [], path
