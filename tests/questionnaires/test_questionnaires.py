"""Questionnaires on their pages: what ships, the editor step by step, editions that never change, files out and in."""

import html
import io
import json
import re
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from importers.questionnaire import read
from registry.core.actor import Role
from registry.core.db import session
from registry.domain.assessment.questionnaire_file import questionnaire_data, read_questionnaire
from registry.models.questionnaires import Questionnaire, QuestionnaireState
from registry.questionnaires.queries import shipped
from reports.questionnaire_file import questionnaire_workbook

CORE = "/questionnaires/data_access_core/1.0"


def row() -> Questionnaire:
    session().expire_all()
    found = session().query(Questionnaire).order_by(Questionnaire.id.desc()).first()
    assert found is not None
    return found


def content() -> dict:
    return json.loads(row().content)


@pytest.fixture
def ciso(client_as):
    return client_as(Role.CISO)


@pytest.fixture
def draft(ciso):
    answer = ciso.post("/questionnaires/new", data={"title": "Cloud hosting", "code": "cloud"})
    assert answer.status_code == 303
    return answer.location


def version(client, url: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', client.get(url).text)
    assert found
    return found[1]


def form_of(client, url: str) -> dict[str, str]:
    """Return what a browser would send back of a form's text fields and lists, unchanged."""
    page = client.get(url).text
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL))
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_everybody_on_staff_reads_what_ships_and_weights_stand_there(client_as):
    for role in (Role.VENDOR_MANAGER, Role.AUDITOR):
        client = client_as(role)
        assert "full questionnaire" in client.get("/questionnaires").text
        page = client.get(CORE)
        assert page.status_code == 200
        assert "Shown when ENC-01 is yes, main" in page.text
        assert "New questionnaire" not in client.get("/questionnaires").text
        assert client.get("/questionnaires/new").status_code == 403
        assert client.post(f"{CORE}/copy").status_code == 403


def test_a_draft_is_written_published_and_then_never_changes(ciso, draft):
    question = f"{draft}/questions/new?section=GEN"
    typed = {**form_of(ciso, question), "text": "Is data encrypted?", "type": "choice", "weight": "4", "affects": "MFA",
             "choices": "all | All of it | 100\nsome | Some | 40\nna | Does not apply |", "show_if": "GEN-01 is answered", "maps_to": "ISO 27001 A.5.20"}  # fmt: skip
    assert ciso.post(question, data=typed).status_code == 303
    made = content()["questions"][1]
    assert (made["id"], made["weight"], made["affects"]) == ("GEN-02", 4, "MFA")
    assert [choice["score"] for choice in made["choices"]] == [100, 40, None]
    assert made["show_if"] == {"question": "GEN-01", "answered": True}
    published = ciso.post(f"{draft}/publish", data={"version": version(ciso, draft)})
    assert published.location == "/questionnaires/cloud/1.0"
    assert row().state is QuestionnaireState.PUBLISHED
    assert ciso.post(question, data=typed).status_code == 404
    assert ciso.get(draft).status_code == 404
    again = ciso.post("/questionnaires/cloud/1.0/copy")
    assert again.status_code == 303
    assert row().edition == "1.1"


def test_a_question_saved_as_it_was_shown_stays_the_same(ciso):
    """Every type, band and condition of the shipped questionnaire survives the form."""
    location = ciso.post(f"{CORE}/copy").location
    before = content()
    for key in ("GOV-03", "GOV-05", "ACC-06", "ACC-08", "SUB-02", "DEV-03", "INC-01", "LEG-01"):
        question = next(each for each in before["questions"] if each["id"] == key)
        url = f"{location}/questions/{key}"
        ticks = {name: "y" for name in ("required", "non_negotiable") if question[name]}
        typed = {
            name: value for name, value in form_of(ciso, url).items() if name not in {"required", "non_negotiable"}
        }
        answer = ciso.post(url, data={**{name: html.unescape(value) for name, value in typed.items()}, **ticks})
        assert answer.status_code == 303, re.findall(r'<p class="error"[^>]*>(.*?)</p>', answer.text)
        assert next(each for each in content()["questions"] if each["id"] == key) == question
    assert content()["questions"] == before["questions"]


