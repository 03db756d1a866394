"""The deadlines of an incident as a calendar file."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from registry.domain.incidents.duty_board import BoardLine
from registry.models.incidents import Incident

__all__ = ["calendar_of"]


def calendar_of(row: Incident, lines: Iterable[BoardLine], host: str, now: datetime) -> bytes:
    """Return the open duties with a clock, each as an entry that ends when its time runs out."""
    calendar = Calendar()
    calendar.add("prodid", "-//Third-Party Data-Access Risk Registry//Duties//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", row.title)
    for line in lines:
        if line.is_open and line.due is not None:
            calendar.add_component(_event(row, line, host, now))
    return bytes(calendar.to_ical())


def _event(row: Incident, line: BoardLine, host: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"incident-{row.id}-{line.rule.code}@{host}")
    event.add("dtstamp", now)
    event.add("dtstart", line.due - timedelta(minutes=30) if line.due else now)
    event.add("dtend", line.due)
    mark = "[Drill] " if row.is_drill else ""
    doubt = "" if line.standing == "applies" else " (may apply)"
    event.add("summary", f"{mark}{line.rule.notify.replace('_', ' ')}: {line.rule.law}{doubt}")
    event.add("description", f"{row.title}. {'; '.join(line.reasons)}")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", line.rule.law)
    alarm.add("trigger", timedelta(hours=-4))
    event.add_component(alarm)
    return event
