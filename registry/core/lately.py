"""The register as it was a moment ago: for pages that look at everything and must not wait after every change.

Reading 100,000 flows and looking each over takes seconds, and every change of a fact asks for it anew. A page that says
how old it is can show the last look instead while the next one is made beside it. Small registers never fall behind:
there a page looks itself.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Flask, current_app

from registry.core import clock, logs
from registry.core.db import db
from registry.core.register import Snapshot, current, current_revision

__all__ = ["Look", "init_app", "lately", "look_in_background"]

log = logs.get_logger(__name__)

EXTENSION = "lately"
LARGE = 20_000  # flows; below that a look takes less than a second


@dataclass(frozen=True, slots=True)
class Look:
    """The register at one revision, when it was looked over, and whether it has changed since."""

    snapshot: Snapshot
    made_at: datetime
    is_behind: bool = False


class _Keeper:
    """The last look of this process, and the right of one thread at a time to make the next."""

    def __init__(self, app: Flask, prepare: tuple[Callable[[Snapshot], object], ...]) -> None:
        self.app = app
        self.prepare = prepare
        self.turn = threading.Lock()
        self.kept: Look | None = None

    def look(self) -> Look:
        """Look now, and work out what pages show."""
        snapshot = current()
        for each in self.prepare:
            each(snapshot)
        self.kept = Look(snapshot, clock.now())
        return self.kept


def init_app(app: Flask, prepare: tuple[Callable[[Snapshot], object], ...]) -> None:
    """Keep looks; `prepare` works out beforehand what pages show, with `Snapshot.derived`."""
    app.extensions[EXTENSION] = _Keeper(app, prepare)


def lately() -> Look:
    """Return the last look, perhaps behind when the register is large; one short query then. Else looks itself."""
    keeper: _Keeper = current_app.extensions[EXTENSION]
    kept = keeper.kept
    if kept is None:
        with keeper.turn:  # after a start the first look is already being made
            return keeper.kept or keeper.look()
    if kept.snapshot.revision == current_revision():
        return kept
    if len(kept.snapshot.register.flows) < LARGE:
        return keeper.look()
    look_in_background(keeper.app)
    return replace(kept, is_behind=True)


def look_in_background(app: Flask) -> threading.Thread | None:
    """Make the next look in a thread of its own; None when one is being made."""
    keeper: _Keeper = app.extensions[EXTENSION]
    if not keeper.turn.acquire(blocking=False):
        return None
    thread = threading.Thread(target=_look, args=(keeper,), name="looking", daemon=True)
    thread.start()
    return thread


def _look(keeper: _Keeper) -> None:
    try:
        with keeper.app.app_context():
            keeper.look()
            db.session.remove()
    except Exception:
        # The last look stays, and says that it is behind; the next visitor starts another.
        log.exception("look_failed")
    finally:
        keeper.turn.release()
