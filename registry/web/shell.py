"""The shell of every page: what templates know of the person and the place, headers, error pages, the bad-input gate."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request
from flask_login import current_user
from flask_wtf import CSRFProtect

from registry.core import access
from registry.core.formats import FILTERS
from registry.core.links import fact_url, help_url, url_if_there
from registry.core.permissions import ROLE_WORDS
from registry.help import contents
from registry.settings import current_settings
from registry.tour.queries import ShownStep, shown_step
from registry.web import badinput, errorpages, headers, health, metrics, organisation, patterns
from registry.web.helplinks import topic_for
from registry.web.navigation import NAVIGATION, ShownGroup, shown_groups

__all__ = ["Link", "Shell", "init_app"]

MEBIBYTE = 1024 * 1024
THEMES = ("light", "dark")
_OWN_LINKS = (("Your account", "accounts.profile"),)


@dataclass(frozen=True, slots=True)
class Link:
    """A word and where it leads."""

    label: str
    url: str


class Shell:
    """What `base.html` and `plain.html` show around a page; each part is asked for when a template uses it.

    Error pages set `g.without_database`, and then nothing here reads the database.
    """

    @property
    def theme(self) -> str | None:
        """The colours a person chose; None follows the machine."""
        chosen = request.cookies.get("theme")
        return chosen if chosen in THEMES else None

    @property
    def demo(self) -> bool:
        """Whether the banner of demo mode is shown."""
        return current_settings().demo

    @property
    def request_id(self) -> str:
        """The reference of this request."""
        return str(g.get("request_id", ""))

    @cached_property
    def organisation(self) -> str:
        """The name of the organisation; costs one query."""
        return organisation.DEFAULT_NAME if g.get("without_database") else organisation.name()

    @cached_property
    def _is_signed_in(self) -> bool:
        return not g.get("without_database") and bool(current_user.is_authenticated)

    @property
    def person(self) -> str | None:
        """The name of the person who is signed in."""
        return str(current_user.actor.name) if self._is_signed_in else None

    @property
    def role_words(self) -> str:
        """The roles of the person, in words."""
        roles = sorted(current_user.actor.roles) if self._is_signed_in else []
        return ", ".join(ROLE_WORDS[role][0] for role in roles)

    @cached_property
    def navigation(self) -> tuple[ShownGroup, ...]:
        """The sidebar as this person sees it."""
        held = access.permissions_of(current_user.actor) if self._is_signed_in else {}
        return shown_groups(NAVIGATION, held=held.keys(), endpoint=request.endpoint or "", url_of=url_if_there)

    @property
    def own_links(self) -> tuple[Link, ...]:
        """Links of the person to their own pages."""
        found = ((label, url_if_there(endpoint)) for label, endpoint in _OWN_LINKS)
        return tuple(Link(label, url) for label, url in found if url and self._is_signed_in)

    @property
    def page_help_url(self) -> str | None:
        """The help page that belongs to this page."""
        topic = topic_for(request.endpoint or "", contents.topics("pages")) if self._is_signed_in else None
        return help_url(topic) if topic else None

    @cached_property
    def tour(self) -> ShownStep | None:
        """The step of the tour this person is at; costs one query."""
        return shown_step(current_user.actor) if self._is_signed_in else None

    @property
    def sign_out_url(self) -> str | None:
        """Where the sign-out button posts to."""
        return url_if_there("accounts.sign_out") if self._is_signed_in else None

    @property
    def search_url(self) -> str | None:
        """Where the search box leads."""
        return url_if_there("home.search") if self._is_signed_in else None

    @property
    def suggest_url(self) -> str | None:
        """Where the search box asks for suggestions."""
        return url_if_there("home.suggest")


def init_app(app: Flask) -> None:
    """Give an application the shell; the gate goes in front of whatever reads the form."""
    app.config["MAX_CONTENT_LENGTH"] = app.extensions["settings"].upload_max + MEBIBYTE
    # The token lives as long as the session: a form that took an hour to fill must not be lost for it.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    badinput.init_app(app)
    CSRFProtect(app)
    headers.init_app(app)
    errorpages.init_app(app)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_context)
    for helper in (fact_url, help_url, url_if_there):
        app.add_template_global(helper)
    app.url_defaults(_stamp_static)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(metrics.blueprint)
    patterns.init_app(app)


def _context() -> dict[str, object]:
    return {"shell": Shell()}


def _stamp_static(endpoint: str, values: dict[str, Any]) -> None:
    """Put the hash of a static file into its address, so that browsers keep it until it changes."""
    if endpoint != "static" or "v" in values or current_app.static_folder is None:
        return
    path = Path(current_app.static_folder) / values["filename"]
    kept: dict[tuple[str, int], str] = current_app.extensions.setdefault("static_stamps", {})
    if not path.is_file():
        return
    key = (values["filename"], path.stat().st_mtime_ns)
    if key not in kept:
        kept[key] = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    values["v"] = kept[key]
