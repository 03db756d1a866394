"""Requests about new vendors."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from registry.core.access import Permission, current_actor, may, needs
from registry.core.errors import NotFound
from registry.core.given import whole_number
from registry.domain.register.errors import DomainError
from registry.intake import queries
from registry.intake.forms import AskForm, DecideForm, TriageForm
from registry.intake.service import requests as service
from registry.intake.views import done

__all__ = ["activate", "decide", "index", "new", "show", "triage", "withdraw"]


@needs(Permission.INTAKE_READ)
def index() -> str:
    may_ask = may(current_actor(), Permission.INTAKE_ASK)
    return render_template("intake/index.html", rows=queries.requests(), may_ask=may_ask)


@needs(Permission.INTAKE_ASK)
def new() -> ResponseReturnValue:
    form = AskForm()
    if form.validate_on_submit():
        key = service.ask(current_actor(), form.to_command())
        flash("Asked. Whoever keeps vendors takes it from here.", "success")
        return redirect(url_for("intake.show", key=key), 303)
    return render_template("intake/new.html", form=form), 422 if form.errors else 200


@needs(Permission.INTAKE_READ)
def show(key: int) -> str:
    return render_template("intake/show.html", page=queries.request_page(key, current_actor()))


@needs(Permission.FACTS_WRITE)
def triage(key: int) -> ResponseReturnValue:
    page = queries.request_page(key, current_actor())
    datasets, systems = queries.choices()
    form = TriageForm(data={"version": str(page.row.version), "name": page.row.name})
    form.system.choices = [*form.system.choices, *(SelectChoice(code, name) for code, name in systems)]
    if form.validate_on_submit():
        try:
            service.triage(current_actor(), key, _triage(form))
        except DomainError as wrong:
            form.form_errors.extend(str(wrong).splitlines())
        else:
            flash("Registered as a prospect; its tier and blast radius show below.", "success")
            return redirect(url_for("intake.show", key=key), 303)
    ticked = request.form.getlist("dataset")
    shown = render_template("intake/triage.html", page=page, form=form, datasets=datasets, ticked=ticked)
    return shown, 422 if form.errors else 200


def _triage(form: TriageForm) -> service.Triage:
    return service.Triage(
        version=whole_number(request.form.get("version")),
        name=form.name.data,
        datasets=tuple(dict.fromkeys(request.form.getlist("dataset"))),
        share=form.share.data,
        storage=form.storage.data,
        system=form.system.data,
        access=form.access.data,
    )


@needs(Permission.ASSESSMENTS_REVIEW)
def decide(key: int) -> ResponseReturnValue:
    form = DecideForm()
    if not form.validate():
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "error")
        return redirect(url_for("intake.show", key=key), 303)
    answer = request.form.get("answer")
    if answer not in {"yes", "no"}:
        raise NotFound("answer", answer or "")
    command = service.Decide(
        version=whole_number(request.form.get("version")),
        is_approved=answer == "yes",
        rationale=form.rationale.data,
        conditions=form.conditions.data,
    )
    return done(url_for("intake.show", key=key), lambda: service.decide(current_actor(), key, command), "Decided.")


@needs(Permission.ASSESSMENTS_REVIEW)
def activate(key: int) -> ResponseReturnValue:
    act = lambda: service.activate(current_actor(), key, whole_number(request.form.get("version")))  # noqa: E731 -- one line reads better
    return done(url_for("intake.show", key=key), act, "It is active now.")


@needs(Permission.INTAKE_ASK)
def withdraw(key: int) -> ResponseReturnValue:
    act = lambda: service.withdraw(current_actor(), key, whole_number(request.form.get("version")))  # noqa: E731 -- one line reads better
    return done(url_for("intake.show", key=key), act, "Withdrawn.")
