"""Requests that declare an incident and move it on."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core import clock
from registry.core.access import Permission, current_actor, needs
from registry.core.errors import NotFound
from registry.core.given import whole_number
from registry.domain.incidents.incident import REACHED_BY, IncidentStep, Trigger
from registry.domain.register.errors import DomainError
from registry.incidents import queries
from registry.incidents.board import board_of
from registry.incidents.forms import ConfirmForm, DeclareForm, MomentForm, WhyForm, given_file, zone
from registry.incidents.service import declaring, moving, telling
from registry.incidents.show import tabs_of

__all__ = ["lead", "moment", "move", "new", "predict"]


@needs(Permission.INCIDENTS_DECLARE)
def new() -> ResponseReturnValue:
    given = {"vendor": request.args.get("vendor"), "is_drill": request.args.get("drill") == "yes"}
    form = DeclareForm(data={**given, "since": clock.now(), "standing": "suspected", "kind": _kind_asked()})
    running: list[tuple[int, str]] = []
    if form.validate_on_submit() and _is_whole(form):
        try:
            incident_id = declaring.declare(current_actor(), form.to_command())
        except declaring.AlreadyDeclared as there:
            running = there.found
        except DomainError as error:
            form.since.errors = [*form.since.errors, str(error)]
        else:
            return _declared(incident_id, form)
    page = render_template("incidents/new.html", form=form, running=running, zone=zone().key)
    return page, 422 if form.errors or running else 200


def _kind_asked() -> str:
    choices = {choice.value for choice in DeclareForm(formdata=None).kind.choices}
    asked = request.args.get("kind", "")
    return asked if asked in choices else "data_theft"


def _is_whole(form: DeclareForm) -> bool:
    for field in (form.vendor, form.since):
        if field.data is None:
            field.errors = [*field.errors, "This is needed."]
    return not form.errors


def _declared(incident_id: int, form: DeclareForm) -> ResponseReturnValue:
    page = queries.incident_page(incident_id, current_actor())
    problem = declaring.predict(current_actor(), page.row)
    told = telling.tell_wave(current_actor(), incident_id)
    people = "1 person is" if told == 1 else f"{told} people are"
    flash(f"Declared, the register is frozen with it, and {people} told.", "success")
    if form.since.note:
        flash(form.since.note, "warning")
    if problem:
        flash(f"What it reaches could not be worked out: {problem}", "error")
    return redirect(url_for("incidents.show", incident_id=incident_id), 303)


@needs(Permission.INCIDENTS_WRITE)
def predict(incident_id: int) -> ResponseReturnValue:
    page = queries.incident_page(incident_id, current_actor())
    problem = declaring.predict(current_actor(), page.row)
    flash(f"It could not be worked out: {problem}" if problem else "Worked out.", "error" if problem else "success")
    return redirect(url_for("incidents.show", incident_id=incident_id), 303)


@needs(Permission.INCIDENTS_WRITE)
def lead(incident_id: int) -> ResponseReturnValue:
    try:
        moving.set_lead(current_actor(), incident_id, whole_number(request.form.get("person")))
    except DomainError as refused:
        flash(str(refused), "error")
    return redirect(url_for("incidents.show", incident_id=incident_id), 303)


@needs(Permission.INCIDENTS_WRITE)
def move(incident_id: int, step: str) -> ResponseReturnValue:
    page, wanted = queries.incident_page(incident_id, current_actor()), IncidentStep(step)
    if wanted not in page.moves:
        flash(f"This incident is {page.row.state}; somebody moved it on.", "error")
        return redirect(url_for("incidents.show", incident_id=incident_id), 303)
    form_class = ConfirmForm if wanted in REACHED_BY else WhyForm
    form = form_class(data={"version": str(page.row.version), "at": page.now})
    if form.validate_on_submit():
        try:
            moving.move_on(current_actor(), incident_id, _command(wanted, form))
        except DomainError as refused:
            form.form_errors.append(str(refused))
        else:
            telling.tell_wave(current_actor(), incident_id)
            return redirect(url_for("incidents.show", incident_id=incident_id), 303)
    ends = wanted in {IncidentStep.CLOSE, IncidentStep.REFUTE}
    open_now = board_of(page.row).open if ends else ()
    shown = render_template(
        "incidents/move.html", page=page, form=form, step=wanted, tabs=tabs_of(page, "show"), open_now=open_now
    )
    return shown, 422 if form.errors else 200


def _command(step: IncidentStep, form: WhyForm | ConfirmForm) -> moving.MoveOn:
    version, why = whole_number(form.version.data), str(form.why.data)
    if not isinstance(form, ConfirmForm):
        return moving.MoveOn(step=step, version=version, why=why, waives_open=bool(form.waives_open.data))
    also = tuple(form.also.data or ()) if step is IncidentStep.CONFIRM else ()
    return moving.MoveOn(step=step, version=version, why=why, at=form.at.data, also=also)


@needs(Permission.INCIDENTS_WRITE)
def moment(incident_id: int, trigger: str) -> ResponseReturnValue:
    page = queries.incident_page(incident_id, current_actor())
    if trigger not in set(Trigger):
        raise NotFound("moment", trigger)
    shown = page.moment(Trigger(trigger))
    form = MomentForm(data={"at": shown.at})
    if form.validate_on_submit():
        command = moving.RecordMoment(
            trigger=shown.trigger, at=form.at.data, evidence=str(form.evidence.data), file=given_file()
        )
        try:
            moving.record_moment(current_actor(), incident_id, command)
        except DomainError as refused:
            form.form_errors.append(str(refused))
        else:
            flash(form.at.note or "Recorded; the clocks follow.", "warning" if form.at.note else "success")
            return redirect(url_for("incidents.show", incident_id=incident_id), 303)
    html = render_template("incidents/moment.html", page=page, form=form, shown=shown, tabs=tabs_of(page, "show"))
    return html, 422 if form.errors else 200
