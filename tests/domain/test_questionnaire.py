"""Questionnaires as files: what is shipped reads and writes back, and everything wrong with one is named with its place."""

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.assessment.conditions import All, AnsweredIs, Condition, Is, Not, Some, condition_data, holds
from registry.domain.assessment.questionnaire_file import InvalidQuestionnaire, questionnaire_data, read_questionnaire
from registry.reference.load import shipped_parameters
from tests.domain.questionnaires import YES_NO, data_of, question, questionnaire

SHIPPED = ("data_access_core", "data_access_lite")


def shipped(code: str) -> dict[str, object]:
    return json.loads(files("registry.reference").joinpath(f"questionnaires/{code}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", SHIPPED)
def test_a_shipped_questionnaire_reads_and_writes_back_the_same(code):
    controls = set(shipped_parameters().controls)
    read = read_questionnaire(shipped(code), controls=controls)
    assert read.code == code
    assert questionnaire_data(read) == shipped(code)


def problems_of(data: object) -> tuple[str, ...]:
    with pytest.raises(InvalidQuestionnaire) as refused:
        read_questionnaire(data, controls={"MFA"})
    return refused.value.problems


@pytest.mark.parametrize("fields, place, words", [
    ({"type": "maybe"}, "ENC-01.type", "'maybe' is not one of"),
    ({"weight": 6}, "ENC-01.weight", "from 1 to 5"),
    ({"weight": 1.5}, "ENC-01.weight", "whole number"),
    ({"weight": True}, "ENC-01.weight", "from 1 to 5"),
    ({"choices": YES_NO[:1]}, "ENC-01.choices", "at least two"),
    ({"choices": [*YES_NO, YES_NO[0]]}, "ENC-01.choices", "a value exists twice"),
    ({"type": "yes_no_na"}, "ENC-01.choices", "the values must be yes, no, na"),
    ({"type": "file", "evidence": "required"}, "ENC-01.evidence", "its own evidence"),
    ({"unit": "hours"}, "ENC-01.unit", "only a number has one"),
    ({"type": "number", "unit": "parsecs"}, "ENC-01.unit", "hours, days, people"),
    ({"bands": [{"max": None, "score": 1}]}, "ENC-01.bands", "only a number or a date"),
    ({"type": "number", "bands": [{"max": 1, "score": 1}]}, "ENC-01.bands", "always fits"),
    ({"type": "number", "bands": [{"max": 9, "score": 1}, {"max": 9, "score": 1}, {"max": None, "score": 0}]}, "ENC-01.bands", "must rise"),
    ({"type": "date", "bands": [{"max_age_months": None, "score": 101}]}, "ENC-01.bands[1].score", "from 0 to 100"),
    ({"section": "XYZ"}, "ENC-01.section", "there is no section"),
    ({"affects": "MAGIC"}, "ENC-01.affects", "there is no control"),
    ({"text": "  "}, "ENC-01.text", "is missing"),
    ({"required": "yes"}, "ENC-01.required", "true or false"),
    ({"maps_to": "ISO"}, "ENC-01.maps_to", "list of texts"),
    ({"show_if": {"question": "ENC-02", "is": "yes"}}, "ENC-01.show_if", "not an earlier question"),
    ({"show_if": {"question": "ENC-01", "is": "yes"}}, "ENC-01.show_if", "not an earlier question"),
    ({"show_if": {"any": []}}, "ENC-01.show_if", "at least one part"),
    ({"show_if": {"is": "yes"}}, "ENC-01.show_if", "is not a condition"),
    ({"show_if": {"all": [7]}}, "ENC-01.show_if.all[1]", "must be an object"),
])  # fmt: skip
def test_what_is_wrong_with_a_question_is_named_with_its_place(fields, place, words):
    data = data_of(question("ENC-01"), question("ENC-02"))
    data["questions"][0] = question("ENC-01", **fields)
    assert any(each.startswith(f"{place}: ") and words in each for each in problems_of(data))


def test_a_condition_may_only_ask_for_answers_that_exist():
    data = data_of(question("ENC-01"), question("ENC-02", show_if={"question": "ENC-01", "in": ["yes", "often"]}))
    assert problems_of(data) == ("ENC-02.show_if: ENC-01 has no answer often.",)


def test_ids_are_unique_and_sections_stand_together():
    twice = data_of(question("ENC-01"), question("ENC-01"))
    assert problems_of(twice) == ("ENC-01: this id exists twice.",)
    torn = data_of(question("ENC-01"), question("ACC-01"), question("ENC-02"))
    assert problems_of(torn) == ("questions: those of a section must stand together, in the order of the sections.",)


def test_every_problem_is_told_at_once():
    data = data_of(question("ENC-01", weight=9, text=""), question("ENC-02", evidence="maybe"), pass_points=-1)
    assert len(problems_of(data)) == 4


@pytest.mark.parametrize("data", [None, [], "text", 7, {}, {"questions": {}, "sections": 3, "scoring": []}])
def test_anything_else_is_refused_in_words(data):
    assert problems_of(data)


def test_deep_nesting_is_refused():
    condition: dict[str, object] = {"question": "ENC-01", "is": "yes"}
    for _ in range(50):
        condition = {"not": condition}
    data = data_of(question("ENC-01"), question("ENC-02", show_if=condition))
    assert any("nested" in each for each in problems_of(data))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "yes", "ENC-01", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "all", "not", "score", "max"]), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from(["type", "choices", "bands", "show_if", "weight", "unit", "id", "affects"]), JSON)
)
def test_no_content_of_a_question_does_more_than_be_refused(fields):
    data = data_of(question("ENC-01"))
    data["questions"].append({**question("ENC-02"), **fields})
    try:
        read = read_questionnaire(data)
    except InvalidQuestionnaire as refused:
        assert refused.problems
    else:
        assert read_questionnaire(questionnaire_data(read)) == read


CONDITIONS = st.recursive(
    st.builds(Is, st.just("A-1"), st.sampled_from([("yes",), ("no",), ("yes", "no")])) | st.builds(AnsweredIs, st.just("A-1"), st.booleans()),
    lambda inner: st.builds(Not, inner) | st.builds(All, st.tuples(inner, inner)) | st.builds(Some, st.tuples(inner, inner)),
    max_leaves=6,
)  # fmt: skip


def plainly(data: dict[str, object], answer: str | None) -> bool:
    """Judge the written form of a condition, by another road than `holds`."""
    (name,) = set(data) - {"question"}
    value = data[name]
    if name == "not":
        return not plainly(value, answer)
    if name in {"all", "any"}:
        judged = [plainly(part, answer) for part in value]
        return min(judged) if name == "all" else max(judged)
    if name == "answered":
        return (answer is not None) == value
    return answer in ([value] if name == "is" else value)


@given(CONDITIONS, st.sampled_from(["yes", "no", None]))
def test_a_condition_means_what_its_written_form_says(condition: Condition, answer):
    assert holds(condition, {} if answer is None else {"A-1": [answer]}) == plainly(condition_data(condition), answer)


def test_sections_list_their_questions():
    sample = questionnaire(question("ENC-01"), question("ACC-01"), question("ACC-02"))
    assert [each.id for each in sample.in_section("ACC")] == ["ACC-01", "ACC-02"]
