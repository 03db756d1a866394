"""Writes a questionnaire as a workbook that people can edit and take in again (`importers.questionnaire`)."""

from collections.abc import Sequence
from datetime import datetime

from registry.domain.assessment.condition_text import write_condition
from registry.domain.assessment.questionnaire import Question, Questionnaire
from reports.workbook import CellKind, Sheet, SheetColumn, write_workbook

__all__ = ["questionnaire_workbook"]


def questionnaire_workbook(value: Questionnaire, *, made_at: datetime) -> bytes:
    """Return an `.xlsx` file with the sheets Questionnaire, Sections, Questions, Answers, Points and Bands."""
    rules = value.scoring
    head = [
        ("code", value.code), ("version", value.version), ("language", value.language), ("title", value.title),
        ("description", value.description), ("audience", value.audience), ("formula", rules.formula),
        ("unanswered_points", rules.unanswered_points), ("pass_points", rules.pass_points),
        ("non_negotiable_cap", rules.non_negotiable_cap), ("control_evidence_points", rules.control_evidence_points),
    ]  # fmt: skip
    sheets = [
        _sheet("Questionnaire", ("field", 26), ("value", 80), rows=head),
        _sheet("Sections", ("id", 8), ("title", 40), ("intro", 80), rows=[(s.id, s.title, s.intro) for s in value.sections]),
        _sheet(
            "Questions", ("id", 10), ("section", 8), ("text", 70), ("help", 50), ("type", 12), ("unit", 8), ("weight", 8),
            ("required", 10), ("non_negotiable", 14), ("evidence", 10), ("show_if", 40), ("maps_to", 40), ("affects", 20),
            rows=[_question(question) for question in value.questions],
        ),
        _sheet(
            "Answers", ("question", 10), ("value", 24), ("label", 60), ("score", 8),
            rows=[(q.id, c.value, c.label, c.score) for q in value.questions for c in q.choices],
        ),
        _sheet(
            "Points", ("question", 10), ("at_most", 10), ("score", 8),
            rows=[
                *((q.id, band.most, band.score) for q in value.questions for band in q.number_bands),
                *((q.id, band.months, band.score) for q in value.questions for band in q.date_bands),
            ],
        ),
        _sheet("Bands", ("key", 16), ("label", 24), ("min", 8), rows=[(b.key.value, b.label, b.least) for b in rules.bands]),
    ]  # fmt: skip
    return write_workbook(sheets, title=f"{value.title} {value.version}", made_at=made_at)


def _question(question: Question) -> tuple[object, ...]:
    return (
        question.id, question.section, question.text, question.help, question.type.value, question.unit, question.weight,
        "yes" if question.required else "no", "yes" if question.non_negotiable else "no", question.evidence.value,
        "" if question.show_if is None else write_condition(question.show_if), "; ".join(question.maps_to), question.affects,
    )  # fmt: skip


def _sheet(title: str, *columns: tuple[str, int], rows: Sequence[Sequence[object]]) -> Sheet:
    return Sheet(title, tuple(SheetColumn(label, CellKind.NUMBER, width) for label, width in columns), rows)
