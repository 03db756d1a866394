"""Who may do what: every view says which permission it needs, and a view that says nothing is refused.

The check stands in front of every request, not in the views, so that a forgotten decorator closes a door instead of
opening one. What roles may do is data (`registry.core.permissions`); which vendors a person may write is asked in
`registry.core.ownership`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial, wraps
from types import MethodType
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from registry.core import clock
from registry.core.actor import Actor, Role
from registry.core.logs import get_logger
from registry.core.permissions import (
    FUNCTION_PERMISSIONS,
    PERMISSION_ROWS,
    ROLE_PERMISSIONS,
    ROLES_WITH_SECOND_FACTOR,
    Permission,
    PersonFunction,
    Scope,
)

__all__ = [
    "FRESH_FOR",
    "PERMISSION_ROWS",
    "ROLES_WITH_SECOND_FACTOR",
    "ROLE_PERMISSIONS",
    "Declaration",
    "Permission",
    "Scope",
    "current_actor",
    "declaration_of",
    "install",
    "may",
    "needs",
    "permissions_of",
    "public",
    "safe_next",
    "scope_of",
]

FRESH_FOR = timedelta(minutes=10)
SIGN_IN, SIGN_IN_AGAIN, ENROL = "accounts.sign_in", "accounts.sign_in_again", "accounts.second_factor"
_OPEN_ENDPOINTS = frozenset({"static"})  # Flask's own view of the static folder; it takes no decorator
_ATTRIBUTE = "__registry_access__"

_LONGEST_NEXT = 2_000
_SMUGGLED = ("%00", "%09", "%0a", "%0d", "%2f%2f", "%5c")  # what browsers drop or turn into a slash

View = TypeVar("View", bound=Callable[..., Any])

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a view says about who may call it; `permission` None means everybody, signed in or not."""

    permission: Permission | None
    fresh: bool = False
    before_second_factor: bool = False


def needs(permission: Permission, *, fresh: bool = False, before_second_factor: bool = False) -> Callable[[View], View]:
    """Declare the permission a view needs.

    Parameters
    ----------
    permission
        What the person must hold, whatever its scope; rows are scoped in the queries and services.
    fresh
        Ask for the password again when the last sign-in is older than ten minutes (ASVS 7.5.1).
    before_second_factor
        Open also to a person whose role demands a second factor and who has not set one up yet.
    """
    return _declare(Declaration(permission=permission, fresh=fresh, before_second_factor=before_second_factor))


def public(view: View) -> View:
    """Declare that a view is open to everybody, signed in or not."""
    return _declare(Declaration(permission=None))(view)


def _declare(declaration: Declaration) -> Callable[[View], View]:
    def mark(view: View) -> View:
        # A bound method carries no mark of its own: marking its function would mark it for every other object.
        marked = wraps(view)(partial(view)) if isinstance(view, MethodType) else view
        setattr(marked, _ATTRIBUTE, declaration)
        return cast("View", marked)

    return mark


def declaration_of(app: Flask, endpoint: str) -> Declaration | None:
    """Return what the view of an endpoint declared, or None when it declared nothing."""
    if endpoint in _OPEN_ENDPOINTS:
        return Declaration(permission=None)
    view = app.view_functions.get(endpoint)
    declared = getattr(view, _ATTRIBUTE, None)
    # A class-based view declares on the class, which Flask keeps beside the function it makes of it.
    return declared or getattr(getattr(view, "view_class", None), _ATTRIBUTE, None)


def permissions_of(actor: Actor) -> dict[Permission, Scope]:
    """Return everything an actor holds, with its reach: by roles, and by functions unless the actor audits.

    An auditor stays independent: a function adds nothing to that role.
    """
    held: dict[Permission, Scope] = {}
    for role in actor.roles:
        for permission, scope in ROLE_PERMISSIONS[role].items():
            held[permission] = Scope.ALL if Scope.ALL in (scope, held.get(permission)) else scope
    if Role.AUDITOR not in actor.roles:
        for function in actor.functions:
            held |= dict.fromkeys(FUNCTION_PERMISSIONS[PersonFunction(function)], Scope.ALL)
    return held


def scope_of(actor: Actor, permission: Permission) -> Scope | None:
    """Return how far a permission reaches for an actor; None when the actor does not hold it."""
    return permissions_of(actor).get(permission)


def may(actor: Actor, permission: Permission) -> bool:
    """Tell whether an actor holds a permission at all."""
    return scope_of(actor, permission) is not None


def current_actor() -> Actor:
    """Return the signed-in person of this request as an actor; 401 when nobody is signed in."""
    if not current_user.is_authenticated:
        abort(401)
    actor: Actor = current_user.actor
    return actor


def install(app: Flask) -> None:
    """Put the check in front of every request and let templates ask `may(...)`."""
    app.before_request(enforce)

    def may_here(permission: str) -> bool:
        return bool(current_user.is_authenticated) and may(current_user.actor, Permission(permission))

    app.add_template_global(may_here, "may")


def enforce() -> ResponseReturnValue | None:
    """Let the request through, send it to a sign-in page, or refuse it."""
    if request.endpoint is None:
        return None  # no such address: the router answers 404 or 405
    declared = declaration_of(current_app, request.endpoint)
    if declared is None:
        log.error("undeclared_endpoint_refused", endpoint=request.endpoint)
        abort(403)
    if declared.permission is None:
        return None
    if not current_user.is_authenticated:
        return _send_to(SIGN_IN)
    if current_user.must_enrol and not declared.before_second_factor:
        return _send_to(ENROL)
    if not may(current_user.actor, declared.permission):
        log.warning("permission_refused", endpoint=request.endpoint, permission=declared.permission)
        abort(403)
    if declared.fresh and clock.now() - current_user.authenticated_at > FRESH_FOR:
        return _send_to(SIGN_IN_AGAIN)
    return None


def _send_to(endpoint: str) -> Response:
    """Send a person to a page and remember where they wanted to go, when that was a page and not an act."""
    wanted = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else ""
    back = wanted if safe_next(wanted) not in ("", "/") else None
    if request.headers.get("HX-Request"):
        # A partial must not be replaced by a sign-in page: htmx is told to load the whole page anew.
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = url_for(endpoint)
        return answer
    return make_response(redirect(url_for(endpoint, next=back), 303))


def safe_next(target: str | None) -> str:
    r"""Return the path to go on to when it is one of this site, else nothing (ASVS 3.7.2).

    >>> safe_next("/vendors?q=mail")
    '/vendors?q=mail'
    >>> [safe_next(evil) for evil in ("//evil.test", r"/\evil.test", "/%09/evil.test", "https://evil.test")]
    ['', '', '', '']
    """
    if not target or not target.startswith("/") or len(target) > _LONGEST_NEXT:
        return ""
    path = target.split("?")[0].lower()
    if "\\" in target or "//" in path or any(code in path for code in _SMUGGLED) or not target.isprintable():
        return ""
    parts = urlsplit(target)
    return "" if parts.scheme or parts.netloc else target
