"""What a contact does: answers, hands on, asks, gives files, hands in; and what they never see."""

import io
import re

from openpyxl import load_workbook

from registry.core.db import session
from registry.domain.assessment.assessment import State
from registry.models.assessments import AssessmentAnswer, Evidence, QuestionNote
from tests.assessments.conftest import PDF, begin, row
from tests.assessments.conftest import answer as answer_ours
from tests.portal.conftest import ODILE, OLA, answer, let_in, link, mails, send, text_of


def stored(key: int) -> dict[str, tuple[str | None, str]]:
    session().expire_all()
    found = session().query(AssessmentAnswer).filter_by(assessment_id=key)
    return {each.question: (each.value, each.by_name) for each in found}


def give(client, question: str = "ENC-02", name: str = "report.pdf", content: bytes = PDF):
    data = {"file": (io.BytesIO(content), name), "kind": "other"}
    return client.post(f"/portal/form/files/{question}", data=data)


def fill(client) -> None:
    for each, value in (("ENC-01", "yes"), ("ENC-02", "some"), ("ACC-01", "12")):
        assert answer(client, each, value).status_code == 200
    assert give(client).status_code == 303


def hand_in(client, key: int, **more: str):
    data = {"version": str(row(key).version), "name": "Odile Vendor", "role": "Head of security", **more}
    return client.post("/portal/submit", data=data)


def act(client, key: int, path: str, **data: str) -> None:
    assert client.post(f"/assessments/{key}/{path}", data={"version": str(row(key).version), **data}).status_code == 303


def hand_on(client, *sections: str, email: str = OLA, name: str = "Ola Colleague"):
    return client.post("/portal/hand-on", data={"name": name, "email": email, "sections": list(sections)})


def test_answers_are_saved_one_by_one_with_who_gave_them(odile, sent):
    part = answer(odile, "ACC-01", "36", comment="More at week-ends.")
    assert 'id="v-ACC-01" name="v-ACC-01" value="1"' in part.text
    assert "Answered by Odile Vendor" in part.text
    assert stored(sent) == {"ACC-01": ("36", "Odile Vendor")}
    assert row(sent).state is State.IN_PROGRESS
    assert "A number of hours" in answer(odile, "ACC-01", "soon", version=1).text
    opened = answer(odile, "ENC-01", "yes")
    assert opened.headers["HX-Retarget"] == "#qs"
    assert "ENC-02?" in opened.text


def test_without_scripts_a_section_is_saved_whole_and_nothing_typed_is_lost(odile, sent):
    data = {"a-ACC-01": "soon", "v-ACC-01": "0", "a-ACC-02": "kept <b>words</b>", "v-ACC-02": "0"}
    page = odile.post("/portal/form?section=ACC", data=data)
    assert page.status_code == 422
    assert 'value="soon"' in page.text
    assert stored(sent) == {"ACC-02": ("kept <b>words</b>", "Odile Vendor")}
    data = {"a-ACC-01": "12", "v-ACC-01": "0", "a-ACC-02": "kept <b>words</b>", "v-ACC-02": "1", "go": "on"}
    assert odile.post("/portal/form?section=ACC", data=data).location == "/portal/form?section=ENC"
    data = {"a-ENC-01": "yes", "v-ENC-01": "0", "go": "file:ENC-01"}
    assert odile.post("/portal/form?section=ENC", data=data).location == "/portal/form/files/ENC-01"
    assert stored(sent)["ENC-01"][0] == "yes"


def test_weights_points_and_what_an_answer_affects_are_never_sent(odile, manager, sent):
    fill(odile)
    seen = "".join(
        odile.get(f"/portal/{path}").text for path in ("form?section=ENC", "form?section=ACC", "form/print", "submit")
    )
    for told in ("weight", "non-negotiable", "non_negotiable", "points", "score", "MFA", "scoring", "band"):
        assert told not in seen.casefold(), told


def test_a_colleague_sees_and_answers_only_the_sections_handed_on(app, odile, sent):
    assert hand_on(odile, "ACC").status_code == 303
    assert "Odile Vendor asks you to answer Acc of Sample 2026" in text_of(mails("portal_handed_on", OLA)[0])
    ola = let_in(app, OLA, "portal_handed_on")
    page = ola.get("/portal/form?section=ENC").text
    assert "ACC-01?" in page
    assert "ENC-01?" not in page
    assert answer(ola, "ACC-01", "12").status_code == 200
    for path in ("answers/ENC-01", "files/ENC-01"):
        assert ola.post(f"/portal/form/{path}", data={"a-ENC-01": "yes", "v-ENC-01": "0"}).status_code == 404
    assert ola.post("/portal/form?section=ENC", data={"a-ENC-01": "yes", "v-ENC-01": "0"}).status_code == 303
    assert "ENC-01" not in stored(sent)
    assert ola.get("/portal/submit").status_code == ola.get("/portal/hand-on").status_code == 404
    assert ola.post("/portal/submit", data={"version": "1", "name": "x", "role": "x"}).status_code == 404
    assert "ENC-01?" not in ola.get("/portal/form/print").text
    seen = odile.get("/portal/form?section=ACC").text
    assert "Answered by Ola Colleague" in seen
    assert "handed to Ola Colleague" in seen
    odile.post(f"/portal/hand-on/{link(OLA).id}/end")
    assert ola.get("/portal/form").status_code == 404
    assert stored(sent)["ACC-01"] == ("12", "Ola Colleague")


