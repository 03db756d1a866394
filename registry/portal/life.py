"""How long a link opens something: until it is withdrawn, its assessment is cancelled or expires, or ninety days went by."""

from datetime import datetime, timedelta

from registry.core import clock
from registry.domain.assessment.assessment import State
from registry.models.assessments import Assessment
from registry.models.portal import PortalLink

__all__ = ["LASTS", "ends_at", "is_alive"]

LASTS = timedelta(days=90)  # after the due date, or after the link was made, whichever is later
_SHUT = frozenset({State.CANCELLED, State.EXPIRED})


def ends_at(link: PortalLink, row: Assessment) -> datetime:
    """Return when a link ends by itself."""
    day_after = datetime.combine(row.due, datetime.min.time(), link.issued_at.tzinfo) + timedelta(days=1)
    return max(day_after, link.issued_at) + LASTS


def is_alive(link: PortalLink, row: Assessment) -> bool:
    """Whether a link opens anything now."""
    return link.is_active and row.state not in _SHUT and clock.now() < ends_at(link, row)
