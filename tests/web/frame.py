"""A small application with only the shell, and a person who is signed in: for tests of templates and headers."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask_login import LoginManager, UserMixin

from registry.core import access, clock, logs
from registry.core.actor import Actor, Role
from registry.settings import Settings
from registry.web import shell


@dataclass
class Person(UserMixin):
    """Enough of an account for the shell: an actor, signed in just now."""

    actor: Actor
    id: str = "1"
    must_enrol: bool = False
    authenticated_at: datetime = datetime(2026, 6, 15, 9, 42, tzinfo=UTC)


def framed_app(folder: Path, *, role: Role | None = Role.CISO, demo: bool = True) -> Flask:
    """Make an application around the shell; nobody is signed in when `role` is None."""
    settings = Settings(data_dir=folder, demo=demo)
    app = Flask("registry", static_folder="web/static", template_folder="web/templates")
    app.extensions["settings"] = settings
    app.config.update(SECRET_KEY=secrets.token_hex(), TESTING=True, PROPAGATE_EXCEPTIONS=False)
    clock.set_clock(app.extensions, lambda: datetime(2026, 6, 15, 9, 42, tzinfo=UTC))
    logs.configure(settings)
    logs.init_app(app)
    shell.init_app(app)
    access.install(app)
    people = LoginManager(app)
    person = Person(Actor(person_id=1, name="Ines Aldergrove", roles=frozenset({role}))) if role else None
    people.request_loader(lambda _request: person)
    people.user_loader(lambda _id: person)
    return app
