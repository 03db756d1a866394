"""Requests about duties: the board, one duty with its draft, the calendar, and the rules."""

from urllib.parse import urlsplit

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, may, needs
from registry.core.dutyrules import RuleInForce, rules_in_force
from registry.core.errors import NotFound, StaleVersion
from registry.core.given import whole_number
from registry.core.stalepage import StaleField, stale_page
from registry.domain.register.errors import DomainError
from registry.incidents import queries
from registry.incidents.board import board_of
from registry.incidents.calendar import calendar_of
from registry.incidents.duty_forms import RuleForm, SettleForm, typed_rule
from registry.incidents.forms import WhyForm, given_file
from registry.incidents.notices import draft_of
from registry.incidents.service import duties as service
from registry.incidents.service import rules as rule_service
from registry.incidents.show import tabs_of
from registry.settings import current_settings

__all__ = ["board", "calendar", "duty", "reopen", "reset", "rule", "rules"]


@needs(Permission.INCIDENTS_READ)
def board(incident_id: int) -> str:
    page = queries.incident_page(incident_id, current_actor())
    return render_template(
        "incidents/duties.html", page=page, tabs=tabs_of(page, "duties"), board=board_of(page.row), now=page.now
    )


@needs(Permission.INCIDENTS_WRITE)
def duty(incident_id: int, code: str) -> ResponseReturnValue:
    page = queries.incident_page(incident_id, current_actor())
    found = board_of(page.row)
    line = found.line(code)
    if line is None:
        raise NotFound("duty", code)
    form = SettleForm(data={"at": page.now})
    if form.validate_on_submit():
        is_done = request.form.get("outcome") != "waived"
        command = service.SettleDuty(
            rule=code, is_done=is_done, words=str(form.words.data), at=form.at.data if is_done else None,
            file=given_file(),
        )  # fmt: skip
        try:
            service.settle_duty(current_actor(), incident_id, command)
        except DomainError as refused:
            form.form_errors.append(str(refused))
        else:
            return redirect(url_for("incidents.duties", incident_id=incident_id), 303)
    text = draft_of(page, found, line)
    shown = {"page": page, "tabs": tabs_of(page, "duties"), "line": line, "form": form, "draft": text}
    html = render_template("incidents/duty.html", **shown, why=WhyForm(formdata=None), source=found.rules.get(code))
    return html, 422 if form.errors else 200


@needs(Permission.INCIDENTS_WRITE)
def reopen(incident_id: int, code: str) -> ResponseReturnValue:
    form = WhyForm()
    if form.validate_on_submit():
        service.reopen_duty(current_actor(), incident_id, code, str(form.why.data))
    else:
        flash("Say why it is opened again.", "error")
    return redirect(url_for("incidents.duty", incident_id=incident_id, code=code), 303)


@needs(Permission.INCIDENTS_READ)
def calendar(incident_id: int) -> Response:
    page = queries.incident_page(incident_id, current_actor())
    host = urlsplit(current_settings().public_url).hostname or "localhost"
    content = calendar_of(page.row, board_of(page.row).lines, host, page.now)
    service.log_calendar(current_actor(), incident_id)
    answer = Response(content, mimetype="text/calendar")
    answer.headers.set("Content-Disposition", "attachment", filename=f"incident-{incident_id}.ics")
    return answer


@needs(Permission.INCIDENTS_READ)
def rules() -> str:
    asked = request.args.get("q", "").strip()[:200]
    found = rules_in_force()
    wanted = asked.casefold()
    shown = [
        each
        for each in found
        if wanted in f"{each.rule.code} {each.rule.law} {each.rule.jurisdiction} {each.rule.notify}".casefold()
    ]
    may_write = may(current_actor(), Permission.PARAMETERS_WRITE)
    return render_template("incidents/rules.html", rules=shown, total=len(found), asked=asked, may_write=may_write)


@needs(Permission.PARAMETERS_WRITE)
def rule(code: str) -> ResponseReturnValue:
    found = _rule(code) if code != "new" else None
    form = RuleForm(data=typed_rule(found) if found else {"kind": "contract", "jurisdiction": "*", "version": "0"})
    if form.validate_on_submit():
        command = form.to_command()
        try:
            rule_service.save_rule(current_actor(), command, code=code if found else None)
        except rule_service.BadRule as wrong:
            form[wrong.field].errors = [*form[wrong.field].errors, str(wrong)]
        except StaleVersion:
            return _stale(code, form)
        else:
            flash("Saved. It is in force for every incident from now on.", "success")
            return redirect(url_for("incidents.rules", q=command.code), 303)
    return render_template("incidents/rule.html", form=form, found=found), 422 if form.errors else 200


def _rule(code: str) -> RuleInForce:
    found = next((each for each in rules_in_force() if each.rule.code == code), None)
    if found is None:
        raise NotFound("rule", code)
    return found


def _stale(code: str, form: RuleForm) -> ResponseReturnValue:
    theirs = next((each for each in rules_in_force() if each.rule.code == code), None)
    now = typed_rule(theirs) if theirs else {}
    both = [
        StaleField(form[name].label.text, str(now.get(name) or ""), str(form[name].data or ""))
        for name in ("law", "deadline_value", "deadline_unit", "trigger", "why")
    ]
    back = url_for("incidents.rule", code=code)
    return stale_page(code, both, version=theirs.version if theirs else 0, keep_theirs_url=back)


@needs(Permission.PARAMETERS_WRITE)
def reset(code: str) -> ResponseReturnValue:
    rule_service.reset_rule(current_actor(), code, whole_number(request.form.get("version")))
    flash("The shipped rule is in force again.", "success")
    return redirect(url_for("incidents.rules", q=code), 303)