@pytest.mark.parametrize("wrong, said", [
    ({"choices": "only one"}, "Line 1 is not of the form"),
    ({"choices": "yes | Yes | lots\nno | No | 0"}, "Line 1 is not of the form"),
    ({"show_if": "whenever"}, "the word “is” is missing"),
    ({"show_if": "GEN-09 is yes"}, "is not an earlier question"),
    ({"weight": "9"}, "from 1 to 5"), ({"weight": ""}, "from 1 to 5"),
    ({"text": "  "}, "is missing"), ({"id": "gen 2"}, "is not of the form"),
    ({"id": "GEN-01"}, "exists twice"), ({"section": "NONE"}, "Choose one of the list"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(ciso, draft, wrong, said):
    url = f"{draft}/questions/new"
    typed = {**form_of(ciso, url), "text": "Kept <b>words</b>", "type": "choice", **wrong}
    before = content()
    page = ciso.post(url, data=typed)
    assert page.status_code == 422
    assert said in page.text
    assert "Kept &lt;b&gt;words&lt;/b&gt;" in page.text or "text" in wrong
    assert content() == before


def test_the_second_of_two_editors_is_shown_both_versions(ciso, draft):
    url = f"{draft}/head"
    first = form_of(ciso, url)
    second = dict(first)
    assert ciso.post(url, data={**first, "title": "First title"}).status_code == 303
    page = ciso.post(url, data={**second, "title": "Second title"})
    assert page.status_code == 409
    assert "First title" in page.text
    assert "Second title" in page.text
    assert content()["title"] == "First title"


def test_sections_and_questions_are_added_moved_and_removed(ciso, draft):
    assert (
        ciso.post(
            f"{draft}/sections/new", data={"version": version(ciso, draft), "id": "ENC", "title": "Encryption"}
        ).status_code
        == 303
    )
    assert [each["id"] for each in content()["questions"]] == ["GEN-01", "ENC-01"]

    def arrange(act: str, key: str) -> None:
        answer = ciso.post(f"{draft}/arrange", data={"version": version(ciso, draft), "act": act, "key": key})
        assert answer.status_code == 303

    arrange("section-up", "ENC")
    assert [each["id"] for each in content()["questions"]] == ["ENC-01", "GEN-01"]
    arrange("section-up", "ENC")
    arrange("question-down", "GEN-01")
    assert [each["id"] for each in content()["sections"]] == ["ENC", "GEN"]
    arrange("section-remove", "ENC")
    assert [each["id"] for each in content()["questions"]] == ["GEN-01"]
    arrange("question-remove", "GEN-01")
    assert [each["id"] for each in content()["questions"]] == ["GEN-01"], "the last question cannot go"
    assert ciso.post(f"{draft}/arrange", data={"version": "1", "act": "burn", "key": "GEN"}).status_code == 404


def test_a_draft_is_discarded_after_a_question(ciso, draft):
    assert "Discard the draft" in ciso.get(f"{draft}/discard").text
    assert ciso.post(f"{draft}/discard", data={"version": version(ciso, f"{draft}/discard")}).status_code == 303
    assert ciso.get(draft).status_code == 404


def test_a_published_edition_is_taken_off_the_offer_and_back(ciso, draft):
    ciso.post(f"{draft}/publish", data={"version": version(ciso, draft)})
    ciso.post("/questionnaires/cloud/1.0/retire")
    assert row().state is QuestionnaireState.RETIRED
    ciso.post("/questionnaires/cloud/1.0/retire", data={"again": "yes"})
    assert row().state is QuestionnaireState.PUBLISHED


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_what_goes_out_comes_in_again_word_for_word(ciso, form):
    file = ciso.post(f"{CORE}/{form}").data
    answer = ciso.post("/questionnaires/import", data={"file": (io.BytesIO(file), f"q.{form}")}, follow_redirects=True)
    assert "here already, word for word" in answer.text


@pytest.mark.parametrize("key", sorted(shipped()))
def test_the_workbook_holds_everything(key):
    value = shipped()[key]
    answer = read(questionnaire_workbook(value, made_at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert answer.problems == ()
    assert read_questionnaire(answer.data) == value


def test_a_changed_workbook_comes_in_as_a_draft_of_the_next_edition(ciso):
    book = load_workbook(io.BytesIO(ciso.post(f"{CORE}/xlsx").data))
    book["Questions"]["C2"] = "Another first question?"
    out = io.BytesIO()
    book.save(out)
    answer = ciso.post("/questionnaires/import", data={"file": (io.BytesIO(out.getvalue()), "q.xlsx")})
    assert answer.status_code == 303
    assert (row().edition, content()["questions"][0]["text"]) == ("1.1", "Another first question?")


def test_problems_of_a_file_are_all_listed_and_nothing_is_kept(ciso):
    data = questionnaire_data(shipped()["data_access_lite", "1.0"])
    data["questions"][0]["weight"] = 99
    data["questions"][1]["type"] = "guess"
    page = ciso.post("/questionnaires/import", data={"file": (io.BytesIO(json.dumps(data).encode()), "q.json")})
    assert page.status_code == 422
    assert "WHO-01.weight" in page.text
    assert "WHO-02.type" in page.text
    assert session().query(Questionnaire).count() == 0


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\x00",
        b"[]",
        b"{",
        b"null",
        b"PK\x03\x04",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": "questionnaire/1", "title": "\\ud800"}',
        b'{"a": NaN}',
    ],
)
def test_no_file_does_more_than_be_refused(ciso, bad):
    page = ciso.post("/questionnaires/import", data={"file": (io.BytesIO(bad), "q.json")})
    assert page.status_code == 422
    assert "nothing was saved" in page.text


def test_without_a_file_it_says_so(ciso):
    assert "Choose a file first" in ciso.post("/questionnaires/import", data={}).text
