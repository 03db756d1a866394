"""The offline workbook: protected, with drop-downs; what comes back is compared, and what was changed is refused."""

import io
import re

import pytest
from openpyxl import Workbook, load_workbook

from registry.core.db import session
from registry.models.assessments import AssessmentAnswer
from tests.assessments.conftest import answer, begin, row

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(client, key: int) -> Workbook:
    got = client.post(f"/assessments/{key}/offline/workbook")
    assert got.mimetype == MEDIA
    return load_workbook(io.BytesIO(got.data))


def places(book: Workbook) -> dict[str, int]:
    return {line[0].value: line[0].row for line in book["Form"].iter_rows(min_row=2) if line[0].value}


def fill_in(book: Workbook, **answers: object) -> Workbook:
    where = places(book)
    for key, value in answers.items():
        book["Form"].cell(where[key.replace("_", "-").replace("X", "/")], 4).value = value
    return book


def take_in(client, key: int, book: Workbook | bytes):
    content = book
    if isinstance(book, Workbook):
        raw = io.BytesIO()
        book.save(raw)
        content = raw.getvalue()
    data = {"file": (io.BytesIO(content), "form.xlsx")}
    return client.post(f"/assessments/{key}/offline", data=data)


def sent_on(page) -> dict[str, list[str]]:
    """Return what the comparison would post, as a browser does: what is ticked, and every hidden field."""
    found: dict[str, list[str]] = {"take": []}
    for tag in re.findall(r"<input [^>]+>", page.text):
        name, value = (re.search(rf'{each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and value and (name[1][:2] in {"a-", "c-", "v-"} or (name[1] == "take" and " checked" in tag)):
            found.setdefault(name[1], []).append(value[1])
    return found


def stored(key: int) -> dict[str, tuple[str | None, str | None]]:
    session().expire_all()
    return {
        each.question: (each.value, each.comment)
        for each in session().query(AssessmentAnswer).filter_by(assessment_id=key)
    }


def test_only_answers_and_remarks_are_open_and_choices_drop_down(manager, key):
    book = download(manager, key)
    form = book["Form"]
    assert all(sheet.protection.sheet for sheet in book)
    open_cells = {cell.column for line in form.iter_rows() for cell in line if not cell.protection.locked}
    assert open_cells == {4, 5}
    lists = {str(check.sqref): check.formula1 for check in form.data_validations.dataValidation}
    assert any(f"D{places(book)['ENC-01']}" in place for place in lists)
    assert book["Answers to choose from"].sheet_state == "hidden"
    assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    told = " ".join(str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line)
    for word in ("weight", "score", "non-negotiable", "MFA"):
        assert word not in told


def test_a_round_trip_changes_nothing_and_what_was_filled_in_is_compared_first(manager, key):
    answer(manager, key, "ACC-02", "=1+1 is <two>", comment="@home")
    assert "It holds what is answered already" in take_in(manager, key, download(manager, key)).text
    book = fill_in(
        download(manager, key), ENC_01="Yes", ENC_02="Some <b>of</b> it", ENC_03X1="yes", ENC_03X2="yes", ACC_01=36
    )
    book["Form"].cell(places(book)["ACC-01"], 5).value = "More at week-ends."
    page = take_in(manager, key, book)
    assert page.status_code == 200
    assert "4 of" in page.text
    assert stored(key) == {"ACC-02": ("=1+1 is <two>", "@home")}, "nothing is kept before it was looked at"
    assert manager.post(f"/assessments/{key}/offline/apply", data=sent_on(page)).status_code == 303
    assert stored(key) == {
        "ACC-02": ("=1+1 is <two>", "@home"),
        "ENC-01": ("yes", None),
        "ENC-02": ("some", None),
        "ENC-03": ("all;some", None),
        "ACC-01": ("36", "More at week-ends."),
    }
    again = manager.post(f"/assessments/{key}/offline/apply", data=sent_on(page), follow_redirects=True)
    assert "Took over" in again.text, "the same once more changes nothing"
    assert stored(key)["ACC-01"] == ("36", "More at week-ends.")


def test_what_a_question_does_not_take_is_said_and_cannot_be_ticked(manager, key):
    page = take_in(manager, key, fill_in(download(manager, key), ACC_01="soon", ENC_01="Perhaps", ENC_03X3="certainly"))
    assert "A number of hours" in page.text
    assert "Not one of the answers" in page.text
    assert "takes yes, or nothing" in page.text
    assert sent_on(page)["take"] == []


def test_what_somebody_answered_meanwhile_is_not_replaced_unasked(manager, reviewer, key):
    book = fill_in(download(manager, key), ACC_01="36")
    answer(reviewer, key, "ACC-01", "12")
    page = take_in(manager, key, book)
    assert "Rita Reviewer answered this since the workbook was downloaded" in page.text
    sent = sent_on(page)
    assert sent["take"] == []
    manager.post(f"/assessments/{key}/offline/apply", data=sent)
    assert stored(key)["ACC-01"][0] == "12"
    answer(reviewer, key, "ACC-01", "13", version=1)
    late = manager.post(f"/assessments/{key}/offline/apply", data=sent | {"take": "ACC-01"}, follow_redirects=True)
    assert "somebody answered meanwhile" in late.text
    assert stored(key)["ACC-01"][0] == "13"


def _other_key(book: Workbook) -> None:
    book["Form"].cell(places(book)["ACC-01"], 1).value = "ACC-02"


def _seen(book: Workbook) -> None:
    book["Form"].cell(places(book)["ACC-01"], 6).value = 7


def _formula(book: Workbook) -> None:
    book["Form"].cell(places(book)["ACC-01"], 4).value = "=6*6"


def _without_row(book: Workbook) -> None:
    book["Form"].delete_rows(places(book)["ACC-01"])


def _columns(book: Workbook) -> None:
    book["Form"].insert_cols(4)


def _head(name: str, value: str):
    def change(book: Workbook) -> None:
        line = next(line for line in book["About this form"].iter_rows() if line[0].value == name)
        line[1].value = value

    return change


@pytest.mark.parametrize(
    "change, said",
    [
        (_other_key, "Keys, rows or the first sheet"),
        (_seen, "Keys, rows or the first sheet"),
        (_without_row, "Keys, rows or the first sheet"),
        (_formula, "Formulas stand in D"),
        (_columns, "The columns of the sheet Form were changed"),
        (_head("format", "assessment-form/0"), "another release"),
        (_head("assessment", "77"), "belongs to another assessment"),
        (_head("questions", "0" * 64), "other questions than are asked now"),
        (_head("door", "portal:1"), "to somebody else"),
        (_head("made", "2020-01-01T00:00:00+00:00"), "Keys, rows or the first sheet"),
        (_head("mark", "ä"), "Keys, rows or the first sheet"),
        (lambda book: book.remove(book["About this form"]), "no workbook of a form"),
    ],
)
def test_a_workbook_that_was_changed_is_refused_in_words(manager, key, change, said):
    book = fill_in(download(manager, key), ACC_02="kept?")
    change(book)
    page = take_in(manager, key, book)
    assert page.status_code == 422
    assert said in page.text
    assert stored(key) == {}


def test_the_workbook_of_another_assessment_or_of_an_earlier_round_is_refused(manager, key):
    other = download(manager, begin("2027"))
    assert "belongs to another assessment" in take_in(manager, key, other).text
    old = download(manager, key)
    manager.post(f"/assessments/{key}/due", data={"version": str(row(key).version), "due": "2026-05-01"})
    assert "of an earlier round" in take_in(manager, key, old).text
    for content in (b"", b"PK\x03\x04 broken", b"a,b\n1,2\n"):
        assert take_in(manager, key, content).status_code == 422


def test_the_form_is_printed_with_its_answers(manager, key):
    answer(manager, key, "ENC-01", "yes")
    page = manager.get(f"/assessments/{key}/print").text
    assert "☒ Yes" in page
    assert "☐ No" in page
