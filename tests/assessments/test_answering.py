"""The form: every answer saved with its version, conditions, last time's answers, evidence, handing in."""

import io

import pytest
from sqlalchemy import event

from registry.assessments.queries import assessment_page
from registry.core.actor import Role
from registry.core.db import db, session, writing
from registry.domain.assessment.assessment import State
from registry.models.assessments import AnswerEvidence, AssessmentAnswer, Evidence
from registry.questionnaires import queries, service
from tests.assessments.conftest import PDF, SYSTEM, answer, begin, fill, give, hand_in, row


def stored(key: int) -> dict[str, str | None]:
    session().expire_all()
    return {each.question: each.value for each in session().query(AssessmentAnswer).filter_by(assessment_id=key)}


def test_an_assessment_is_begun_from_its_page(manager):
    page = manager.get("/assessments/new?vendor=V-0001")
    assert "Sample, edition 1.0" in page.text
    typed = {"vendor": "V-0001", "questionnaire": "sample 1.0", "period": "2026", "due": "2026-04-01"}
    begun = manager.post("/assessments/new", data=typed)
    assert begun.status_code == 303
    assert "ENC-01?" in manager.get(begun.location).text
    late = manager.post("/assessments/new", data={**typed, "due": "2020-01-01"})
    assert late.status_code == 422
    assert "This day is over" in late.text


def test_an_answer_is_saved_and_only_what_changed_comes_back(manager, key):
    part = answer(manager, key, "ACC-01", "36", comment="In a week-end, more.")
    assert part.status_code == 200
    assert 'id="v-ACC-01" name="v-ACC-01" value="1"' in part.text
    assert "<html" not in part.text
    assert stored(key) == {"ACC-01": "36"}
    assert row(key).state is State.IN_PROGRESS
    assert "1 of 4" in part.text


def test_the_same_again_changes_nothing(manager, key):
    answer(manager, key, "ACC-01", "36")
    before = row(key).version
    answer(manager, key, "ACC-01", "36.0", version=1)
    assert row(key).version == before
    assert stored(key) == {"ACC-01": "36"}


def test_a_bad_answer_is_said_and_not_kept(manager, key):
    part = answer(manager, key, "ACC-01", "a day or so")
    assert "A number of hours" in part.text
    assert stored(key) == {}


def test_questions_appear_and_go_with_the_answers(manager, key):
    assert "ENC-02?" not in manager.get(f"/assessments/{key}?section=ENC").text
    part = answer(manager, key, "ENC-01", "yes")
    assert part.headers["HX-Retarget"] == "#qs"
    assert "ENC-02?" in part.text
    answer(manager, key, "ENC-02", "all")
    part = answer(manager, key, "ENC-01", "no", version=1)
    assert "ENC-02?" not in part.text
    assert stored(key)["ENC-02"] == "all", "kept, not counted"


def test_two_people_in_one_form_never_overwrite_each_other(manager, reviewer, key):
    answer(manager, key, "ACC-02", "from Alice")
    part = answer(reviewer, key, "ACC-02", "from Rita", version=0)
    assert "Not saved: Alice Owner answered “from Alice” meanwhile" in part.text
    assert stored(key)["ACC-02"] == "from Alice"
    assert 'name="v-ACC-02" value="1"' in part.text, "sending again is then a decision"
    answer(reviewer, key, "ACC-02", "from Rita", version=1)
    assert stored(key)["ACC-02"] == "from Rita"


def test_without_scripts_a_section_is_saved_whole_and_what_is_wrong_stands_beside_its_question(manager, key):
    data = {"a-ACC-01": "soon", "v-ACC-01": "0", "a-ACC-02": "kept <b>words</b>", "v-ACC-02": "0"}
    page = manager.post(f"/assessments/{key}?section=ACC", data=data)
    assert page.status_code == 422
    assert "1 answer was not saved; all others were" in page.text
    assert 'value="soon"' in page.text
    assert stored(key) == {"ACC-02": "kept <b>words</b>"}
    data = {"a-ACC-01": "12", "v-ACC-01": "0", "a-ACC-02": "kept <b>words</b>", "v-ACC-02": "1", "go": "on"}
    onward = manager.post(f"/assessments/{key}?section=ACC", data=data)
    assert onward.location.endswith("section=ENC")
    assert stored(key)["ACC-01"] == "12"


