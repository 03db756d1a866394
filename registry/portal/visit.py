"""One visit of a contact's browser: its cookie, who it stands for, and the one page for everything that is not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from registry.core.access import public
from registry.core.errors import NotFound
from registry.portal.respondent import Respondent
from registry.portal.service.entering import load
from registry.settings import current_settings

__all__ = ["add_headers", "address", "contact_only", "forget", "here", "let_in", "nothing_here"]

View = Callable[..., ResponseReturnValue]


def cookie_name() -> str:
    """Return the name of the portal's own cookie; nothing of it opens a page of our people, nor the reverse."""
    return "__Host-portal" if _is_https() else "registry_portal"


def _is_https() -> bool:
    return current_settings().public_url.startswith("https://")


def address() -> str:
    """Return the network address of the browser."""
    return request.remote_addr or "unknown"


def here() -> Respondent | None:
    """Return whom this browser stands for; None for nobody."""
    token = request.cookies.get(cookie_name(), "")
    return load(token) if 0 < len(token) < 200 else None


def contact_only(view: View) -> View:
    """Let only contacts whose code was right see a view; it is given who they are."""

    @wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        who = here()
        if who is None:
            abort(404)
        if not who.is_verified:
            return redirect(url_for("portal.code"), 303)
        g.respondent = who.name
        return view(who, **arguments)

    return public(guarded)


def let_in(target: AnyResponse, token: str) -> AnyResponse:
    """Give the browser its cookie."""
    target.set_cookie(cookie_name(), token, secure=_is_https(), httponly=True, samesite="Lax", path="/")
    return target


def forget(target: AnyResponse) -> AnyResponse:
    """Take the cookie away."""
    target.delete_cookie(cookie_name(), secure=_is_https(), httponly=True, samesite="Lax", path="/")
    return target


def nothing_here(_error: Exception | None = None) -> Response:
    """Answer what is unknown, withdrawn, over or somebody else's: the same page for all of it."""
    return make_response(render_template("portal/nothing.html"), 404)


def add_headers(response: Response) -> Response:
    """Keep the address of a link out of logs and search engines: only the name of our host is ever passed on."""
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


NOT_THERE = (NotFound, 404)
