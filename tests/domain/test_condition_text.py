"""Conditions as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.assessment.condition_text import BadCondition, read_condition, write_condition
from registry.domain.assessment.conditions import All, AnsweredIs, Is, Not, Some, holds
from tests.domain.test_questionnaire import CONDITIONS


@pytest.mark.parametrize("text, condition", [
    ("enc-01 IS yes", Is("ENC-01", ("yes",))),
    ("ENC-01 is yes, main", Is("ENC-01", ("yes", "main"))),
    ("DEV-03 is answered", AnsweredIs("DEV-03", answered=True)),
    ("not DEV-03 is answered", AnsweredIs("DEV-03", answered=False)),
    ("not A-1 is no and B-1 is yes or C-1 is yes", Some((All((Not(Is("A-1", ("no",))), Is("B-1", ("yes",)))), Is("C-1", ("yes",))))),
    ("A-1 is yes and (B-1 is yes or C-1 is yes)", All((Is("A-1", ("yes",)), Some((Is("B-1", ("yes",)), Is("C-1", ("yes",))))))),
    ("  ", None),
])  # fmt: skip
def test_conditions_are_read_as_people_mean_them(text, condition):
    assert read_condition(text) == condition


@pytest.mark.parametrize(
    "text",
    [
        "ENC-01",
        "ENC-01 yes",
        "ENC-01 is",
        "is yes",
        "(A-1 is yes",
        "A-1 is yes)",
        "A-1 is yes and",
        "A-1 is yes B-1 is no",
        "not",
        ",",
        "(" * 60,
        "not " * 60 + "A-1 is yes",
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text):
    with pytest.raises(BadCondition):
        read_condition(text)


@given(CONDITIONS, st.sampled_from(["yes", "no", None]))
def test_written_and_read_again_it_means_the_same(condition, answer):
    given_answers = {} if answer is None else {"A-1": [answer]}
    again = read_condition(write_condition(condition))
    assert again is not None
    assert holds(again, given_answers) == holds(condition, given_answers)


@given(st.text(alphabet="()ABis ,notadr-1yes", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        read_condition(text)
    except BadCondition as refused:
        assert str(refused)
