"""Requests about the settings."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.administration import queries
from registry.administration.forms import ParameterForm
from registry.administration.service import ChangeParameter, change_parameter, reset_parameter
from registry.auditlog.queries import history_of
from registry.core.access import Permission, current_actor, may, needs
from registry.core.errors import StaleVersion
from registry.core.given import whole_number
from registry.core.links import url_if_there
from registry.core.stalepage import StaleField, stale_page
from registry.domain.register.errors import InvalidRegister

__all__ = ["index", "parameter", "parameters", "reset"]

WORD_MAX = 100


@needs(Permission.SETTINGS_READ)
def index() -> str:
    return render_template("administration/index.html", url_if_there=url_if_there)


@needs(Permission.PARAMETERS_READ)
def parameters() -> str:
    word = request.args.get("q", "").strip()[:WORD_MAX]
    group = queries.group_of(request.args.get("group", next(iter(queries.GROUPS))))
    changed_only = request.args.get("changed") == "yes"
    return render_template(
        "administration/parameters.html",
        rows=queries.rows(group, word, changed_only=changed_only),
        groups=queries.GROUPS,
        group=group,
        word=word,
        changed_only=changed_only,
    )


@needs(Permission.PARAMETERS_READ)
def parameter(key: str) -> ResponseReturnValue:
    actor = current_actor()
    page = queries.parameter_page(key)
    form = ParameterForm(data={"value": page.parameter.text, "reason": page.reason or "", "version": str(page.version)})
    may_write = may(actor, Permission.PARAMETERS_WRITE)
    if request.method == "POST" and not may_write:
        return render_template("administration/parameter.html", page=page, form=None, entries=_history(page)), 403
    if form.validate_on_submit():
        command = ChangeParameter(key, form.value.data, form.reason.data, whole_number(form.version.data))
        try:
            change_parameter(actor, command)
        except InvalidRegister as wrong:
            form.value.errors = [*form.value.errors, *(problem.message for problem in wrong.problems)]
        except StaleVersion:
            return _stale(key, command)
        else:
            flash(f"Changed {page.parameter.key}. Answers from now on use the new value.", "success")
            return redirect(url_for("administration.parameter", key=page.parameter.key), 303)
    shown = form if may_write else None
    template = render_template("administration/parameter.html", page=page, form=shown, entries=_history(page))
    return template, 422 if form.errors else 200


@needs(Permission.PARAMETERS_WRITE)
def reset(key: str) -> ResponseReturnValue:
    reset_parameter(current_actor(), key)
    flash(f"{key} has its shipped value again.", "success")
    return redirect(url_for("administration.parameter", key=key), 303)


def _stale(key: str, command: ChangeParameter) -> ResponseReturnValue:
    page = queries.parameter_page(key)
    both = [
        StaleField("Value", page.parameter.text, command.value),
        StaleField("Reason", page.reason or "", command.reason),
    ]
    return stale_page(
        key, both, version=page.version, keep_theirs_url=url_for("administration.parameter", key=page.parameter.key)
    )


def _history(page: queries.ParameterPage) -> list[object]:
    return list(history_of("parameter_change", page.change_id)) if page.change_id else []
