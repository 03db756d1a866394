"""People as the administrator keeps them; every change asks for a fresh sign-in."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from registry.accounts import forms, queries, service
from registry.accounts.service.second_factors import reset_second_factor as take_factor_away
from registry.core import websession
from registry.core.access import Permission, current_actor, needs
from registry.core.errors import StaleVersion
from registry.core.stalepage import StaleField, stale_page
from registry.core.throttle import TooManyAttempts
from registry.settings import current_settings


@needs(Permission.PEOPLE_READ)
def people() -> ResponseReturnValue:
    text, with_disabled = request.args.get("q", "").strip()[:200], request.args.get("disabled") == "1"
    shown = queries.people(text=text, with_disabled=with_disabled)
    return render_template("accounts/people.html", people=shown, q=text, with_disabled=with_disabled)


@needs(Permission.PEOPLE_READ)
def person(person_id: int) -> ResponseReturnValue:
    return _person_page(person_id)


@needs(Permission.PEOPLE_WRITE, fresh=True)
def add() -> ResponseReturnValue:
    form = forms.PersonForm(managers=queries.people_choices())
    if form.validate_on_submit():
        try:
            person_id, token = service.add_person(current_actor(), form.to_command())
        except service.Refused as refusal:
            forms.show_refusal(form, refusal)
        else:
            return _link_page(person_id, token)
    return render_template("accounts/person_form.html", form=form, person=None), 422 if form.errors else 200


@needs(Permission.PEOPLE_WRITE, fresh=True)
def change(person_id: int) -> ResponseReturnValue:
    shown = queries.person(person_id)
    form = forms.PersonForm(obj=shown, managers=queries.people_choices(without=person_id))
    if form.validate_on_submit():
        try:
            service.change_person(current_actor(), person_id, form.version.data, form.to_command())
        except service.Refused as refusal:
            forms.show_refusal(form, refusal)
        except StaleVersion:
            return _both_versions(person_id, form)
        else:
            flash(f"{form.name.data} is saved.", "success")
            return _back_to(person_id)
    return render_template("accounts/person_form.html", form=form, person=shown), 422 if form.errors else 200


@needs(Permission.PEOPLE_WRITE, fresh=True)
def disable(person_id: int) -> ResponseReturnValue:
    return _do(person_id, lambda: service.disable_person(current_actor(), person_id), "The account is disabled.")


@needs(Permission.PEOPLE_WRITE, fresh=True)
def enable(person_id: int) -> ResponseReturnValue:
    return _do(person_id, lambda: service.enable_person(current_actor(), person_id), "The account is enabled again.")


@needs(Permission.PEOPLE_WRITE)
def end_sessions(person_id: int) -> ResponseReturnValue:
    """End every browser of a person at once; not bound to a fresh sign-in, since it only takes away."""
    queries.person(person_id)
    keep = current_user.id_hash if person_id == current_user.person_id else None
    ended = websession.end_sessions(person_id, except_hash=keep)
    flash(f"{ended} signed-in browser{'s' if ended != 1 else ''} ended.", "success")
    return _back_to(person_id)


@needs(Permission.PEOPLE_WRITE, fresh=True)
def unlock(person_id: int) -> ResponseReturnValue:
    return _do(person_id, lambda: service.unlock(current_actor(), person_id), "The person can try again at once.")


@needs(Permission.PEOPLE_WRITE, fresh=True)
def reset_second_factor(person_id: int) -> ResponseReturnValue:
    done = "The second factor is gone; the person sets up a new one at the next sign-in."
    return _do(person_id, lambda: take_factor_away(current_actor(), person_id), done)


@needs(Permission.PEOPLE_WRITE, fresh=True)
def make_link(person_id: int) -> ResponseReturnValue:
    try:
        token = service.make_link(current_actor(), person_id)
    except (service.Refused, TooManyAttempts) as refusal:
        flash(str(refusal), "error")
        return _back_to(person_id)
    return _link_page(person_id, token)


@needs(Permission.PEOPLE_WRITE, fresh=True)
def add_deputy(person_id: int) -> ResponseReturnValue:
    form = forms.DeputyForm(people=queries.people_choices(without=person_id))
    if form.validate_on_submit():
        try:
            service.add_deputy(current_actor(), form.to_command(person_id))
        except service.Refused as refusal:
            forms.show_refusal(form, refusal)
        else:
            flash("The stand-in is named.", "success")
            return _back_to(person_id)
    return _person_page(person_id, form)


@needs(Permission.PEOPLE_WRITE, fresh=True)
def end_deputy(person_id: int, deputy_id: int) -> ResponseReturnValue:
    return _do(person_id, lambda: service.end_deputy(current_actor(), person_id, deputy_id), "The stand-in is ended.")


def _person_page(person_id: int, form: forms.DeputyForm | None = None) -> ResponseReturnValue:
    shown = queries.person(person_id)
    page = render_template(
        "accounts/person.html",
        person=shown,
        deputies=queries.deputies_of(person_id),
        deputy_form=form or forms.DeputyForm(formdata=None, people=queries.people_choices(without=person_id)),
        sessions=len(websession.sessions_of(person_id)),
    )
    return page, 422 if form is not None and form.errors else 200


def _both_versions(person_id: int, form: forms.PersonForm) -> ResponseReturnValue:
    """Show what somebody else saved meanwhile beside what was typed."""
    stored, typed = queries.person(person_id), form.to_command()
    managers = dict(queries.people_choices())
    fields = [
        StaleField("Name", stored.name, typed.name),
        StaleField("E-mail", stored.email, typed.email),
        StaleField("Roles", ", ".join(sorted(stored.roles)), ", ".join(sorted(typed.roles))),
        StaleField("Functions", ", ".join(sorted(stored.functions)), ", ".join(sorted(typed.functions))),
        StaleField("Manager", stored.manager or "nobody", managers.get(typed.manager_id or 0, "nobody")),
        StaleField("Dates and numbers", stored.locale, typed.locale),
        StaleField("Time zone", stored.timezone, typed.timezone),
    ]
    back = url_for("people.show", person_id=person_id)
    return stale_page(stored.name, fields, version=stored.version, keep_theirs_url=back)


def _link_page(person_id: int, token: str) -> ResponseReturnValue:
    """Show a link once; only its hash is stored."""
    address = current_settings().public_url + url_for("accounts.link", token=token)
    return render_template("accounts/link_made.html", person=queries.person(person_id), address=address)


def _do(person_id: int, act: Callable[[], object], done: str) -> ResponseReturnValue:
    try:
        act()
    except service.Refused as refusal:
        flash(str(refusal), "error")
    else:
        flash(done, "success")
    return _back_to(person_id)


def _back_to(person_id: int) -> ResponseReturnValue:
    return redirect(url_for("people.show", person_id=person_id), 303)