def test_last_time_stands_beside_each_question_and_can_be_taken_over(manager, key):
    fill(manager, key)
    answer(manager, key, "ENC-03", ["all", "some"])
    assert hand_in(manager, key).status_code == 303
    after = begin("2027")
    page = manager.get(f"/assessments/{after}?section=ENC").text
    assert "2026: <b>Yes</b>" in page
    assert "2026: <b>All of it, Some &lt;b&gt;of&lt;/b&gt; it</b>" in page
    manager.post(f"/assessments/{after}/same", data={"section": "ENC"})
    manager.post(f"/assessments/{after}/same", data={"section": "ENC"})
    assert stored(after) == {"ENC-01": "yes", "ENC-02": "some", "ENC-03": "all;some"}
    manager.post(f"/assessments/{after}/same", data={"section": "ACC", "question": "ACC-01"})
    assert stored(after)["ACC-01"] == "12"


def test_nothing_is_handed_in_before_it_is_whole(manager, key):
    answer(manager, key, "ENC-01", "yes")
    assert "2 questions still need something" in manager.get(f"/assessments/{key}/submit").text
    assert hand_in(manager, key).status_code == 422
    assert row(key).state is State.IN_PROGRESS
    answer(manager, key, "ENC-02", "some")
    answer(manager, key, "ACC-01", "1")
    assert "a file behind the answer" in manager.get(f"/assessments/{key}/submit").text
    give(manager, key, "ENC-02")
    assert hand_in(manager, key).status_code == 303
    done = row(key)
    assert (done.state, done.submitted_by, done.submitted_role) == (State.SUBMITTED, "A. Owner", "Manager")


def test_after_handing_in_answers_and_evidence_rest(manager, key):
    fill(manager, key)
    hand_in(manager, key)
    assert "This assessment is submitted" in answer(manager, key, "ACC-01", "99", version=1).text
    assert "its evidence rests" in give(manager, key, "ENC-02").text
    assert session().query(Evidence).count() == 1
    assert stored(key)["ACC-01"] == "12"


@pytest.mark.parametrize("name, content, said", [
    ("a.exe", b"MZ", "not kept"), ("a.svg", b"<svg/>", "not kept"), ("a.html", b"<html>", "not kept"), ("pdf", PDF, "not kept"),
    ("a.pdf", b"MZ nothing", "is not what .pdf says"), ("a.png", PDF, "is not what .png says"), ("a.xlsx", b"PK\x03\x04", "is not what .xlsx says"),
    ("a.txt", b"\x00", "is not what .txt says"), ("a.txt", b" <HTML>", "is not what .txt says"), ("a.pdf", b"", "The file is empty"), ("", b"", "Choose a file first"),
])  # fmt: skip
def test_files_of_the_wrong_kind_are_refused_in_words(manager, key, name, content, said):
    page = give(manager, key, "ENC-02", name=name, content=content)
    assert page.status_code == 422
    assert said in page.text
    assert session().query(Evidence).count() == 0


