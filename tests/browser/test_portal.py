"""The portal in a real browser at the width of a phone: answer, hand on, hand in, come back; without scripts too."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from registry.assessments.service.opening import StartAssessment, start
from registry.core import clock
from registry.core.actor import Actor, Role
from registry.core.db import db, session, writing
from registry.core.mailer import compose
from registry.core.work import work
from registry.domain.assessment.assessment import State
from registry.models.assessments import Assessment, AssessmentAnswer
from registry.models.mail import Mail
from registry.models.vendors import Vendor
from registry.questionnaires import service as questionnaires
from registry.settings import Settings
from tests.assessments.conftest import QUESTIONS
from tests.browser.journeys import TOLD_STATUS, Company, faults, running_company
from tests.domain.questionnaires import data_of
from tests.facts.company import REGISTER

pytestmark = pytest.mark.browser

SYSTEM = Actor.system("tests")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
ODILE, OLA = "odile@vendor.example.org", "ola@vendor.example.org"


@pytest.fixture
def company(sqlite_settings: Settings, browser: Browser) -> Iterator[Company]:
    with running_company(sqlite_settings, browser, REGISTER) as running:
        with running.app.app_context(), writing():
            draft = questionnaires.add_draft(SYSTEM, data_of(*QUESTIONS))
            questionnaires.publish(SYSTEM, draft, 1)
            with work(SYSTEM, "vendor.hand_over") as w:
                w.get(Vendor, "V-0001").owner_email = "mina.manager@example.org"
            due = clock.today() + timedelta(days=30)
            start(SYSTEM, StartAssessment(vendor="V-0001", code="sample", edition="1.0", period="2026", due=due))
            db.session.remove()
        yield running


def letter(company: Company, template: str, to: str) -> str:
    """Return the text of the last mail, as it is sent."""
    with company.app.app_context():
        row = session().query(Mail).filter_by(template=template, recipient=to).order_by(Mail.id.desc()).first()
        assert row is not None
        text = compose(row).get_body(("plain",)).get_content()
        db.session.remove()
    return text


def visit(company: Company, to: str, template: str, **options: object) -> Page:
    """Open the link of a mail on a phone, and give the code of the next one."""
    path = re.search(r"/portal/\S+", letter(company, template, to))
    assert path is not None
    page = company.browser.new_context(base_url=company.address, **{**PHONE, **options}).new_page()
    page.on("console", lambda message: _hear(company, message))
    page.goto(path[0])
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/portal/code")
    code = re.search(r"code is (\d{6})", letter(company, "portal_code", to))
    assert code is not None
    page.get_by_label("Code").fill(code[1])
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/portal/form")
    return page


def _hear(company: Company, message: object) -> None:
    if message.type == "error" and not message.text.startswith(TOLD_STATUS):
        company.complaints.append(message.text)


def send(company: Company, name: str = "Odile Vendor", email: str = ODILE) -> Page:
    page = company.page_of(Role.VENDOR_MANAGER)
    page.goto("/assessments/1")
    page.get_by_role("link", name="Send to the vendor").click()
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill(email)
    assert faults(page) == []
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".flashes")).to_contain_text("1 mail will tell of it")
    assert faults(page) == []
    return page


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(page.locator("#saved")).not_to_contain_text("Saving")


def stored(company: Company) -> dict[str, tuple[str | None, str]]:
    with company.app.app_context():
        found = {each.question: (each.value, each.by_name) for each in session().query(AssessmentAnswer)}
        db.session.remove()
    return found


def state(company: Company) -> State:
    with company.app.app_context():
        found = session().get_one(Assessment, 1).state
        db.session.remove()
    return found


def hand_on(odile: Page) -> None:
    odile.goto("/portal/hand-on")
    odile.locator("[name=name]").fill("Ola Colleague")
    odile.locator("[name=email]").fill(OLA)
    odile.get_by_role("checkbox").nth(1).check()
    assert faults(odile) == []
    odile.get_by_role("button", name="Hand on").click()
    expect(odile.locator(".flashes")).to_contain_text("Ola Colleague gets a link of their own")


def test_a_vendor_answers_on_a_phone_hands_on_hands_in_and_answers_again_when_it_is_returned(company: Company) -> None:
    send(company)
    odile = visit(company, ODILE, "portal_invitation")
    assert faults(odile) == []
    assert odile.evaluate("document.documentElement.scrollWidth") <= 390
    odile.get_by_role("radiogroup", name="ENC-01?").get_by_role("radio", name="Yes").check()
    expect(odile.get_by_text("ENC-02?")).to_be_visible()
    odile.locator("#ENC-02").get_by_role("radio", name="Some").check()
    expect(odile.locator("#s-ENC-02")).to_contain_text("A file is still needed")
    saved(odile)
    odile.locator("#ENC-02").get_by_role("button", name="Evidence").click()
    odile.wait_for_url("**/portal/form/files/ENC-02")
    odile.locator("#file").set_input_files(
        {"name": "report.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
    )
    assert faults(odile) == []
    odile.get_by_role("button", name="Keep the file").click()
    expect(odile.locator(".flashes")).to_contain_text("Kept the file")
    hand_on(odile)
    ola = visit(company, OLA, "portal_handed_on")
    expect(ola.get_by_text("ENC-01?")).to_have_count(0)
    ola.locator("[name=a-ACC-01]").fill("36")
    ola.locator("[name=a-ACC-02]").fill("See the report.")
    saved(ola)
    expect(ola.locator("#b-ACC-02")).to_contain_text("Answered by Ola Colleague")

    odile.goto("/portal/submit")
    odile.locator("[name=role]").fill("Head of security")
    assert faults(odile) == []
    odile.get_by_role("button", name="Hand in").click()
    odile.wait_for_url("**/portal/receipt")
    assert faults(odile) == []
    assert stored(company)["ACC-01"] == ("36", "Ola Colleague")
    assert stored(company)["ENC-01"] == ("yes", "Odile Vendor")

    reviewer = company.page_of(Role.CISO)
    reviewer.goto("/assessments/1/review")
    reviewer.get_by_role("button", name="Begin the review").click()
    reviewer.locator("[name=why]").last.fill("Which report is it?")
    reviewer.get_by_role("button", name="Return", exact=True).click()
    expect(reviewer.locator(".flashes")).to_contain_text("Returned")

    again = visit(company, ODILE, "portal_returned")
    expect(again.locator(".note.err").first).to_contain_text("Which report is it?")
    again.goto("/portal/form?section=ACC")
    again.locator("[name=a-ACC-02]").fill("The one of May.")
    saved(again)
    again.goto("/portal/submit")
    again.locator("[name=role]").fill("Head of security")
    again.get_by_role("button", name="Hand in").click()
    again.wait_for_url("**/portal/receipt")
    assert state(company) is State.SUBMITTED
    assert stored(company)["ACC-02"] == ("The one of May.", "Odile Vendor")


def test_without_scripts_the_form_is_saved_section_by_section(company: Company) -> None:
    send(company)
    page = visit(company, ODILE, "portal_invitation", java_script_enabled=False)
    page.goto("/portal/form?section=ACC")
    page.locator("[name=a-ACC-01]").fill("soon")
    page.locator("[name=a-ACC-02]").fill("kept")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".problems")).to_contain_text("1 answer was not saved; all others were")
    expect(page.locator("[name=a-ACC-01]")).to_have_value("soon")
    page.locator("[name=a-ACC-01]").fill("12")
    page.get_by_role("button", name="Next").click()
    page.wait_for_url("**section=ENC")
    assert stored(company) == {"ACC-01": ("12", "Odile Vendor"), "ACC-02": ("kept", "Odile Vendor")}
