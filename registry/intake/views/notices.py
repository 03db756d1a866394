"""Requests about notices of new sub-processors."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core import clock
from registry.core.access import Permission, current_actor, may, needs
from registry.core.given import whole_number
from registry.core.ownership import can_write_vendor
from registry.domain.register.errors import DomainError
from registry.intake import queries
from registry.intake.forms import NoticeForm, WhyForm
from registry.intake.service import notices as service
from registry.intake.views import done

__all__ = ["decide", "index", "new", "show"]

USUAL_WINDOW = timedelta(days=30)


@needs(Permission.FACTS_READ)
def index() -> str:
    may_record = may(current_actor(), Permission.FACTS_WRITE)
    return render_template("intake/notices.html", rows=queries.notices(), may_record=may_record, today=clock.today())


@needs(Permission.FACTS_WRITE)
def new() -> ResponseReturnValue:
    today = clock.today()
    form = NoticeForm(data={"vendor": request.args.get("vendor"), "received": today, "object_by": today + USUAL_WINDOW})
    if form.validate_on_submit() and _is_whole(form):
        try:
            return redirect(url_for("intake.notice", key=service.record(current_actor(), _record(form))), 303)
        except DomainError as wrong:
            form.form_errors.extend(str(wrong).splitlines())
    shown = render_template(
        "intake/new_notice.html", form=form, datasets=queries.choices()[0], ticked=request.form.getlist("dataset")
    )
    return shown, 422 if form.errors else 200


def _record(form: NoticeForm) -> service.Record:
    return service.Record(
        vendor=form.vendor.data,
        newcomer=form.newcomer.data,
        country=form.country.data,
        datasets=tuple(dict.fromkeys(request.form.getlist("dataset"))),
        received=form.received.data,
        object_by=form.object_by.data,
        said=form.said.data,
    )


def _is_whole(form: NoticeForm) -> bool:
    for field in (form.vendor, form.received, form.object_by):
        if field.data is None:
            field.errors = [*field.errors, "This is needed."]
    return not form.errors


@needs(Permission.FACTS_READ)
def show(key: int) -> str:
    found = queries.notice_of(key)
    may_decide = can_write_vendor(current_actor(), found.row.vendor)
    return render_template("intake/notice.html", found=found, may_decide=may_decide, today=clock.today())


@needs(Permission.FACTS_WRITE)
def decide(key: int) -> ResponseReturnValue:
    form = WhyForm()
    address = url_for("intake.notice", key=key)
    if not form.validate() or request.form.get("answer") not in {"agree", "object"}:
        flash("Say why.", "error")
        return redirect(address, 303)
    is_agreed = request.form["answer"] == "agree"
    version = whole_number(request.form.get("version"))
    act = lambda: service.decide(current_actor(), key, version, is_agreed=is_agreed, why=form.why.data)  # noqa: E731
    return done(address, act, "Agreed; it is active now." if is_agreed else "The objection is recorded.")
