"""Assessments with every answer and how its points came about, evidence, reminders; findings and acceptances."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from registry.assessments.reading import (
    DECIDED,
    HANDED_IN,
    answers_of,
    manual_points,
    questionnaire_of,
    written_answers,
)
from registry.core.db import session
from registry.domain.assessment.answers import shown_questions
from registry.domain.assessment.questionnaire import Question
from registry.domain.assessment.scoring import Score, score
from registry.domain.duties.deadlines import add_months
from registry.models.assessments import AnswerEvidence, AskedQuestionnaire, Assessment, AssessmentAnswer, Evidence
from registry.models.audit import AuditChange
from registry.models.mail import Mail, Reminder
from registry.models.vendors import Certificate
from registry.reference.load import read_rows
from registry.reporting.cut import Cut, Rows, joined, lines

__all__ = ["assessment_sheets"]

_SOON = timedelta(days=60)
_DECISIONS = {"accepted": "approved", "accepted_with_conditions": "approved with conditions", "returned": "follow-up"}


def assessment_sheets(cut: Cut) -> dict[str, Rows]:
    """Return the sheets about assessments and what follows from them."""
    assessments, answers = _assessments(cut)
    return {
        "06 Assessments": lines("06 Assessments", assessments),
        "07 Answers": lines("07 Answers", answers),
        "08 Evidence": lines("08 Evidence", _evidence(cut)),
        "11 Reminders": lines("11 Reminders", _reminders(cut)),
    }


def _assessments(cut: Cut) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    names = {row.code: row.name for row in cut.register.vendors}
    asked = {row.sha256: row for row in session().scalars(select(AskedQuestionnaire))}
    first_due, files, given_by = _first_due(), _files(), _given_by()
    rows = list(session().scalars(select(Assessment).order_by(Assessment.id)))
    last_of: dict[tuple[str, str], Assessment] = {}
    heads, answers = [], []
    for row in rows:
        template = asked[row.asked]
        found = _scored(row)
        before = last_of.get((row.vendor, template.code))
        heads.append(_assessment(row, template, found, cut) | {
            "vendor_name": names.get(row.vendor), "due_first": first_due.get(row.id, row.due), "answered_by": joined(given_by[row.id]),
        })  # fmt: skip
        answers.extend(_answers(row, found, before, files))
        if row.state in HANDED_IN:
            last_of[row.vendor, template.code] = row
    return heads, answers


def _code(row: Assessment) -> str:
    return f"AS-{row.id:04d}"


def _scored(row: Assessment) -> Score:
    """Return the score as the decision had it: on the day it was handed in, with the points of the reviewer."""
    value = questionnaire_of(row.asked)
    on = (row.submitted_at or row.created_at).date()
    return score(value, answers_of(row.id, value), on, manual_points(row.id))


def _assessment(row: Assessment, template: AskedQuestionnaire, found: Score, cut: Cut) -> dict[str, object]:
    submitted = row.submitted_at.date() if row.submitted_at else None
    is_decided = row.state in DECIDED
    late = (submitted - row.due).days if submitted else None
    cap = questionnaire_of(row.asked).scoring.non_negotiable_cap if found.failed and is_decided else None
    return {
        "code": _code(row), "vendor": row.vendor, "questionnaire": template.code, "questionnaire_version": template.edition,
        "period": row.period, "sent": row.sent_at.date() if row.sent_at else None, "due": row.due, "submitted": submitted,
        "reviewed": row.decided_at.date() if row.decided_at else None, "days_late": max(late, 0) if late is not None else None,
        "attested_by": f"{row.submitted_by} ({row.submitted_role or 'no role given'})" if row.submitted_by else None,
        "reviewer": row.decided_by or row.reviewer_email, "score": row.score if is_decided else None,
        "band": (row.band or "").replace("_", " ") if is_decided else None,
        "non_negotiable_failed": joined(question.id for question in found.failed) if row.submitted_at else None,
        "decision": _DECISIONS.get(str(row.state)) or ("closed" if is_decided else None),
        "rationale": row.rationale, "conditions": row.conditions,
        "next_review": _next_review(row, cut) if is_decided else None, "state": str(row.state).replace("_", " "),
        "uncapped_score": found.uncapped if is_decided else None, "cap": cap,
    }  # fmt: skip


def _next_review(row: Assessment, cut: Cut) -> date | None:
    months = {each["tier"]: int(each["reassess_months"]) for each in read_rows("cadence")}
    vendor = cut.register.vendor_by_code.get(row.vendor)
    tier = str(vendor.tier_override) if vendor and vendor.tier_override else "unscored"
    return add_months(row.decided_at.date(), months[tier]) if row.decided_at else None


def _answers(
    row: Assessment, found: Score, before: Assessment | None, files: Mapping[tuple[int, str], list[str]]
) -> Iterator[dict[str, object]]:
    value = questionnaire_of(row.asked)
    answers = answers_of(row.id, value)
    texts, last = written_answers(row.id), written_answers(before.id) if before else {}
    shown = {question.id for question in shown_questions(value, answers)}
    scored = {each.question.id: each for each in found.questions}
    for question in value.questions:
        text = texts.get(question.id)
        mark = scored.get(question.id)
        points = mark.points if mark else None
        yield {
            "assessment": _code(row), "question": question.id, "text_as_asked": question.text, "shown": question.id in shown,
            "weight": question.weight, "answer": _label(question, text), "expected": _best(question), "points": points,
            "points_source": str(mark.reason).replace("_", " ") if mark else "not shown",
            "override_reason": mark.why if mark and mark.why else None,
            "comment": answers[question.id].comment if question.id in answers else None, "evidence": joined(files.get((row.id, question.id), ())),
            "changed_since_last": None if not last else text != last.get(question.id), "maps_to": joined(question.maps_to),
            "weight_counted": question.weight if points is not None else None,
            "weighted_points": question.weight * points if points is not None else None,
        }  # fmt: skip


def _label(question: Question, text: str | None) -> str | None:
    if not text or not question.type.has_choices:
        return text
    return ", ".join(question.label_of(value) for value in text.split(";"))


def _best(question: Question) -> str | None:
    scored = [choice for choice in question.choices if choice.score is not None]
    return max(scored, key=lambda choice: choice.score or 0.0).label if scored else None


def _first_due() -> dict[int, date]:
    """Return the due date each assessment began with, from the change log."""
    rows = session().execute(
        select(AuditChange.row_key, AuditChange.fields).where(
            AuditChange.table_name == "assessment", AuditChange.operation == "insert"
        )
    )
    found: dict[int, date] = {}
    for key, fields in rows:
        due: list[Any] | None = json.loads(fields).get("due")
        if due and due[1]:
            found[int(key)] = date.fromisoformat(due[1])
    return found


def _files() -> dict[tuple[int, str], list[str]]:
    found: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    columns = (AnswerEvidence.assessment_id, AnswerEvidence.question, AnswerEvidence.evidence_id)
    for assessment, question, evidence in session().execute(select(*columns)):
        found[assessment, question].append(f"EV-{evidence:04d}")
    return found


def _given_by() -> defaultdict[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for assessment, name in session().execute(
        select(AssessmentAnswer.assessment_id, AssessmentAnswer.by_name).distinct()
    ):
        found[assessment].add(name)
    return found


# -- evidence, reminders ----------------------------------------------------------------------------------------


def _evidence(cut: Cut) -> Iterator[dict[str, object]]:
    for row in session().scalars(select(Evidence).where(Evidence.archived_at.is_(None)).order_by(Evidence.id)):
        yield {
            "code": f"EV-{row.id:04d}", "vendor": row.vendor, "kind": row.kind, "title": row.file_name, "issued": row.issued,
            "expires": row.expires, "file_name": row.file_name, "size_bytes": row.size, "sha256": row.sha256, "uploaded_by": row.by_name,
            "uploaded_at": row.at, "status_at_cut_off": _status(row.expires, cut.today),
        }  # fmt: skip
    for held in session().scalars(
        select(Certificate).where(Certificate.archived_at.is_(None)).order_by(Certificate.id)
    ):
        yield {
            "code": f"CE-{held.id:04d}", "vendor": held.vendor, "kind": held.certificate, "title": held.evidence, "issued": held.issued,
            "expires": held.expires, "status_at_cut_off": _status(held.expires, cut.today),
        }  # fmt: skip


def _status(expires: date | None, today: date) -> str:
    if expires is None:
        return "valid, no end recorded"
    if expires < today:
        return "expired"
    return "expires within 60 days" if expires <= today + _SOON else "valid"


def _reminders(cut: Cut) -> Iterator[dict[str, object]]:
    rows = session().execute(
        select(Reminder, Mail)
        .outerjoin(Mail, Mail.id == Reminder.outbox_id)
        .where(Reminder.planned_at >= cut.since)
        .order_by(Reminder.id)
    )
    for reminder, mail in rows:
        sent = mail.settled_at if mail is not None and str(mail.state) == "sent" else None
        yield {
            "code": f"RE-{reminder.id:05d}", "assessment": f"{reminder.subject} {reminder.subject_key}: {reminder.title}",
            "step": str(reminder.step), "planned_at": reminder.due_at, "sent_at": sent, "channel": str(mail.channel) if mail else None,
            "recipient": reminder.recipient, "recipient_role": reminder.role.replace("_", " "), "outcome": _outcome(reminder, mail),
            "escalated_to": reminder.recipient if reminder.role in {"manager_of_owner", "ciso"} else None,
            "key": f"{reminder.subject}:{reminder.subject_key}:{reminder.cycle}:{reminder.step}:{reminder.recipient}",
        }  # fmt: skip


def _outcome(reminder: Reminder, mail: Mail | None) -> str:
    if mail is None:
        return f"{reminder.state}: {reminder.reason}" if reminder.reason else str(reminder.state)
    said = mail.reason or mail.last_error
    return f"{mail.state}: {said}" if said and str(mail.state) != "sent" else str(mail.state)
