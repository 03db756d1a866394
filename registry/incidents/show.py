"""What the pages of an incident share: its tabs."""

from flask import url_for

from registry.incidents.queries import IncidentPage

__all__ = ["tabs_of"]

_TABS = (("Overview", "show"), ("Timeline", "timeline"))


def tabs_of(page: IncidentPage, current: str) -> list[tuple[str, str, int | None, bool]]:
    """Return the tabs as the macro takes them: label, address, count, whether it is open."""
    return [
        (label, url_for(f"incidents.{endpoint}", incident_id=page.row.id), None, endpoint == current)
        for label, endpoint in _TABS
    ]
