"""What the pages of an incident share: its tabs."""

from flask import url_for

from registry.domain.incidents.incident import TRIGGER_WORDS, Trigger
from registry.incidents.queries import IncidentPage

__all__ = ["tabs_of", "trigger_words"]

_DERIVED = {"submission_of_previous": "The notice before it was sent", "year_end": "The year of the discovery ends"}


_TABS = (
    ("Overview", "show"),
    ("Duties", "duties"),
    ("People told", "people"),
    ("Scope", "scope"),
    ("Customer service", "service"),
    ("Timeline", "timeline"),
)


def tabs_of(page: IncidentPage, current: str) -> list[tuple[str, str, int | None, bool]]:
    """Return the tabs as the macro takes them: label, address, count, whether it is open."""
    return [
        (label, url_for(f"incidents.{endpoint}", incident_id=page.row.id), None, endpoint == current)
        for label, endpoint in _TABS
    ]


def trigger_words(trigger: str) -> str:
    """Return what starts a clock, in words."""
    return TRIGGER_WORDS[Trigger(trigger)] if trigger in set(Trigger) else _DERIVED.get(trigger, trigger)
