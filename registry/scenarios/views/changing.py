"""Saving a scenario, running it, talking about it, putting it away."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, needs
from registry.core.errors import StaleVersion
from registry.core.given import whole_number
from registry.core.stalepage import StaleField, stale_page
from registry.domain.register.errors import DomainError, IllegalMove
from registry.scenarios import queries, service
from registry.scenarios.forms import CommentForm, ScenarioForm
from registry.scenarios.show import question_words

__all__ = ["archive", "comment", "edit", "new", "repeat", "restore", "review", "run"]


@needs(Permission.SCENARIOS_WRITE)
def new() -> ResponseReturnValue:
    form = _form(ScenarioForm(data={"question": request.query_string.decode()[:4_000]}))
    problem = None
    if form.validate_on_submit():
        try:
            scenario_id = service.save_scenario(current_actor(), form.to_command())
        except DomainError as error:
            problem = str(error)
        else:
            return _ran(scenario_id, "Saved.")
    asked = question_words(form.question.data or "")
    page = render_template("scenarios/form.html", form=form, asked=asked, problem=problem, view=None)
    return page, 422 if form.errors or problem else 200


@needs(Permission.SCENARIOS_WRITE)
def edit(scenario_id: int) -> ResponseReturnValue:
    view = queries.scenario(scenario_id)
    kept = {"name": view.name, "purpose": view.purpose, "narrative": view.narrative, "version": str(view.version)}
    form = _form(ScenarioForm(data={**kept, "reviewers": [row.person_id for row in view.reviewers]}))
    if form.validate_on_submit():
        try:
            service.change_scenario(current_actor(), scenario_id, whole_number(form.version.data), form.to_command())
        except StaleVersion:
            return _stale(view, form)
        flash("Saved.", "success")
        return redirect(url_for("scenarios.show", scenario_id=scenario_id), 303)
    asked = question_words(view.question)
    page = render_template("scenarios/form.html", form=form, asked=asked, problem=None, view=view)
    return page, 422 if form.errors else 200


def _form(form: ScenarioForm) -> ScenarioForm:
    form.reviewers.choices = queries.readers()
    return form


def _stale(view: queries.ScenarioView, form: ScenarioForm) -> ResponseReturnValue:
    both = [
        StaleField("Name", view.name, form.name.data or ""),
        StaleField("Purpose", view.purpose or "", form.purpose.data or ""),
        StaleField("Narrative", view.narrative or "", form.narrative.data or ""),
    ]
    back = url_for("scenarios.show", scenario_id=view.id)
    return stale_page(view.name, both, version=view.version, keep_theirs_url=back)


@needs(Permission.SCENARIOS_WRITE)
def run(scenario_id: int) -> ResponseReturnValue:
    return _ran(scenario_id, "Worked out on today's register.")


def _ran(scenario_id: int, said: str) -> ResponseReturnValue:
    try:
        run_id = service.run_today(current_actor(), scenario_id)
        flash(said if run_id else "Saved; the run is long and is worked off beside the pages.", "success")
    except DomainError as error:
        flash(f"It could not be worked out: {error}", "error")
    return redirect(url_for("scenarios.show", scenario_id=scenario_id), 303)


@needs(Permission.SCENARIOS_WRITE)
def repeat(scenario_id: int, run_id: int) -> ResponseReturnValue:
    try:
        is_same = service.repeat_run(current_actor(), scenario_id, run_id)
        said, level = _REPEATED[is_same]
        flash(said, level)
    except DomainError as error:
        flash(f"It could not be worked out again: {error}", "error")
    return redirect(url_for("scenarios.show", scenario_id=scenario_id, run=run_id), 303)


_REPEATED = {
    True: ("Worked out again from its own inputs: every digit is the same.", "success"),
    False: ("Worked out again from its own inputs: the digits differ. This release computes otherwise.", "warning"),
    None: ("The run is long and is worked off beside the pages.", "success"),
}


@needs(Permission.SCENARIOS_WRITE)
def archive(scenario_id: int) -> ResponseReturnValue:
    service.set_archived(current_actor(), scenario_id, archived=True)
    flash("Archived. It can be restored.", "success")
    return redirect(url_for("scenarios.show", scenario_id=scenario_id), 303)


@needs(Permission.SCENARIOS_WRITE)
def restore(scenario_id: int) -> ResponseReturnValue:
    service.set_archived(current_actor(), scenario_id, archived=False)
    flash("Restored.", "success")
    return redirect(url_for("scenarios.show", scenario_id=scenario_id), 303)


@needs(Permission.SCENARIOS_REVIEW)
def comment(scenario_id: int) -> ResponseReturnValue:
    form = CommentForm()
    if form.validate_on_submit():
        service.comment(current_actor(), scenario_id, str(form.text.data))
    else:
        queries.scenario(scenario_id)
        flash(" ".join(form.text.errors), "error")
    return redirect(url_for("scenarios.show", scenario_id=scenario_id, _anchor="comments"), 303)


@needs(Permission.SCENARIOS_REVIEW)
def review(scenario_id: int, run_id: int) -> ResponseReturnValue:
    queries.scenario(scenario_id)
    return _done(lambda: service.review(current_actor(), scenario_id, run_id), scenario_id, "Noted that you read it.")


def _done(act: Callable[[], None], scenario_id: int, said: str) -> ResponseReturnValue:
    try:
        act()
        flash(said, "success")
    except IllegalMove as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("scenarios.show", scenario_id=scenario_id), 303)
