"""Whom a form goes to: our page, its refusals, and that it is nobody else's."""

import pytest

from registry.core.actor import Role
from registry.core.db import session, writing
from registry.core.work import work
from registry.domain.assessment.assessment import State
from registry.models.mail import Mail, MailState
from registry.models.portal import PortalLink
from registry.mywork.queries import work_of
from tests.assessments.conftest import SYSTEM, fill, hand_in, row
from tests.portal.conftest import ODILE, OLA, link, mails, path_in, send


def test_a_contact_of_the_register_is_ticked_and_told(manager, key):
    page = manager.get(f"/assessments/{key}/recipients").text
    assert "It was sent to nobody yet" in page
    assert "No further contact" in page
    assert send(manager, key, message="Please hurry.").status_code == 303
    assert row(key).state is State.SENT
    assert "Please hurry." in mails("portal_invitation")[0].body
    assert ODILE in manager.get(f"/assessments/{key}/recipients").text


@pytest.mark.parametrize(
    "given, said",
    [
        ({"name": "", "email": ""}, "Choose at least one contact"),
        ({"name": "", "email": ODILE}, "needs a name"),
        ({"email": "nobody at all"}, "no address mail can be sent to"),
        ({"email": "a@b.example\r\nBcc: x@y.example"}, "control characters"),
    ],
)
def test_what_cannot_be_invited_is_said_and_nothing_is_sent(manager, key, given, said):
    page = send(manager, key, **given)
    assert page.status_code == 422
    assert said in page.text
    assert row(key).state is State.DRAFT
    assert mails("portal_invitation") == []


def test_sending_again_keeps_the_link_and_a_new_one_ends_the_old(manager, sent):
    first = path_in(mails("portal_invitation")[0])
    send(manager, sent, message="once more")
    assert session().query(PortalLink).count() == 1
    assert path_in(mails("portal_invitation")[-1]) == first
    manager.post(f"/assessments/{sent}/recipients/{link().id}/new")
    assert path_in(mails("portal_invitation")[-1]) != first


def test_a_form_that_was_handed_in_is_not_sent(manager, key):
    fill(manager, key)
    hand_in(manager, key)
    assert "is not sent now" in manager.get(f"/assessments/{key}/recipients").text
    assert "is not sent now" in send(manager, key).text
    assert mails("portal_invitation") == []


def test_two_managers_sending_from_old_pages_is_said(manager, key):
    old = str(row(key).version)
    send(manager, key)
    late = manager.post(f"/assessments/{key}/recipients", data={"version": old, "name": "Ola", "email": OLA})
    assert late.status_code == 409
    assert session().query(PortalLink).count() == 1


def test_nobody_else_sees_or_changes_whom_a_form_goes_to(client_as, sent):
    theirs = link().id
    paths = ["link", "code", "new", "withdraw", "ask/off"]
    bob = client_as(Role.VENDOR_MANAGER, name="Bob Colleague")
    assert bob.get(f"/assessments/{sent}/recipients").status_code == 404
    assert send(bob, sent).status_code == 404
    for path in paths:
        assert bob.post(f"/assessments/{sent}/recipients/{theirs}/{path}").status_code == 404
    auditor = client_as(Role.AUDITOR)
    assert auditor.get(f"/assessments/{sent}/recipients").status_code == 403
    assert (link().is_active, link().issue, link().needs_code) == (True, 1, True)


def test_a_link_of_another_assessment_is_not_there(manager, sent):
    from tests.assessments.conftest import begin

    other = begin("2027")
    for path in ("link", "code", "new", "withdraw", "ask/off"):
        assert manager.post(f"/assessments/{other}/recipients/{link().id}/{path}").status_code == 404
    assert link().issue == 1


def test_a_mail_that_failed_is_work_of_the_owner_until_another_goes_out(alice, manager, sent):
    def waiting() -> list[str]:
        return [each.url for each in work_of(alice.actor) if each.kind == "Mail"]

    assert waiting() == []
    with writing(), work(SYSTEM, "tests.fail") as w:
        mail = w.get(Mail, mails("portal_invitation")[0].id)
        mail.state, mail.settled_at, mail.last_error = MailState.FAILED, w.now, "550 nobody here"
    assert waiting() == [f"/assessments/{sent}/recipients"]
    assert "Failed" in manager.get(f"/assessments/{sent}/recipients").text
    manager.post(f"/assessments/{sent}/recipients/{link().id}/new")
    assert waiting() == []
