"""The pages of reports: the history of packs, one pack and its signatures, and the check of a file."""

import hashlib

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from importers.base import Unreadable
from registry.core import clock, jobs
from registry.core.access import Permission, current_actor, may, needs
from registry.core.errors import NotFound
from registry.core.given import whole_number
from registry.domain.register.errors import DomainError
from registry.reporting import queries, service
from registry.reporting.checking import check_file
from registry.reporting.cut import Quarter
from registry.reporting.documents import REPORTS, document_of
from registry.reporting.forms import SignForm, WithdrawForm
from registry.reporting.keys import known_keys
from registry.settings import current_settings
from reports.document import document_pdf, document_xlsx
from reports.pack_check import PackVerdict
from reports.workbook import MEDIA_TYPE

__all__ = ["ask", "check", "download", "index", "seal", "show", "sign", "take", "verify", "withdraw"]


@needs(Permission.REPORTS_READ)
def index() -> str:
    actor, job_id = current_actor(), queries.open_job()
    job = jobs.view(actor, job_id) if job_id and may(actor, Permission.PEOPLE_READ) else None
    return render_template(
        "reporting/index.html",
        packs=queries.packs(),
        job=job,
        is_busy=job_id is not None,
        quarters=queries.quarters(clock.today()),
        reports=REPORTS.values(),
    )


@needs(Permission.REPORTS_SIGN)
def ask() -> ResponseReturnValue:
    try:
        service.ask(current_actor(), Quarter.parse(request.form.get("quarter", "")))
    except DomainError as refused:
        flash(str(refused), "error")
    else:
        flash("The draft is being made; you can leave this page.", "success")
    return redirect(url_for("reporting.index"), 303)


@needs(Permission.REPORTS_READ)
def show(pack_id: int) -> str:
    page = queries.pack_page(current_actor(), pack_id)
    form = SignForm(data={"content_sha256": page.row.content_sha256, "version": page.row.version})
    return render_template(
        "reporting/show.html", page=page, form=form, withdraw_form=WithdrawForm(data={"version": page.row.version})
    )


@needs(Permission.REPORTS_SIGN)
def sign(pack_id: int) -> ResponseReturnValue:
    form = SignForm()
    if not form.validate_on_submit():
        return _refused(pack_id, form)
    try:
        state = service.sign(current_actor(), pack_id, whole_number(str(form.version.data or "")), form.to_command())
    except DomainError as refused:
        flash(str(refused), "error")
    else:
        flash(f"Signed: the pack is {state} now.", "success")
    return redirect(url_for("reporting.show", pack_id=pack_id), 303)


@needs(Permission.REPORTS_APPROVE)
def seal(pack_id: int) -> ResponseReturnValue:
    form = SignForm()
    try:
        service.seal(current_actor(), pack_id, whole_number(str(form.version.data or "")))
    except DomainError as refused:
        flash(str(refused), "error")
    else:
        flash("The pack is sealed; its file is kept as it is.", "success")
    return redirect(url_for("reporting.show", pack_id=pack_id), 303)


@needs(Permission.REPORTS_APPROVE)
def withdraw(pack_id: int) -> ResponseReturnValue:
    form = WithdrawForm()
    if not form.validate_on_submit():
        return _refused(pack_id, form)
    try:
        service.withdraw(current_actor(), pack_id, whole_number(str(form.version.data or "")), str(form.reason.data))
    except DomainError as refused:
        flash(str(refused), "error")
    else:
        flash("The pack is withdrawn; it stays in the history.", "success")
    return redirect(url_for("reporting.show", pack_id=pack_id), 303)


@needs(Permission.REPORTS_READ)
def download(pack_id: int) -> Response:
    row, opened = service.download(current_actor(), pack_id)
    with opened:
        response = Response(opened.read(), mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="audit-pack-{row.quarter}-{row.number}.xlsx"'
    return response


@needs(Permission.REPORTS_READ)
def verify() -> str:
    return render_template(
        "reporting/verify.html", verdict=None, problem=None, upload_max_mb=current_settings().upload_max >> 20
    )


@needs(Permission.REPORTS_READ)
def check() -> str:
    given = request.files.get("file")
    content = given.read() if given else b""
    verdict, problem, is_beside_sealed = None, None, False
    try:
        verdict, is_beside_sealed = _checked(content)
    except (Unreadable, DomainError) as refused:
        problem = str(refused)
    return render_template(
        "reporting/verify.html", verdict=verdict, problem=problem, name=given.filename if given else "",
        is_beside_sealed=is_beside_sealed, is_head_known=verdict is not None and queries.is_head_known(verdict.head),
        upload_max_mb=current_settings().upload_max >> 20,
    )  # fmt: skip


@needs(Permission.REPORTS_MAKE)
def take(name: str, form: str) -> ResponseReturnValue:
    about = request.form.get("about", "")[:100]
    report = REPORTS.get(name)
    if report is None or form not in report.forms:
        raise NotFound("report", f"{name}.{form}")
    try:
        document = document_of(name, about)
    except NotFound as missing:
        flash(str(missing), "error")
        return redirect(url_for("reporting.index", _anchor="reports"), 303)
    content = document_pdf(document) if form == "pdf" else document_xlsx(document)
    file = f"{name}{'-' + about if about.isascii() and about.isalnum() else ''}-{document.made_at:%Y-%m-%d}.{form}"
    service.log_report(current_actor(), name, about=about, file=file, sha256=hashlib.sha256(content).hexdigest())
    response = Response(content, mimetype="application/pdf" if form == "pdf" else MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def _checked(content: bytes) -> tuple[PackVerdict, bool]:
    """Return the verdict, beside the sealed copy where this installation keeps one."""
    if not content:
        raise Unreadable("empty", "Choose a file first: the workbook of a pack.")
    verdict = check_file(content, known_keys())
    sealed = queries.sealed_file(verdict.pack_id)
    if sealed is None:
        return verdict, False
    with service.store().open(sealed) as source:
        return check_file(content, known_keys(), source.read()), True


def _refused(pack_id: int, form: SignForm | WithdrawForm) -> ResponseReturnValue:
    for problems in form.errors.values():
        for problem in problems:
            flash(str(problem), "error")
    return redirect(url_for("reporting.show", pack_id=pack_id), 303)
