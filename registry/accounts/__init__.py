"""Accounts: signing in and out, one's own account; and people and their rights, which have a blueprint of their own."""

from flask import Blueprint

from registry.accounts.views import entrance, factor, own, people, rights

blueprint = Blueprint("accounts", __name__, template_folder="templates")
people_blueprint = Blueprint("people", __name__, url_prefix="/people")

_OWN = (
    ("/sign-in", "sign_in", entrance.sign_in, ("GET", "POST")),
    ("/sign-in/code", "sign_in_code", entrance.sign_in_code, ("GET", "POST")),
    ("/sign-in/again", "sign_in_again", entrance.sign_in_again, ("GET", "POST")),
    ("/sign-in/forgotten", "forgotten", entrance.forgotten, ("GET",)),
    ("/sign-in/link/<token>", "link", entrance.link, ("GET", "POST")),
    ("/sign-out", "sign_out", entrance.sign_out, ("POST",)),
    ("/account", "profile", own.profile, ("GET", "POST")),
    ("/account/password", "password", own.password, ("GET", "POST")),
    ("/account/sessions", "sessions", own.sessions, ("GET",)),
    ("/account/sessions/end", "end_own_session", own.end_session, ("POST",)),
    ("/account/second-factor", "second_factor", factor.second_factor, ("GET", "POST")),
    ("/account/second-factor/codes", "recovery_codes", factor.recovery_codes, ("POST",)),
    ("/account/second-factor/remove", "remove_second_factor", factor.remove, ("POST",)),
    ("/settings/permissions", "permissions", rights.permissions, ("GET",)),
)

_PEOPLE = (
    ("", "index", people.people, ("GET",)),
    ("/new", "add", people.add, ("GET", "POST")),
    ("/<int:person_id>", "show", people.person, ("GET",)),
    ("/<int:person_id>/edit", "change", people.change, ("GET", "POST")),
    ("/<int:person_id>/disable", "disable", people.disable, ("POST",)),
    ("/<int:person_id>/enable", "enable", people.enable, ("POST",)),
    ("/<int:person_id>/end-sessions", "end_sessions", people.end_sessions, ("POST",)),
    ("/<int:person_id>/unlock", "unlock", people.unlock, ("POST",)),
    ("/<int:person_id>/link", "make_link", people.make_link, ("POST",)),
    ("/<int:person_id>/reset-second-factor", "reset_second_factor", people.reset_second_factor, ("POST",)),
    ("/<int:person_id>/deputies", "add_deputy", people.add_deputy, ("POST",)),
    ("/<int:person_id>/deputies/<int:deputy_id>/end", "end_deputy", people.end_deputy, ("POST",)),
)

for _blueprint, _routes in ((blueprint, _OWN), (people_blueprint, _PEOPLE)):
    for _path, _endpoint, _view, _methods in _routes:
        _blueprint.add_url_rule(_path, _endpoint, _view, methods=_methods)