def test_a_file_with_a_hostile_name_is_kept_under_a_name_of_ours(manager, key):
    assert give(manager, key, "ENC-02", name="..\\..\\etc/pässwörd.pdf", expires="2027-01-01").status_code == 303
    kept = session().query(Evidence).one()
    assert kept.file_name == "pässwörd.pdf"
    assert (kept.size, len(kept.stored_name)) == (len(PDF), 32)
    got = manager.post(f"/assessments/{key}/files/{kept.id}")
    assert got.data == PDF
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert got.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_is_used_again_and_taken_away_from_an_answer(manager, key):
    give(manager, key, "ENC-02")
    file = session().query(Evidence).one()
    for _ in range(2):
        manager.post(f"/assessments/{key}/evidence/ACC-01", data={"known": str(file.id)})
    assert session().query(AnswerEvidence).count() == 2
    manager.post(f"/assessments/{key}/evidence/ACC-01/{file.id}")
    assert session().query(AnswerEvidence).count() == 1
    assert session().query(Evidence).count() == 1


def test_a_note_to_the_vendor_stands_beside_its_question(manager, key):
    manager.post(f"/assessments/{key}/notes/ENC-01", data={"body": "Which <i>systems</i>?"})
    assert "Which &lt;i&gt;systems&lt;/i&gt;?" in manager.get(f"/assessments/{key}?section=ENC").text
    empty = manager.post(f"/assessments/{key}/notes/ENC-01", data={"body": " "}, follow_redirects=True)
    assert "Write something" in empty.text


def test_a_stranger_may_read_and_change_nothing(client_as, key):
    bob = client_as(Role.VENDOR_MANAGER, name="Bob Colleague")
    page = bob.get(f"/assessments/{key}")
    assert page.status_code == 200
    assert "You can read this form." in page.text
    for path, data in (
        (f"/assessments/{key}/answers/ENC-01", {"a-ENC-01": "yes", "v-ENC-01": "0"}),
        (f"/assessments/{key}/same", {"section": "ENC"}),
        (f"/assessments/{key}/send", {"version": "1"}),
        (f"/assessments/{key}/due", {"version": "1", "due": "2027-01-01"}),
        (f"/assessments/{key}/review/begin", {"version": "1"}),
        (f"/assessments/{key}/evidence/ENC-02", {"file": (io.BytesIO(PDF), "a.pdf"), "kind": "other"}),
    ):
        assert bob.post(path, data=data).status_code == 404, path
    assert stored(key) == {}
    auditor = client_as(Role.AUDITOR)
    assert auditor.get(f"/assessments/{key}").status_code == 200
    assert auditor.post(f"/assessments/{key}/answers/ENC-01", data={}).status_code == 403


def test_what_was_begun_can_still_be_opened_to_the_vendor_and_cancelled(manager, key):
    answer(manager, key, "ENC-01", "yes")
    manager.post(f"/assessments/{key}/send", data={"version": str(row(key).version)})
    assert row(key).sent_at is not None
    assert row(key).state is State.IN_PROGRESS
    cancel = f"/assessments/{key}/cancel"
    assert manager.post(cancel, data={"version": str(row(key).version), "why": ""}).status_code == 422
    manager.post(cancel, data={"version": str(row(key).version), "why": "not needed"})
    assert row(key).state is State.CANCELLED
    assert "This assessment is over" in manager.get(f"/assessments/{key}").text


def test_moving_the_due_date_begins_a_new_round(manager, key):
    manager.post(f"/assessments/{key}/due", data={"version": str(row(key).version), "due": "2026-05-01"})
    assert (row(key).cycle, row(key).due.isoformat()) == (2, "2026-05-01")


def test_the_questions_stay_as_asked_whatever_becomes_of_the_questionnaire(manager, key):
    with writing():
        number = next(each.id for each in queries.editions() if each.code == "sample")
        service.retire(SYSTEM, number)
    assert "ENC-01?" in manager.get(f"/assessments/{key}").text
    assert "Sample" not in manager.get("/assessments/new").text


def test_an_assessment_costs_the_same_queries_however_many_answers(manager, key, app):
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    def count() -> int:
        session().expire_all()
        seen.clear()
        with app.test_request_context():
            assessment_page(key, SYSTEM)
        return len(seen)

    event.listen(db.engine, "before_cursor_execute", note)
    first = count()
    fill(manager, key)
    assert count() <= first
