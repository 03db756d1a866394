"""Requests about the rules of mail."""

from dataclasses import asdict

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, may, needs
from registry.core.mailrules import policy, problems_of
from registry.outbox import service
from registry.outbox.forms import RulesForm

__all__ = ["show"]


@needs(Permission.SETTINGS_WRITE)
def show() -> ResponseReturnValue:
    now = policy()
    form = RulesForm(data=asdict(now) | {"working_days": list(now.working_days), "version": str(now.version)})
    if form.validate_on_submit():
        wanted = form.to_policy()
        problems = problems_of(wanted)
        for name, sentence in problems.items():
            form[name].errors = [*form[name].errors, sentence]
        if not problems:
            service.change_rules(current_actor(), wanted)
            flash("The rules are changed; the next run follows them.", "success")
            return redirect(url_for("outbox.rules"), 303)
    page = render_template("outbox/rules.html", form=form, may_read=may(current_actor(), Permission.OUTBOX_READ))
    return page, 422 if form.errors else 200
