"""Requests about the timeline: reading it, adding to it, its files, its legal readers."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from registry.core.access import Permission, current_actor, needs
from registry.core.given import whole_number
from registry.domain.register.errors import DomainError
from registry.incidents import queries
from registry.incidents.forms import EntryForm, given_file
from registry.incidents.service import timeline as service
from registry.incidents.show import tabs_of
from registry.models.incidents import EntryKind

__all__ = ["file", "legal_reader", "timeline"]

_LEGAL = SelectChoice(EntryKind.LEGAL.value, "Legal-only note")


@needs(Permission.INCIDENTS_READ)
def timeline(incident_id: int) -> ResponseReturnValue:
    page = queries.incident_page(incident_id, current_actor())
    form = EntryForm()
    if page.may_read_legal:
        form.kind.choices = [*form.kind.choices, _LEGAL]
    if request.method == "POST" and not page.may_write:
        abort(403)
    if form.validate_on_submit():
        note = service.Note(
            kind=EntryKind(form.kind.data), text=str(form.text.data), why=form.why.data, file=given_file()
        )
        try:
            service.add_note(current_actor(), incident_id, note)
        except DomainError as refused:
            form.form_errors.append(str(refused))
        else:
            return redirect(url_for("incidents.timeline", incident_id=incident_id), 303)
    return _shown(page, form), 422 if form.errors else 200


def _shown(page: queries.IncidentPage, form: EntryForm) -> str:
    asked = request.args.get("kind", "")
    kind = EntryKind(asked) if asked in set(EntryKind) else None
    return render_template(
        "incidents/timeline.html",
        page=page,
        form=form,
        tabs=tabs_of(page, "timeline"),
        entries=queries.entries_of(page.row.id, sees_legal=page.may_read_legal, kind=kind),
        kinds=list(EntryKind),
        kind=kind,
        readers=queries.legal_readers(page.row.id) if page.may_read_legal else [],
        people=queries.people_to_choose() if page.may_read_legal else [],
    )


@needs(Permission.INCIDENTS_LEGAL)
def legal_reader(incident_id: int) -> ResponseReturnValue:
    person, may_read = whole_number(request.form.get("person")), request.form.get("may") == "yes"
    try:
        service.name_legal_reader(current_actor(), incident_id, person, may_read=may_read)
    except DomainError as refused:
        flash(str(refused), "error")
    return redirect(url_for("incidents.timeline", incident_id=incident_id), 303)


@needs(Permission.INCIDENTS_READ)
def file(incident_id: int, file_id: int) -> Response:
    row = service.file_of(current_actor(), incident_id, file_id)
    service.log_download(current_actor(), row)
    with service.store().open(row.stored_name) as source:
        answer = Response(source.read(), mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=row.file_name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
