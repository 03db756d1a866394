"""Requests about files behind answers."""

from collections.abc import Callable, Iterator

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from registry.assessments.forms import EvidenceForm
from registry.assessments.queries import assessment_page
from registry.assessments.service import evidence as files
from registry.core.access import Permission, current_actor, needs
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.evidencekinds import EVIDENCE_KINDS, RefusedFile
from registry.domain.register.errors import IllegalMove
from registry.models.assessments import Evidence
from registry.reference.load import read_rows

__all__ = ["detach", "download", "give"]


@needs(Permission.EVIDENCE_WRITE)
def give(key: int, question: str) -> ResponseReturnValue:
    page = assessment_page(key, current_actor())
    asked = page.asked.get(question)
    if asked is None:
        raise NotFound("question", question)
    form = EvidenceForm()
    form.kind.choices = [SelectChoice("other", "another document"), *_kinds()]
    back = url_for("assessments.show", key=key, section=asked.question.section, _anchor=question)
    if request.method == "POST":
        problem = _given(key, question, form)
        if problem is None:
            return redirect(back, 303)
        form.form_errors.append(problem)
    kinds = ", ".join(EVIDENCE_KINDS)
    shown = render_template("assessments/evidence.html", page=page, asked=asked, form=form, back=back, kinds=kinds)
    return shown, 422 if form.form_errors else 200


def _given(key: int, question: str, form: EvidenceForm) -> str | None:
    """Keep what was given, a new file or one that is here already; return what is wrong with it."""
    actor, file = current_actor(), request.files.get("file")
    known = request.form.get("known", "")
    if known.isascii() and known.isdigit() and len(known) < 10:
        return _done(lambda: files.attach(actor, key, question, int(known)), "Put behind the answer.")
    if file is None or not file.filename:
        return "Choose a file first, or one that is here already."
    if not form.validate():
        return " ".join(str(error) for errors in form.errors.values() for error in errors)
    command = files.GiveEvidence(
        file_name=file.filename,
        content=file.stream.read(),
        kind=form.kind.data or "other",
        issued=form.issued.data,
        expires=form.expires.data,
    )
    return _done(lambda: files.give(actor, key, question, command), "Kept the file.")


def _done(act: Callable[[], object], words: str) -> str | None:
    try:
        act()
    except (RefusedFile, IllegalMove) as wrong:
        return str(wrong)
    flash(words, "success")
    return None


def _kinds() -> Iterator[SelectChoice]:
    return (SelectChoice(row["code"], row["name"]) for row in read_rows("certificates"))


@needs(Permission.EVIDENCE_WRITE)
def detach(key: int, question: str, file_id: int) -> ResponseReturnValue:
    files.detach(current_actor(), key, question, file_id)
    flash("Taken from behind the answer; the file itself is kept.", "success")
    section = question.partition("-")[0]
    return redirect(url_for("assessments.show", key=key, section=section, _anchor=question), 303)


@needs(Permission.EVIDENCE_READ)
def download(key: int, file_id: int) -> Response:
    page = assessment_page(key, current_actor())
    row = session().get(Evidence, file_id)
    if row is None or row.vendor != page.row.vendor:
        raise NotFound("file", file_id)
    with files.store().open(row.stored_name) as source:
        response = Response(source.read(), mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=row.file_name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