def test_handing_on_says_what_is_wrong(odile, sent):
    for sections, given, said in (
        ((), {}, "at least one section"),
        (("NOPE",), {}, "at least one section"),
        (("ACC",), {"email": ODILE}, "your own address"),
        (("ACC",), {"email": "no address"}, "no address mail can be sent to"),
        (("ACC",), {"name": " "}, "Who is it?"),
    ):
        page = hand_on(odile, *sections, **given)
        assert page.status_code == 422
        assert said in page.text
    assert mails("portal_handed_on") == []


def test_two_people_never_overwrite_each_other(app, manager, odile, sent):
    answer(odile, "ACC-02", "from Odile")
    part = answer_ours(manager, sent, "ACC-02", "from Alice")
    assert "Not saved: Odile Vendor answered “from Odile” meanwhile" in part.text
    second = let_in(app, ODILE)
    late = answer(second, "ACC-02", "in another browser")
    assert "Not saved" in late.text
    assert stored(sent)["ACC-02"][0] == "from Odile"


def test_it_is_handed_in_with_name_and_role_and_leaves_a_receipt(odile, sent):
    assert "questions still need something first" in odile.get("/portal/submit").text
    assert hand_in(odile, sent).status_code == 422
    fill(odile)
    assert "With today’s date" in odile.get("/portal/submit").text
    assert hand_in(odile, sent, role=" ").status_code == 422
    assert hand_in(odile, sent).location == "/portal/receipt"
    done = row(sent)
    assert (done.state, done.submitted_by, done.submitted_role) == (State.SUBMITTED, "Odile Vendor", "Head of security")
    receipt = odile.get("/portal/receipt").text
    mark = re.search(r'fingerprint">([0-9a-f]{64})<', receipt)[1]
    assert mark in text_of(mails("portal_receipt", ODILE)[0])
    told = mails("portal_submitted")[0]
    assert told.recipient == "alice.owner@example.org"
    assert "Head of security" in told.body
    assert "This assessment is submitted" in answer(odile, "ACC-01", "99", version=1).text
    assert stored(sent)["ACC-01"][0] == "12"


def test_handing_in_twice_is_once(odile, sent):
    fill(odile)
    version = str(row(sent).version)
    assert hand_in(odile, sent, version=version).location == "/portal/receipt"
    first = row(sent).submitted_at
    assert hand_in(odile, sent, version=version, name="Somebody else").location == "/portal/receipt"
    assert (row(sent).submitted_at, row(sent).submitted_by) == (first, "Odile Vendor")
    assert len(mails("portal_receipt")) == 1


def test_a_form_that_is_returned_while_it_is_handed_in_loses_nothing_and_is_applied_once(odile, reviewer, sent):
    fill(odile)
    page_version = str(row(sent).version)  # a page that stays open in another tab
    assert hand_in(odile, sent).status_code == 303
    act(reviewer, sent, "review/begin")
    act(reviewer, sent, "review/return", why="Which report?")
    late = hand_in(odile, sent, version=page_version)
    assert late.status_code == 409
    assert "the form moved meanwhile and is now returned" in late.text
    assert row(sent).state is State.RETURNED
    assert {key: value for key, (value, _) in stored(sent).items()} == {
        "ENC-01": "yes",
        "ENC-02": "some",
        "ACC-01": "12",
    }
    assert "Which report?" in odile.get("/portal/form").text
    assert "Which report?" in text_of(mails("portal_returned", ODILE)[0])
    assert "Change or comment" in hand_in(odile, sent).text
    answer(odile, "ACC-02", "the one of May")
    assert hand_in(odile, sent).location == "/portal/receipt"
    assert row(sent).state is State.SUBMITTED
    assert len(mails("portal_receipt")) == 2


