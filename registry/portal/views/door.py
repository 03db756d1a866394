"""The door: a link, a neutral page, a code. Looking uses nothing up; only what is posted does."""

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.core import throttle
from registry.core.access import public
from registry.portal.forms import CodeForm
from registry.portal.respondent import Respondent
from registry.portal.service import entering
from registry.portal.visit import address, forget, here, let_in, nothing_here

__all__ = ["another", "code", "come_in", "leave", "look"]


@public
def look(token: str) -> ResponseReturnValue:
    """Show that there is a form behind a link, and nothing of it."""
    _known(token)
    return render_template("portal/door.html", token=token)


@public
def come_in(token: str) -> ResponseReturnValue:
    """Exchange a link for a session under an address that tells nothing."""
    link_id, needs_code = _known(token)
    entering.end_old()
    cookie = entering.open_link(link_id)
    if not needs_code:
        return let_in(redirect(url_for("portal.form"), 303), cookie)
    _mail_code(link_id)
    return let_in(redirect(url_for("portal.code"), 303), cookie)


def _known(token: str) -> tuple[int, bool]:
    throttle.take("portal.all", "all")
    throttle.take("portal.open", address())
    link = entering.link_of_token(token)
    if link is None:
        throttle.take("portal.unknown", address())
        abort(404)
    return link.id, link.needs_code


def _mail_code(link_id: int) -> None:
    try:
        entering.send_code(link_id)
    except throttle.TooManyAttempts:
        flash("Five codes were mailed today already. Use the last one, or ask for one to be read out to you.", "error")


@public
def code() -> ResponseReturnValue:
    who = here()
    if who is None:
        return nothing_here()
    if who.is_verified:
        return redirect(url_for("portal.form"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            cookie = entering.check_code(who, form.code.data)
        except entering.WrongCode as wrong:
            form.code.errors = [*form.code.errors, str(wrong)]
        else:
            return let_in(redirect(url_for("portal.form"), 303), cookie)
    return render_template("portal/code.html", form=form, masked=_masked(who)), 422 if form.errors else 200


@public
def another() -> ResponseReturnValue:
    who = here()
    if who is None or who.is_verified:
        return nothing_here()
    _mail_code(who.link_id)
    flash("If mail reaches you, a new code is on its way; the one before is no longer good.", "info")
    return redirect(url_for("portal.code"), 303)


@public
def leave() -> ResponseReturnValue:
    who = here()
    if who is not None:
        entering.end_session(who)
    return forget(make_response(render_template("portal/left.html")))


def _masked(who: Respondent) -> str:
    name, _, domain = who.email.partition("@")
    return f"{name[:1]}…@{domain}"
