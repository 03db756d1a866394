"""The only map from what went wrong to a page: status, a calm sentence, a reference and a way back.

Error pages ask the database nothing, so that they can be shown when it is the database that failed. Programs that
ask for JSON get the same words as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from registry.core import errors, logs
from registry.core.throttle import TooManyAttempts
from registry.domain.register.errors import DomainError

__all__ = ["error_page", "init_app"]

log = logs.get_logger(__name__)

FORM_TOO_OLD = "Your sign-in changed since the form was opened, or it came from elsewhere. Go back, reload the page, send it again."
LAST_REDIRECT, FAILED, UNAVAILABLE = 399, 500, 503


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says when the error itself brings no sentence."""

    title: str
    sentence: str


_WORDS: Mapping[int, Words] = {
    400: Words("This request could not be understood", "Something in the address or the form cannot be read."),
    401: Words("Please sign in", "This page is for people who are signed in."),
    403: Words("This is not for your role", "Your role does not include this. An administrator can change that."),
    404: Words("There is nothing here", "The page does not exist, or it is not for you. Nothing was changed."),
    405: Words("This cannot be done here", "The address exists, but not for this kind of request."),
    409: Words("Somebody else was faster", "This was changed while you were working on it. Nothing was overwritten."),
    413: Words("This is too large", "What was sent is larger than allowed. Nothing was saved."),
    414: Words("The address is too long", "Please shorten the search or take filters away."),
    422: Words("This cannot be done", "The register does not allow it. Nothing was changed."),
    429: Words("Too many requests", "Please wait a little and try again."),
    500: Words("Something failed on our side", "Nothing was half saved: what you did before is safe."),
    503: Words("The registry cannot work just now", "Nothing was half saved. Please try again in a minute."),
}


def init_app(app: Flask) -> None:
    """Register every handler."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(
        CSRFError, lambda _error: error_page(400, FORM_TOO_OLD, title="This form is no longer valid")
    )
    app.register_error_handler(TooManyAttempts, _too_many)
    app.register_error_handler(errors.NotFound, lambda error: error_page(404, str(error)))
    app.register_error_handler(errors.StaleVersion, lambda error: error_page(409, str(error)))
    app.register_error_handler(StaleDataError, lambda _error: error_page(409))
    app.register_error_handler(
        errors.HasDependents, lambda error: error_page(409, str(error), title="Others depend on it")
    )
    app.register_error_handler(errors.DatabaseUnavailable, _unavailable)
    app.register_error_handler(DomainError, lambda error: error_page(422, str(error)))
    app.register_error_handler(DBAPIError, _database_error)
    # SQLite's driver raises this itself, for a whole number beyond 64 bits.
    app.register_error_handler(OverflowError, lambda _error: error_page(400, "A number is larger than can be stored."))
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, sentence: str | None = None, *, title: str | None = None) -> Response:
    """Render the page of one error; never touches the database."""
    words = _WORDS.get(status, _WORDS[400 if status < FAILED else FAILED])
    g.without_database = True
    shown = {"title": title or words.title, "sentence": sentence or words.sentence, "status": status}
    if _wants_json():
        reference = g.get("request_id", "")
        return make_response(jsonify(error=shown["title"], message=shown["sentence"], reference=reference), status)
    return make_response(render_template("error.html", **shown, back=_way_back()), status)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or FAILED
    if error.response is not None:  # an answer that was aborted with, made on purpose
        return error.response
    if status <= LAST_REDIRECT:  # redirects of the router
        return error
    if status == 401 and request.method == "GET" and not _wants_json():
        sign_in = _url("accounts.sign_in", next=request.full_path.rstrip("?"))
        if sign_in:
            return redirect(sign_in, 303)
    standard = type(error).description
    page = error_page(status, error.description if error.description != standard else None)
    page.headers.extend((name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"})
    return page


def _database_error(error: DBAPIError) -> Response:
    trouble = errors.database_trouble(error)
    if trouble is not None:
        return _unavailable(trouble)
    if isinstance(error, DataError):
        return error_page(400, "A value is larger than can be stored, or of the wrong kind. Nothing was saved.")
    return _unexpected(error)


def _too_many(error: TooManyAttempts) -> Response:
    page = error_page(429, str(error))
    page.headers["Retry-After"] = str(max(1, round(error.wait.total_seconds())))
    return page


def _unavailable(error: errors.DatabaseUnavailable) -> Response:
    log.error("database_unavailable", kind=type(error).__name__)
    page = error_page(UNAVAILABLE, str(error))
    page.headers["Retry-After"] = "30"
    return page


def _unexpected(error: Exception) -> Response:
    # The edge of the request: everything ends in a page with a reference, and in the log with its trace.
    log.error("request_failed", exc_info=error, endpoint=request.endpoint)
    return error_page(FAILED)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _way_back() -> str:
    return _url("home.index") or "/"


def _url(endpoint: str, **values: str) -> str | None:
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
