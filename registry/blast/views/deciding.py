"""Making a what-if so: it becomes a planned control with an owner and a day, or a change of the register."""

from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from registry.blast import queries, words
from registry.blast.address import read_question
from registry.blast.forms import PlanForm
from registry.blast.links import LINKS, page_url
from registry.blast.question import Question
from registry.blast.service import control_meant, plan_control
from registry.core.access import Permission, current_actor, needs
from registry.core.errors import NotFound
from registry.core.ownership import can_write_fact
from registry.domain.register.errors import IllegalMove, InvalidRegister, InvalidScenario
from registry.domain.scenario.whatif import WhatIf, parse_what_if
from registry.reference.load import shipped_parameters

__all__ = ["make_plan", "plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A what-if on its way into the register: the control it means, or None when only a changed fact makes it so."""

    what_if: WhatIf
    clause: str
    control: str | None
    control_name: str
    may_write: bool
    fact_url: str | None
    back_url: str


@needs(Permission.FACTS_WRITE)
def plan() -> ResponseReturnValue:
    return _page(_plan(), PlanForm(formdata=None, data={"owner_email": current_actor().email, "state": "funded"}))


@needs(Permission.FACTS_WRITE)
def make_plan() -> ResponseReturnValue:
    meant = _plan()
    form = PlanForm()
    if meant.control is None or not meant.may_write:
        return _page(meant, form, 422)
    is_good = form.validate_on_submit()
    if form.missing() or not is_good:
        return _page(meant, form, 422)
    try:
        plan_control(current_actor(), form.to_command(meant.what_if), meant.control)
    except InvalidRegister as wrong:
        form.form_errors.extend(problem.message for problem in wrong.problems)
        return _page(meant, form, 422)
    except IllegalMove as refusal:
        form.form_errors.append(str(refusal))
        return _page(meant, form, 422)
    flash(f"Planned: {meant.clause}. It counts once it is in place.", "success")
    return redirect(meant.back_url, 303)


def _page(meant: Plan, form: PlanForm, status: int = 200) -> ResponseReturnValue:
    action = request.full_path
    return render_template("blast/plan.html", plan=meant, form=form, action=action), status


def _plan() -> Plan:
    """Return what the address asks to make so; raises NotFound when it names no what-if."""
    text = request.args.get("plan", "")[:200]
    try:
        what_if = parse_what_if(text)
    except InvalidScenario:
        raise NotFound("what-if", text or "without a name") from None
    facts, parameters = queries.snapshot(), shipped_parameters()
    shipped = {code: row.acts_on for code, row in parameters.controls.items()}
    control = control_meant(facts.register, shipped, what_if)
    known = {**parameters.controls, **facts.register.control_by_code}
    name = known[control].name if control and control in known else ""
    question = read_question(request.args)
    return Plan(
        what_if=what_if,
        clause=words.what_if_words(what_if),
        control=control,
        control_name=name,
        may_write=can_write_fact(current_actor(), "placements", {"fact": what_if.subject}),
        fact_url=LINKS.fact(what_if.subject),
        back_url=page_url(_without(question, text)),
    )


def _without(question: Question, text: str) -> Question:
    """Return to the facts as they stand: what is planned is no longer a what-if of this page."""
    return replace(question.without_what_if(text), look="", problems=())
