"""Questionnaires that vendors filled in: CAIQ, HECVAT, and any sheet with ids and answers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers.completed import CompletedFile, read
from registry.domain.assessment.completed import CompletedSource
from registry.domain.register.problems import errors_of
from tests.importers import files

CAIQ_HEADS = [
    "Question ID", "Question", "CSP CAIQ Answer", "SSRM Control Ownership", "CSP Implementation Description (Optional/Recommended)",
    "CSC Responsibilities (Optional/Recommended)", "CCM Control ID", "CCM Control Specification", "CCM Control Title", "CCM Domain Title",
]  # fmt: skip
CAIQ_ROWS = [
    ["A&A-01.1", "Are audit policies established?", "Yes", "CSP-owned", "Reviewed yearly.", None, "A&A-01", "Establish ...", "Audit", "Audit & Assurance"],
    ["A&A-02.1", "Are independent audits conducted?", "No", "CSP-owned", None, None, "A&A-02", "Conduct ...", "Audits", None],
    ["AIS-01.1", "Are baselines set?", "NA", "CSC-owned", None, None, None, None, None, None],
    ["AIS-02.1", "Left open?", None, None, None, None, None, None, None, None],
]  # fmt: skip
HECVAT = {
    "START_HERE": [["HECVAT 4.0.6"], ["Solution Provider Name", "Perch"]],
    "Organization": [
        ["HECVAT - Organization"],
        ["Company Overview", None, "Answer", "Additional Information", "Guidance", "Analyst Notes"],
        ["COMP-01", "Describe your organization.", "A firm.", "Since 1990", "Tell us.", None],
        ["COMP-02", "Any breach in five years?", "No", None, None, None],
        ["Documentation", None, "Answer", "Additional Information", "Guidance", "Analyst Notes"],
        ["DOCU-01", "SOC 2?", "Yes", "Type II", None, None],
    ],
    "AI": [["AI Questions", None, "Answer", "Additional Information"], ["AIQU-03", "Is AI used?", None, None]],
}


def book(**sheets):
    return files.workbook(lambda each: [each.remove(each[name]) for name in ("Organisation", "Vendors")], **sheets)


def caiq(title="CONSENSUS ASSESSMENTS INITIATIVE QUESTIONNAIRE v4.0.3", rows=CAIQ_ROWS, sheet="CAIQv4.0.3"):
    return book(**{sheet: [[title], CAIQ_HEADS, *rows]})


def test_a_caiq_of_version_4_0():
    result = read(caiq(), name="caiq.xlsx")
    assert errors_of(result.problems) == []
    assert (result.source, result.version) == (CompletedSource.CAIQ, "4.0.3")
    first, _, third, fourth = result.answers
    assert (first.question_id, first.answer, first.comment, first.row) == ("A&A-01.1", "Yes", "Reviewed yearly.", 3)
    assert (first.question, first.sheet) == ("Are audit policies established?", "CAIQv4.0.3")
    assert (third.answer, fourth.answer) == ("NA", None)


def test_a_caiq_of_version_4_1_with_whole_numbers():
    rows = [["A&A-01", "Q", "Yes", *[None] * 7], ["LOG-15", "Q", "No", *[None] * 7]]
    result = read(caiq("CAIQ v4.1", rows, "CAIQ"), name="x.xlsx")
    assert (result.source, result.version, [each.question_id for each in result.answers]) == (
        CompletedSource.CAIQ,
        "4.1",
        ["A&A-01", "LOG-15"],
    )


def test_a_caiq_without_a_title_is_known_by_its_numbers():
    result = read(book(Sheet1=[CAIQ_HEADS, *CAIQ_ROWS]), name="vendor.xlsx")
    assert (result.source, result.version) == (CompletedSource.CAIQ, None)


def test_a_hecvat_over_all_its_sheets():
    result = read(book(**HECVAT), name="HECVAT405.xlsx")
    assert errors_of(result.problems) == []
    assert result.source is CompletedSource.HECVAT
    found = {each.question_id: (each.sheet, each.answer, each.comment, each.question) for each in result.answers}
    assert found == {
        "COMP-01": ("Organization", "A firm.", "Since 1990", "Describe your organization."),
        "COMP-02": ("Organization", "No", None, "Any breach in five years?"),
        "DOCU-01": ("Organization", "Yes", "Type II", "SOC 2?"),
        "AIQU-03": ("AI", None, None, "Is AI used?"),
    }


def test_a_hecvat_repeats_questions_and_has_sheets_for_the_institution():
    heads = ["ID", "Question", "Answer", "Additional Information"]
    general = ["GNRL-01", "Name of the firm?", "Corvid Mail", None]
    sheets = {
        "START HERE": [["HECVAT 4.1.6"], heads, general, ["REQU-01", "A product?", "Yes", None]],
        "Organization": [["Organization"], heads, general, ["COMP-01", "Since when?", "1990", "in Cork"]],
        "Institution Evaluation": [["Evaluation"], heads, ["COMP-01", "Since when?", "#REF!", None]],
        "Questions": [
            [None],
            ["ID", "Question", "Compliant Response", "Weight"],
            ["COMP-01", "Since when?", "Yes", 20],
        ],
    }
    result = read(book(**sheets), name="HECVAT416.xlsx")
    assert errors_of(result.problems) == []
    assert [problem.code for problem in result.problems] == ["evaluation_sheet"]
    assert (result.source, result.version) == (CompletedSource.HECVAT, "4.1.6")
    assert [(each.question_id, each.answer, each.comment) for each in result.answers] == [
        ("GNRL-01", "Corvid Mail", None), ("REQU-01", "Yes", None), ("COMP-01", "1990", "in Cork"),
    ]  # fmt: skip


@pytest.mark.parametrize("heading", ["CSP CAIQ Answer", "Service Provider CAIQ Answer"])
def test_the_answers_of_a_caiq_stand_under_either_name_of_the_provider(heading):
    heads = ["Question ID", "Question", heading, "SSRM Control Ownership", "Service Provider Implementation Description (Optional/Recommended)"]  # fmt: skip
    result = read(book(**{"CAIQv4.1": [["CAIQ v4.1"], heads, ["AIS-01.1", "Policies?", "Yes", "CSP-owned", "In place"]]}), name="c.xlsx")  # fmt: skip
    (answer,) = result.answers
    assert (answer.answer, answer.comment, result.version) == ("Yes", "In place", "4.1")


def test_any_sheet_with_ids_and_answers():
    content = b"Ref;Question;Vendor response;Comments\n1.1;Encrypted?;TRUE;AES\n1.2;Tested?;yearly;\nTotal;;;\n"
    result = read(content, name="ours v2.1.csv")
    assert (result.source, result.version) == (CompletedSource.OTHER, "2.1")
    assert [(each.question_id, each.answer, each.comment) for each in result.answers] == [
        ("1.1", "TRUE", "AES"),
        ("1.2", "yearly", None),
    ]


def test_one_id_twice_is_said_and_the_last_answer_counts():
    result = read(caiq(rows=[CAIQ_ROWS[0], ["A&A-01.1", "Again?", "No", *[None] * 7]]), name="x.xlsx")
    assert [each.answer for each in result.answers] == ["No"]
    assert [(problem.code, problem.row) for problem in result.problems] == [("same_id", 4)]


def test_a_failed_formula_is_named_and_can_be_mended():
    content = b"id,answer\nQ1,#N/A\nQ2,yes\n"
    (problem,) = errors_of(read(content, name="x.csv").problems)
    assert (problem.row, problem.column) == (2, "answer")
    result = read(content, name="x.csv", mended={"x": {(2, "answer"): "no"}})
    assert errors_of(result.problems) == []
    assert result.answers[0].answer == "no"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF", "wrong_kind"),
        (b"name,people\nA,1\n", "no_questions"),
        (b"id,answer\nQ1,\nQ2,\n", "no_answers"),
        (files.workbook(), "no_questions"),
        (b"PK\x03\x04", "damaged"),
    ],
)
def test_other_files_are_refused_with_the_reason(content, code):
    result = read(content, name="x")
    assert code in [problem.code for problem in result.problems]


cells = st.text(max_size=8) | st.sampled_from(
    ["Question ID", "Answer", "AIS-01.1", "Yes", "#N/A", "x" * 9000, "", "v4.1", "1.2", "Comments"]
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.lists(cells, max_size=7), max_size=8), content=st.binary(max_size=200))
def test_whatever_the_cells_only_answers_and_problems_come_out(rows, content):
    text = "\n".join(";".join(cell.replace("\n", " ").replace(";", ",") for cell in row) for row in rows)
    for given_content in (text.encode("utf-8", "replace"), content):
        result = read(given_content, name="x.csv")
        assert isinstance(result, CompletedFile)
        assert result.answers or errors_of(result.problems)
        for answer in result.answers:
            assert answer.question_id
            assert len(answer.question_id) <= 60
            assert len(answer.sheet) <= 100
