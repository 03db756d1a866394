"""A person's own account: profile, password, signed-in browsers."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm

from registry.accounts import forms, queries, service
from registry.core import websession
from registry.core.access import Permission, current_actor, needs


@needs(Permission.ACCOUNT_OWN, before_second_factor=True)
def profile() -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.person(current_user.person_id)
    form = forms.ProfileForm(obj=shown)
    if form.validate_on_submit():
        service.change_profile(actor, form.version.data, form.to_command())
        flash("Your profile is saved.", "success")
        return redirect(url_for("accounts.profile"), 303)
    deputies = queries.deputies_of(shown.id)
    return render_template("accounts/profile.html", form=form, person=shown, deputies=deputies), _status(form)


@needs(Permission.ACCOUNT_OWN, before_second_factor=True)
def password() -> ResponseReturnValue:
    form = forms.ChangePasswordForm()
    if form.validate_on_submit():
        try:
            service.change_password(current_actor(), form.current.data, form.password.data)
        except service.Refused as refusal:
            forms.show_refusal(form, refusal)
        else:
            # Whoever knew the old password is out; this browser goes on under a new id.
            websession.end_sessions(current_user.person_id, except_hash=current_user.id_hash)
            websession.open_for(current_user.person_id, current_user.strength)
            flash("Your password is changed, and every other browser is signed out.", "success")
            return redirect(url_for("accounts.profile"), 303)
    return render_template("accounts/password.html", form=form), _status(form)


@needs(Permission.ACCOUNT_OWN, before_second_factor=True)
def sessions() -> ResponseReturnValue:
    shown = websession.sessions_of(current_user.person_id)
    return render_template("accounts/sessions.html", sessions=shown, current=current_user.id_hash)


@needs(Permission.ACCOUNT_OWN, before_second_factor=True)
def end_session() -> ResponseReturnValue:
    """End one of the person's browsers, or all but this one."""
    wanted = request.form.get("session")
    if wanted:
        ended = websession.end_sessions(current_user.person_id, id_hash=wanted)
    else:
        ended = websession.end_sessions(current_user.person_id, except_hash=current_user.id_hash)
    flash("Nothing to end." if not ended else f"{ended} signed-in browser{'s' if ended > 1 else ''} ended.", "success")
    return redirect(url_for("accounts.sessions"), 303)


def _status(form: FlaskForm) -> int:
    return 422 if form.errors else 200
