"""Structured logs: key=value for people, JSON for machines, always with the request id and never with a secret."""

import logging
import sys
from contextvars import ContextVar
from secrets import token_hex
from typing import Any, cast

import structlog
from flask import Flask, Response, g
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from registry.settings import Settings

__all__ = ["SECRET_WORDS", "configure", "get_logger", "init_app", "request_id"]

SECRET_WORDS = ("password", "secret", "token", "seed", "cookie", "authorization", "totp_code", "recovery_code")
_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def get_logger(name: str) -> FilteringBoundLogger:
    """Return a logger; event names are snake_case, values are ids and never names or addresses."""
    return cast("FilteringBoundLogger", structlog.get_logger(name))


def request_id() -> str | None:
    """Return the id of the request or tick at work, the reference an error page shows."""
    return _request_id.get()


def configure(settings: Settings) -> None:
    """Set up structlog for the process."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide_secrets,
    ]
    # Both renderers escape line breaks inside values: a name typed by a stranger cannot forge a log line.
    last: Processor = (
        structlog.processors.JSONRenderer(sort_keys=True)
        if settings.log_format == "json"
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # looked up at each call: servers and tests exchange sys.stderr
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def init_app(app: Flask) -> None:
    """Give each request an id of ours; an id sent by the client is not taken, since it ends up in the audit log."""
    app.before_request(_begin)
    app.after_request(_answer)
    app.teardown_request(_end)


def _begin() -> None:
    g.request_id = token_hex(8)
    _request_id.set(g.request_id)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _answer(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response


def _end(_error: BaseException | None) -> None:
    _request_id.set(None)
    structlog.contextvars.clear_contextvars()


def _hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    hidden: dict[str, Any] = {
        key: "[hidden]" for key in event if any(key == word or key.endswith(f"_{word}") for word in SECRET_WORDS)
    }
    event.update(hidden)
    return event
