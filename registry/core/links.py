"""Addresses of pages that may or may not be there: a feature links to another one only when it is installed.

Convention: the blueprint of a kind of fact has its name (`vendors`, `flows`), with the endpoints `index` (its list) and
`show` (one fact, argument `code`).
"""

from typing import Any

from flask import current_app, url_for

__all__ = ["fact_url", "help_url", "url_if_there"]


def url_if_there(endpoint: str, **values: Any) -> str | None:
    """Return the address of an endpoint, or None when this installation does not have it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def fact_url(kind: str, code: str) -> str | None:
    """Return the page of one fact; where its kind has only a list, that list, searched for its code."""
    return url_if_there(f"{kind}.show", code=code) or url_if_there(f"{kind}.index", q=code)


def help_url(topic: str) -> str | None:
    """Return the address of a help page."""
    return url_if_there("help.page", topic=topic)
