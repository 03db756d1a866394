"""The pages of imports: the history, the preview of a file, and what can be done with it."""

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, needs
from registry.core.actor import Actor
from registry.domain.register.errors import DomainError, IllegalMove, InvalidRegister
from registry.importing import longwork, queries, service
from registry.importing.answers import Answers
from registry.importing.catalogue import kind_of, kinds_for
from registry.importing.kinds import Upload
from registry.settings import current_settings

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL = "cell|"  # prefix of the names of mended cells: cell|Vendors|12|country
MENDED_MAX = 500
MENDED_LENGTH_MAX = 4_000


@needs(Permission.REGISTER_IMPORT)
def index() -> ResponseReturnValue:
    actor = current_actor()
    return render_template("importing/index.html", runs=queries.history(actor), kinds=kinds_for(actor),
                           upload_max_mb=current_settings().upload_max >> 20)  # fmt: skip


@needs(Permission.REGISTER_IMPORT)
def upload() -> ResponseReturnValue:
    vendor = request.form.get("vendor") or None
    upload = _upload(vendor)
    if upload is None:
        flash("Choose a file first: an .xlsx workbook, a .csv, or a zip of .csv files.", "error")
        here = url_for("importing.subprocessors", vendor=vendor) if vendor else url_for("importing.index")
        return redirect(here, 303)
    run_id, said = longwork.take_in(current_actor(), upload, request.form.get("kind") or None)
    if said:
        flash(said, "info")
    return redirect(url_for("importing.preview", run_id=run_id), 303)


@needs(Permission.REGISTER_IMPORT)
def subprocessors(vendor: str) -> ResponseReturnValue:
    return render_template("importing/subprocessors.html", page=queries.lists_of(current_actor(), vendor))


@needs(Permission.REGISTER_IMPORT)
def template() -> ResponseReturnValue:
    from reports.register_file import template as empty_file

    return _workbook(empty_file(), "register-template.xlsx")


@needs(Permission.REGISTER_IMPORT)
def export() -> ResponseReturnValue:
    return _workbook(service.export_file(current_actor()), "register.xlsx")


@needs(Permission.REGISTER_IMPORT)
def preview(run_id: int) -> ResponseReturnValue:
    return render_template("importing/preview.html", view=queries.import_run(current_actor(), run_id), cell=CELL)


@needs(Permission.REGISTER_IMPORT)
def mend(run_id: int) -> ResponseReturnValue:
    actor = current_actor()
    view = queries.import_run(actor, run_id)
    answers = _answers(view.answers, view.line.kind)
    return _done(lambda: longwork.look_again(actor, run_id, answers), run_id)


@needs(Permission.REGISTER_IMPORT)
def marked(run_id: int) -> ResponseReturnValue:
    return _workbook(service.marked_file(current_actor(), run_id), f"import-{run_id}-marked.xlsx")


@needs(Permission.REGISTER_IMPORT)
def commit(run_id: int) -> ResponseReturnValue:
    actor = current_actor()
    return _done(lambda: longwork.commit(actor, run_id), run_id, look_again=actor)


@needs(Permission.REGISTER_IMPORT)
def undo(run_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def undone() -> str:
        service.undo(actor, run_id)
        return "The import is undone."

    return _done(undone, run_id)


@needs(Permission.REGISTER_IMPORT)
def stop(run_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def stopped() -> str:
        longwork.stop(actor, run_id)
        return "It will be stopped; nothing of it is kept."

    return _done(stopped, run_id)


@needs(Permission.REGISTER_IMPORT)
def discard(run_id: int) -> ResponseReturnValue:
    service.discard(current_actor(), run_id)
    flash("The file was not imported and is deleted.", "success")
    return redirect(url_for("importing.index"), 303)


def _upload(vendor: str | None) -> Upload | None:
    """Return the file of the form, or what was pasted into it."""
    file = request.files.get("file")
    if file is not None and file.filename:
        name = file.filename.replace("\\", "/").rpartition("/")[2]
        return Upload(file.stream.read(), _printable(name), vendor)
    pasted = request.form.get("pasted", "")
    return Upload(pasted.encode("utf-8", "replace"), "pasted list", vendor) if pasted.strip() else None


def _done(act: Callable[[], str | None], run_id: int, look_again: Actor | None = None) -> ResponseReturnValue:
    """Do something with an import and return to it; what came of it, or stands against it, is said there."""
    try:
        if said := act():
            flash(said, "success")
    except InvalidRegister as error:
        for problem in error.problems[:20]:
            flash(f"{problem.place()}: {problem.message}" if problem.place() else problem.message, "error")
    except IllegalMove as error:
        flash(str(error), "error")
        if look_again is not None:
            _refresh(look_again, run_id)
    return redirect(url_for("importing.preview", run_id=run_id), 303)


def _refresh(actor: Actor, run_id: int) -> None:
    try:
        longwork.look_again(actor, run_id)
    except DomainError as error:
        flash(str(error), "error")


def _answers(before: Answers, kind: str) -> Answers:
    """Read the mended cells of the form, and what the kind asks, on top of what was said before."""
    mended = {sheet: dict(cells) for sheet, cells in before.mended.items()}
    for name, text in list(request.form.items())[: MENDED_MAX * 2]:
        parts = name.split("|")
        if not name.startswith(CELL) or len(parts) != 4 or not parts[2].isdecimal() or len(parts[2]) > 7:
            continue
        if text == request.form.get(f"was|{parts[1]}|{parts[2]}|{parts[3]}"):
            continue
        mended.setdefault(parts[1], {})[int(parts[2]), parts[3]] = text[:MENDED_LENGTH_MAX]
    order = request.form.get("day_order", before.day_order)
    answered = kind_of(kind).answered
    choices = answered(request.form, before) if answered else before.choices
    return Answers(order if order in {"day_first", "month_first"} else None, mended, choices)


def _printable(name: str) -> str:
    return "".join(sign for sign in name if sign.isprintable())[-200:] or "file"


def _workbook(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=WORKBOOK)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
