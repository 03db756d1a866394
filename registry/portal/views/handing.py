"""Handing on to colleagues, and handing in."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from registry.assessments.service.handing_in import Incomplete
from registry.core.errors import StaleVersion
from registry.core.given import whole_number
from registry.core.throttle import TooManyAttempts
from registry.domain.register.errors import IllegalMove
from registry.portal.forms import AttestForm, HandOnForm
from registry.portal.queries import PortalPage, portal_page
from registry.portal.respondent import Respondent
from registry.portal.service import answering, inviting
from registry.portal.visit import contact_only

__all__ = ["hand_on", "receipt", "submit", "take_back"]


@contact_only
def hand_on(who: Respondent) -> ResponseReturnValue:
    if not who.is_whole:
        abort(404)
    page = portal_page(who)
    form = HandOnForm()
    form.sections.choices = [SelectChoice(each.section.id, each.section.title) for each in page.progress]
    if form.validate_on_submit():
        invite = inviting.Invite(name=form.name.data, email=form.email.data, sections=tuple(form.sections.data or ()))
        try:
            inviting.hand_on(who, invite, form.message.data or "")
        except (inviting.BadInvitation, IllegalMove, TooManyAttempts) as wrong:
            form.form_errors.append(str(wrong))
        else:
            flash(f"Handed on. {invite.name} gets a link of their own by mail.", "success")
            return redirect(url_for("portal.hand_on"), 303)
    return render_template("portal/hand_on.html", page=page, form=form), 422 if form.errors else 200


@contact_only
def take_back(who: Respondent, link_id: int) -> ResponseReturnValue:
    inviting.take_back(who, link_id)
    flash("Taken back. What was answered stays.", "success")
    return redirect(url_for("portal.hand_on"), 303)


@contact_only
def submit(who: Respondent) -> ResponseReturnValue:
    if not who.is_whole:
        abort(404)
    page = portal_page(who)
    if not page.is_open:
        return redirect(url_for("portal.receipt"), 303)
    form = AttestForm(data={"version": str(page.row.version), "name": who.name})
    if not form.validate_on_submit():
        return _submit(page, form)
    try:
        answering.submit(who, whole_number(request.form.get("version")), name=form.name.data, role=form.role.data)
    except StaleVersion:
        return _moved(who)
    except (Incomplete, IllegalMove) as refused:
        form.form_errors.append(str(refused))
        return _submit(portal_page(who), form)
    return redirect(url_for("portal.receipt"), 303)


def _moved(who: Respondent) -> ResponseReturnValue:
    """Say that the form moved since the page was shown, such as by being returned, and let them look again."""
    page = portal_page(who)
    state = page.row.state.value.replace("_", " ")
    flash(
        f"Not handed in: the form moved meanwhile and is now {state}. Every answer is kept; look through it, then hand"
        " it in again.",
        "error",
    )
    form = AttestForm(data={"version": str(page.row.version), "name": who.name}, formdata=None)
    return render_template("portal/submit.html", page=page, form=form), 409


def _submit(page: PortalPage, form: AttestForm) -> ResponseReturnValue:
    return render_template("portal/submit.html", page=page, form=form), 422 if form.errors else 200


@contact_only
def receipt(who: Respondent) -> ResponseReturnValue:
    page = portal_page(who)
    if page.row.submitted_at is None:
        abort(404)
    return render_template("portal/receipt.html", page=page, mark=answering.fingerprint_of(page.row.id))
