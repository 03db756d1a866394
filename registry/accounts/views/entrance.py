"""Signing in, with a second factor where one is set up; signing in again; links; signing out."""

from datetime import UTC, datetime, timedelta

from flask import Response, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm

from registry.accounts import forms, queries, service
from registry.accounts.service.signing_in import KNOWN_FOR, known_browser_token
from registry.core import clock, throttle, websession
from registry.core.access import Permission, current_actor, needs, public, safe_next
from registry.core.throttle import TooManyAttempts
from registry.models.accounts import SessionStrength
from registry.settings import current_settings

PENDING = "pending"
PENDING_FOR = timedelta(minutes=10)


@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_onward(request.args.get("next")), 303)
    form = forms.SignInForm(next=safe_next(request.args.get("next")))
    if not form.validate_on_submit():
        return _page("sign_in", form)
    try:
        person_id, needs_code = service.check_password(
            form.email.data, form.password.data, address=_address(), known=request.cookies.get(_known_cookie())
        )
    except (service.WrongCredentials, TooManyAttempts) as error:
        return _refused("sign_in", form, error)
    if needs_code:
        cookie.clear()
        cookie[PENDING] = {"person": person_id, "at": clock.now().timestamp()}
        return redirect(url_for("accounts.sign_in_code", next=safe_next(form.next.data) or None), 303)
    return _let_in(person_id, SessionStrength.PASSWORD, form.next.data)


@public
def sign_in_code() -> ResponseReturnValue:
    """Ask for the code; the password was right within the last minutes."""
    person_id = _pending_person_id()
    if person_id is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = forms.SecondFactorForm(next=safe_next(request.args.get("next")))
    if not form.validate_on_submit():
        return _page("sign_in_code", form)
    try:
        service.check_second_factor(person_id, form.code.data)
    except (service.WrongCredentials, TooManyAttempts) as error:
        return _refused("sign_in_code", form, error)
    return _let_in(person_id, SessionStrength.SECOND_FACTOR, form.next.data)


@needs(Permission.ACCOUNT_OWN, before_second_factor=True)
def sign_in_again() -> ResponseReturnValue:
    """Ask for the password once more before what must not be done from an open desk."""
    form = forms.AgainForm(next=safe_next(request.args.get("next")))
    if not form.validate_on_submit():
        return _page("sign_in_again", form)
    try:
        service.check_again(current_actor(), form.password.data, form.code.data, address=_address())
    except (service.WrongCredentials, TooManyAttempts) as error:
        return _refused("sign_in_again", form, error)
    strength = SessionStrength.SECOND_FACTOR if current_user.has_second_factor else SessionStrength.PASSWORD
    return _let_in(current_user.person_id, strength, form.next.data)


@public
def forgotten() -> ResponseReturnValue:
    return render_template("accounts/forgotten.html")


@public
def link(token: str) -> ResponseReturnValue:
    """Let the holder of a link choose a password; opening it uses nothing up, since mail scanners open links too."""
    holder = queries.link_holder(token)
    if holder is None:
        throttle.take("link.address", _address())
        abort(404)
    form = forms.NewPasswordForm()
    if form.validate_on_submit():
        try:
            service.use_link(token, form.password.data)
        except service.Refused as refusal:
            forms.show_refusal(form, refusal)
        else:
            flash("Your password is set. Please sign in with it.", "success")
            return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/link.html", form=form, holder=holder), 422 if form.errors else 200


@needs(Permission.ACCOUNT_OWN, before_second_factor=True)
def sign_out() -> ResponseReturnValue:
    service.note_sign_out(current_actor())
    websession.close()
    answer = make_response(redirect(url_for("accounts.sign_in"), 303))
    # "storage" and "cache", not "cookies": that would also forget that this browser is known.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _let_in(person_id: int, strength: SessionStrength, target: str | None) -> Response:
    service.note_sign_in(person_id, strength=strength)
    websession.open_for(person_id, strength)
    websession.end_expired()  # sign-ins are rare enough to sweep what is over, and no clock of its own is needed
    throttle.forget_old()
    answer = make_response(redirect(_onward(target), 303))
    answer.set_cookie(
        _known_cookie(),
        known_browser_token(current_user.actor.email),
        max_age=KNOWN_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def _pending_person_id() -> int | None:
    pending = cookie.get(PENDING)
    if not pending or clock.now() - datetime.fromtimestamp(pending["at"], UTC) > PENDING_FOR:
        return None
    person = queries.pending_person(pending["person"])
    return person.id if person and person.has_second_factor else None


def _page(name: str, form: FlaskForm) -> ResponseReturnValue:
    return render_template(f"accounts/{name}.html", form=form), 422 if form.errors else 200


def _refused(name: str, form: FlaskForm, error: Exception) -> ResponseReturnValue:
    form.form_errors.append(str(error))
    answer = make_response(render_template(f"accounts/{name}.html", form=form))
    answer.status_code = 422
    if isinstance(error, TooManyAttempts):
        answer.status_code = 429
        answer.headers["Retry-After"] = str(max(1, round(error.wait.total_seconds())))
    return answer


def _onward(target: str | None) -> str:
    return safe_next(target) or "/"


def _address() -> str:
    """Return the network address of the browser; behind proxies only when their number is configured."""
    return request.remote_addr or "unknown"


def _known_cookie() -> str:
    return "__Host-known" if current_settings().public_url.startswith("https://") else "registry_known"
