"""A person's calendar: the deadlines they are reminded of, as all-day entries that keep their identity."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from registry.domain.reminding.cadence import Matter
from registry.reminders.letters import spelled
from registry.reminders.openings import Situation

__all__ = ["calendar_of", "matters_of_person"]

BEHIND = timedelta(days=180)  # what is long over only fills the calendar
HELD = ("vendor_manager", "owner", "preparer", "signer")


def matters_of_person(seen: Situation, address: str) -> list[Matter]:
    """Return the open matters whose reminders begin with this person, in order."""
    since = seen.now.date() - BEHIND
    found = [
        matter
        for matter in seen.matters
        if matter.due >= since and any(one.address == address for role in HELD for one in matter.people.get(role, ()))
    ]
    return sorted(found, key=lambda matter: (matter.due, matter.subject, matter.key))


def calendar_of(matters: Iterable[Matter], name: str, host: str, now: datetime) -> bytes:
    """Return the calendar file."""
    calendar = Calendar()
    calendar.add("prodid", "-//Third-Party Data-Access Risk Registry//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for matter in matters:
        event = Event()
        event.add("uid", f"{matter.subject}-{matter.key.replace(':', '-')}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", matter.due)
        event.add("dtend", matter.due + timedelta(days=1))
        event.add("summary", matter.title)
        event.add(
            "description", f"Deadline: {spelled(matter.due)}" + (f", vendor {matter.vendor}" if matter.vendor else "")
        )
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
