"""The one place that asks what time it is; the application carries the clock, so tests can set it.

Flask is imported late: commands that answer from a file ask for the day and load no application.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

__all__ = ["Clock", "is_real", "now", "set_clock", "system_clock", "today"]

Clock = Callable[[], datetime]
EXTENSION = "clock"


def system_clock() -> datetime:
    """Return the present moment in UTC from the machine's clock."""
    return datetime.now(UTC)


def set_clock(extensions: dict[str, object], clock: Clock) -> None:
    """Give an application its clock: `set_clock(app.extensions, clock)`."""
    extensions[EXTENSION] = clock


def now() -> datetime:
    """Return the present moment in UTC by the running application's clock."""
    from flask import current_app

    clock: Clock = current_app.extensions[EXTENSION]
    return clock().astimezone(UTC)


def is_real() -> bool:
    """Whether the running application goes by the machine's clock and not by one that was set."""
    from flask import current_app

    return current_app.extensions[EXTENSION] is system_clock


def today(zone: str = "UTC") -> date:
    """Return the calendar date in a zone, by the running application's clock."""
    return now().astimezone(ZoneInfo(zone)).date()
