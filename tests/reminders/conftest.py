"""A moment at which mail goes out, and helpers to plan and send."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from registry.core import clock, mailer
from registry.core.db import db
from registry.core.transports import MemoryTransport
from registry.models.mail import Channel

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def at(db_app: Flask) -> Callable[..., None]:
    """Set the clock so many days, hours after noon of Monday, 2 March 2026."""

    def moved(**later: float) -> None:
        db.session.remove()
        clock.set_clock(db_app.extensions, lambda: MONDAY + timedelta(**later))

    return moved


@pytest.fixture
def memory(db_app: Flask) -> MemoryTransport:
    return MemoryTransport()


@pytest.fixture
def send(memory: MemoryTransport) -> Callable[[], int]:
    """Hand over what is due."""

    def sent() -> int:
        db.session.remove()
        return mailer.send_due({Channel.MAIL: memory, Channel.WEBHOOK: memory})

    return sent
