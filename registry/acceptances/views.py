"""Requests about acceptances."""

from collections.abc import Callable
from datetime import timedelta

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.acceptances import service
from registry.acceptances.forms import ProposeForm, WhyForm
from registry.acceptances.queries import ACCEPTANCES, acceptance_page
from registry.core import clock
from registry.core.access import Permission, current_actor, may, needs
from registry.core.errors import NotFound
from registry.core.given import whole_number
from registry.core.listviews import send_list, show_list
from registry.domain.register.errors import IllegalMove
from registry.findings.queries import finding_page
from registry.risk.queries import risk_of

__all__ = ["approve", "export", "index", "new", "refuse", "show", "withdraw"]

HALF_A_YEAR = timedelta(days=183)


@needs(Permission.FINDINGS_READ)
def index() -> Response:
    may_propose = may(current_actor(), Permission.ACCEPTANCES_PROPOSE)
    return show_list(
        ACCEPTANCES,
        "acceptances/index.html",
        may_propose=may_propose,
        export_url=url_for("acceptances.export"),
        empty_sentence="A risk that is lived with for a time is kept here with its figures, its approver and its last day.",
        empty_button="Propose an acceptance" if may_propose else None,
        empty_url=url_for("acceptances.new") if may_propose else None,
    )


@needs(Permission.LISTS_EXPORT)
def export() -> Response:
    return send_list(ACCEPTANCES)


@needs(Permission.ACCEPTANCES_PROPOSE)
def new() -> ResponseReturnValue:
    finding = request.args.get("finding", "")
    vendor = finding_page(finding, current_actor()).row.vendor if finding else request.args.get("vendor")
    form = ProposeForm(data={"vendor": vendor, "finding": finding, "expires": clock.today() + HALF_A_YEAR})
    if form.validate_on_submit() and _is_whole(form):
        command = service.Propose(
            vendor=form.vendor.data,
            finding=form.finding.data,
            reason=form.reason.data,
            conditions=form.conditions.data,
            expires=form.expires.data,
        )
        try:
            return redirect(url_for("acceptances.show", code=service.propose(current_actor(), command)), 303)
        except IllegalMove as refused:
            form.form_errors.append(str(refused))
        except NotFound as missing:
            if not form.finding.data:
                raise
            form.finding.errors = [*form.finding.errors, str(missing)]
    risk = risk_of(vendor) if vendor else None
    return render_template("acceptances/new.html", form=form, risk=risk), 422 if form.errors else 200


def _is_whole(form: ProposeForm) -> bool:
    for field in (form.vendor, form.expires):
        if field.data is None:
            field.errors = [*field.errors, "This is needed."]
    return not form.errors


@needs(Permission.FINDINGS_READ)
def show(code: str) -> str:
    return render_template("acceptances/show.html", page=acceptance_page(code, current_actor()))


@needs(Permission.ACCEPTANCES_APPROVE)
def approve(code: str) -> ResponseReturnValue:
    return _done(
        code,
        lambda: service.approve(current_actor(), code, whole_number(request.form.get("version"))),
        "Accepted; the figures stay frozen.",
    )


@needs(Permission.ACCEPTANCES_APPROVE)
def refuse(code: str) -> ResponseReturnValue:
    form = WhyForm()
    if not form.validate():
        return _wrong(code, form)
    return _done(
        code,
        lambda: service.refuse(current_actor(), code, whole_number(request.form.get("version")), form.why.data),
        "Refused.",
    )


@needs(Permission.ACCEPTANCES_PROPOSE)
def withdraw(code: str) -> ResponseReturnValue:
    form = WhyForm()
    if not form.validate():
        return _wrong(code, form)
    return _done(
        code,
        lambda: service.withdraw(current_actor(), code, whole_number(request.form.get("version")), form.why.data),
        "Withdrawn.",
    )


def _wrong(code: str, form: WhyForm) -> ResponseReturnValue:
    words = " ".join(str(error) for errors in form.errors.values() for error in errors)
    page = acceptance_page(code, current_actor())
    return render_template("acceptances/show.html", page=page, wrong=words, typed=request.form), 422


def _done(code: str, act: Callable[[], None], words: str) -> ResponseReturnValue:
    try:
        act()
    except IllegalMove as refused:
        flash(str(refused), "error")
    else:
        flash(words, "success")
    return redirect(url_for("acceptances.show", code=code), 303)