def test_questions_go_back_and_forth_beside_the_question(odile, manager, sent):
    data = {"v-ACC-01": "0", "v-ACC-02": "0", "n-ACC-01": "Calendar <b>hours</b>?", "go": "note:ACC-01"}
    said = odile.post("/portal/form?section=ACC", data=data)
    assert said.location.endswith("#ACC-01")
    assert "Calendar &lt;b&gt;hours&lt;/b&gt;?" in manager.get(f"/assessments/{sent}?section=ACC").text
    assert mails("portal_note")[0].recipient == "alice.owner@example.org"
    manager.post(f"/assessments/{sent}/notes/ACC-01", data={"body": "Yes, any hour."})
    assert "Yes, any hour." in odile.get("/portal/form?section=ACC").text
    manager.post(f"/assessments/{sent}/notes/ACC-01", data={"body": "And at week-ends?"})
    assert len(mails("portal_question", ODILE)) == 1, "once a day"
    assert [each.is_ours for each in session().query(QuestionNote).order_by(QuestionNote.id)] == [False, True, True]
    assert (
        "Write something"
        in odile.post("/portal/form?section=ACC", data=data | {"n-ACC-01": " "}, follow_redirects=True).text
    )


def test_files_are_given_taken_away_and_only_those_behind_ones_answers_are_there(odile, manager, sent):
    answer(odile, "ENC-01", "yes")
    answer(odile, "ENC-02", "some")
    for name, content, words in (
        ("a.exe", b"MZ", "not kept"),
        ("a.pdf", b"MZ x", "is not what .pdf says"),
        ("", b"", "Choose a file"),
    ):
        refused = give(odile, name=name, content=content)
        assert refused.status_code == 422
        assert words in refused.text
    assert give(odile, name="..\\..\\etc/pässwörd.pdf").status_code == 303
    kept = session().query(Evidence).one()
    assert (kept.file_name, kept.by_name, kept.vendor) == ("pässwörd.pdf", "Odile Vendor", "V-0001")
    got = odile.post(f"/portal/files/{kept.id}")
    assert got.data == PDF
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    other = begin("2027")
    manager.post(f"/assessments/{other}/evidence/ENC-01", data={"file": (io.BytesIO(PDF), "ours.pdf"), "kind": "other"})
    ours = session().query(Evidence).filter_by(file_name="ours.pdf").one()
    assert odile.post(f"/portal/files/{ours.id}").status_code == 404
    assert odile.post(f"/portal/form/files/ENC-02/{kept.id}").status_code == 303
    assert odile.post(f"/portal/files/{kept.id}").status_code == 404


def test_last_time_is_shown_only_when_the_vendor_answered_it(app, odile, manager, sent):
    fill(odile)
    hand_in(odile, sent)
    after = begin("2027")
    assert send(manager, after).status_code == 303
    again = let_in(app, ODILE)
    page = again.get("/portal/form?section=ACC").text
    assert "In 2026 you answered" in page
    again.post("/portal/form?section=ACC", data={"v-ACC-01": "0", "v-ACC-02": "0", "go": "same:ACC-01"})
    assert stored(after)["ACC-01"] == ("12", "Odile Vendor")
    row(sent).sent_at = None
    with app.app_context():
        session().rollback()


def test_what_we_filled_in_ourselves_is_not_shown_as_an_answer_of_last_time(app, manager, reviewer, key):
    for each, value in (("ENC-01", "no"), ("ACC-01", "48")):
        answer_ours(manager, key, each, value)
    handed = manager.post(
        f"/assessments/{key}/submit", data={"version": str(row(key).version), "name": "A", "role": "B"}
    )
    assert handed.status_code == 303
    after = begin("2027")
    send(manager, after)
    page = let_in(app, ODILE).get("/portal/form?section=ACC").text
    assert "you answered" not in page
    assert "Same as" not in page


def test_the_workbook_of_the_portal_holds_ones_own_sections_and_comes_back_by_the_same_door(app, odile, manager, sent):
    hand_on(odile, "ACC")
    ola = let_in(app, OLA, "portal_handed_on")
    book = load_workbook(io.BytesIO(ola.post("/portal/offline/workbook").data))
    keys = {line[0].value for line in book["Form"].iter_rows(min_row=2)}
    assert keys == {None, "ACC-01", "ACC-02"}
    line = next(line for line in book["Form"].iter_rows() if line[0].value == "ACC-01")
    line[3].value = 36
    raw = io.BytesIO()
    book.save(raw)

    def take_in(client, path: str):
        return client.post(path, data={"file": (io.BytesIO(raw.getvalue()), "form.xlsx")})

    assert "somebody else" in take_in(odile, "/portal/offline").text
    assert "somebody else" in take_in(manager, f"/assessments/{sent}/offline").text
    page = take_in(ola, "/portal/offline")
    assert "<ins>36</ins>" in page.text
    foreign = {"take": "ENC-01", "a-ENC-01": "yes", "c-ENC-01": "", "v-ENC-01": "0"}
    assert "Nothing was taken over" in ola.post("/portal/offline/apply", data=foreign, follow_redirects=True).text
    ola.post("/portal/offline/apply", data={"take": "ACC-01", "a-ACC-01": "36", "c-ACC-01": "", "v-ACC-01": "0"})
    assert stored(sent) == {"ACC-01": ("36", "Ola Colleague")}
