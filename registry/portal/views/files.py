"""Files behind answers, in the portal."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from registry.assessments.service import evidence
from registry.core import throttle
from registry.core.db import session
from registry.core.evidencekinds import EVIDENCE_KINDS, RefusedFile
from registry.domain.register.errors import IllegalMove
from registry.models.assessments import Evidence
from registry.portal.forms import FileForm
from registry.portal.queries import PortalPage, portal_page
from registry.portal.respondent import Respondent
from registry.portal.service import answering
from registry.portal.visit import contact_only
from registry.reference.load import read_rows

__all__ = ["detach", "download", "files", "give"]


@contact_only
def files(who: Respondent, question: str) -> ResponseReturnValue:
    return _render(portal_page(who), question, _form())


def _form() -> FileForm:
    form = FileForm()
    kinds = (SelectChoice(row["code"], row["name"]) for row in read_rows("certificates"))
    form.kind.choices = [SelectChoice("other", "another document"), *kinds]
    return form


def _render(page: PortalPage, question: str, form: FileForm) -> ResponseReturnValue:
    asked = page.asked(question)
    if asked is None:
        abort(404)
    kinds = ", ".join(EVIDENCE_KINDS)
    shown = render_template("portal/files.html", page=page, asked=asked, form=form, kinds=kinds)
    return shown, 422 if form.errors else 200


@contact_only
def give(who: Respondent, question: str) -> ResponseReturnValue:
    throttle.take("portal.save", who.link_id)
    form, file = _form(), request.files.get("file")
    if file is None or not file.filename:
        form.form_errors.append("Choose a file first.")
    elif form.validate():
        command = evidence.GiveEvidence(
            file_name=file.filename, content=file.stream.read(), kind=form.kind.data or "other",
            issued=form.issued.data, expires=form.expires.data,
        )  # fmt: skip
        try:
            answering.give(who, question, command)
        except (RefusedFile, IllegalMove) as wrong:
            form.form_errors.append(str(wrong))
    if not form.errors:
        flash("Kept the file.", "success")
        return redirect(url_for("portal.files", question=question), 303)
    return _render(portal_page(who), question, form)


@contact_only
def detach(who: Respondent, question: str, file_id: int) -> ResponseReturnValue:
    try:
        answering.detach(who, question, file_id)
    except IllegalMove as wrong:
        flash(str(wrong), "error")
    else:
        flash("Taken from the answer.", "success")
    return redirect(url_for("portal.files", question=question), 303)


@contact_only
def download(who: Respondent, file_id: int) -> ResponseReturnValue:
    """Give a file back that stands behind an answer this contact sees; others are not there."""
    page = portal_page(who)
    seen = {file.id for key, each in page.page.asked.items() if page.asked(key) for file in each.files}
    row = session().get(Evidence, file_id) if file_id in seen else None
    if row is None:
        abort(404)
    with evidence.store().open(row.stored_name) as source:
        response = Response(source.read(), mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=row.file_name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
