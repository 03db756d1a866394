"""Requests about findings."""

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.assessments.service import evidence
from registry.core import clock
from registry.core.access import Permission, current_actor, may, needs
from registry.core.errors import NotFound
from registry.core.evidencekinds import EVIDENCE_KINDS, RefusedFile
from registry.core.given import whole_number
from registry.core.listviews import send_list, show_list
from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import Severity
from registry.findings import service
from registry.findings.forms import FindingForm, FixForm, MoveForm, NewFindingForm, TextForm
from registry.findings.queries import FINDINGS, finding_page, suggestions

__all__ = ["due", "edit", "export", "file", "fix", "index", "new", "plan", "reopen", "show", "suggested", "verify"]


@needs(Permission.FINDINGS_READ)
def index() -> Response:
    may_raise = may(current_actor(), Permission.FINDINGS_WRITE)
    return show_list(
        FINDINGS,
        "findings/index.html",
        may_raise=may_raise,
        export_url=url_for("findings.export"),
        empty_sentence="What a review, an incident or an audit shows to be wrong at a vendor is kept here until somebody verifies that it is put right.",
        empty_button="Raise a finding" if may_raise else None,
        empty_url=url_for("findings.new") if may_raise else None,
    )


@needs(Permission.LISTS_EXPORT)
def export() -> Response:
    return send_list(FINDINGS)


@needs(Permission.FINDINGS_WRITE)
def new() -> ResponseReturnValue:
    form = NewFindingForm(data={"vendor": request.args.get("vendor"), "is_vendors": True, "severity": Severity.MEDIUM})
    if form.validate_on_submit():
        if form.vendor.data is None:
            form.vendor.errors = [*form.vendor.errors, "This is needed."]
        elif form.due.data is not None and form.due.data < clock.today():
            form.due.errors = [*form.due.errors, "This day is over."]
        else:
            code = service.raise_by_hand(current_actor(), form.to_command(form.vendor.data))
            return redirect(url_for("findings.show", code=code), 303)
    return render_template("findings/new.html", form=form), 422 if form.errors else 200


@needs(Permission.FINDINGS_WRITE)
def suggested(assessment: int) -> ResponseReturnValue:
    """Show what answers suggest before anything is raised."""
    row, found = suggestions(assessment, current_actor())
    if request.method == "POST":
        count = service.raise_suggested(
            current_actor(), assessment, [each.suggestion for each in found], request.form.getlist("question")
        )
        flash(f"Raised {count} finding{'' if count == 1 else 's'}.", "success" if count else "error")
        return redirect(url_for("vendors.show", code=row.vendor, tab="risk"), 303)
    return render_template(
        "findings/suggested.html", row=row, suggested=found, dues={each: service.default_due(each, clock.today()) for each in Severity},
    )  # fmt: skip


@needs(Permission.FINDINGS_READ)
def show(code: str) -> str:
    page = finding_page(code, current_actor())
    return render_template("findings/show.html", page=page, kinds=", ".join(EVIDENCE_KINDS))


@needs(Permission.FINDINGS_WRITE)
def edit(code: str) -> ResponseReturnValue:
    page = finding_page(code, current_actor())
    if not page.may_work:
        raise NotFound("finding", code)
    form = FindingForm(obj=page.row)
    if form.validate_on_submit():
        return _done(
            code,
            lambda: service.change(
                current_actor(), code, whole_number(request.form.get("version")), form.to_command(page.row.vendor)
            ),
            "Changed.",
        )
    return render_template("findings/edit.html", page=page, form=form), 422 if form.errors else 200


@needs(Permission.FINDINGS_WRITE)
def plan(code: str) -> ResponseReturnValue:
    form = TextForm()
    if not form.validate():
        return _wrong(code, form)
    return _done(
        code,
        lambda: service.plan(current_actor(), code, whole_number(request.form.get("version")), form.text.data),
        "The plan is kept.",
    )


@needs(Permission.FINDINGS_WRITE)
def due(code: str) -> ResponseReturnValue:
    form = MoveForm()
    if not form.validate() or form.due.data is None:
        return _wrong(code, form, "Write the new day.")
    return _done(
        code, lambda: service.move_due(current_actor(), code, whole_number(request.form.get("version")), due=form.due.data, why=form.why.data), "Moved; the first due date stays beside it.",
    )  # fmt: skip


@needs(Permission.FINDINGS_WRITE)
def fix(code: str) -> ResponseReturnValue:
    form = FixForm()
    if not form.validate():
        return _wrong(code, form)
    try:
        checked = _file_given()
    except RefusedFile as wrong:
        return _wrong(code, form, str(wrong))
    return _done(
        code, lambda: service.fix(current_actor(), code, whole_number(request.form.get("version")), closure=form.closure.data, file=checked), "Called fixed; somebody else verifies it.",
    )  # fmt: skip


@needs(Permission.ASSESSMENTS_REVIEW)
def verify(code: str) -> ResponseReturnValue:
    return _done(
        code, lambda: service.verify(current_actor(), code, whole_number(request.form.get("version"))), "Verified."
    )


@needs(Permission.FINDINGS_WRITE)
def reopen(code: str) -> ResponseReturnValue:
    form = TextForm()
    if not form.validate():
        return _wrong(code, form)
    return _done(
        code,
        lambda: service.reopen(current_actor(), code, whole_number(request.form.get("version")), form.text.data),
        "Open again.",
    )


@needs(Permission.EVIDENCE_READ)
def file(code: str, file_id: int) -> Response:
    page = finding_page(code, current_actor())
    row = next((each for each in page.files if each.id == file_id), None)
    if row is None:
        raise NotFound("file", file_id)
    with evidence.store().open(row.stored_name) as source:
        answer = Response(source.read(), mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=row.file_name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _file_given() -> evidence.CheckedFile | None:
    given = request.files.get("file")
    if given is None or not given.filename:
        return None
    return evidence.check_file(evidence.GiveEvidence(file_name=given.filename, content=given.stream.read()))


def _wrong(code: str, form: FindingForm, words: str = "") -> ResponseReturnValue:
    """Show the finding again with what is wrong; what was typed stands in the form."""
    page = finding_page(code, current_actor())
    problems = [str(error) for errors in form.errors.values() for error in errors] or [words]
    shown = render_template(
        "findings/show.html", page=page, kinds=", ".join(EVIDENCE_KINDS), wrong=problems, typed=request.form
    )
    return shown, 422


def _done(code: str, act: Callable[[], None], words: str) -> ResponseReturnValue:
    try:
        act()
    except IllegalMove as refused:
        flash(str(refused), "error")
    else:
        flash(words, "success")
    return redirect(url_for("findings.show", code=code), 303)
