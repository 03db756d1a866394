"""The rules mail follows in this installation: its zone, days off, hours, and the brakes."""

from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from zoneinfo import available_timezones

import holidays
from sqlalchemy import select

from registry.core.db import session
from registry.domain.reminding.cadence import Rules
from registry.models.mail import MailRules

__all__ = ["DEFAULTS", "MailPolicy", "policy", "problems_of"]

WEEK = frozenset({1, 2, 3, 4, 5, 6, 7})


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPolicy:
    """What an administrator may set about mail."""

    zone: str = "UTC"
    holidays_of: str = ""
    working_days: str = "12345"
    send_from: time = time(8, 0)
    send_until: time = time(18, 0)
    per_tick: int = 200
    pause_above: int = 500
    is_paused: bool = False
    is_dry: bool = False
    why: str = ""
    version: int = 0

    @property
    def rules(self) -> Rules:
        """Return what the planner needs of it."""
        days = _days_off(self.holidays_of)
        return Rules(
            zone=self.zone,
            working_days=frozenset(int(digit) for digit in self.working_days),
            send_from=self.send_from,
            send_until=self.send_until,
            is_holiday=(lambda _day: False) if days is None else days.__contains__,
        )


DEFAULTS = MailPolicy()


def policy() -> MailPolicy:
    """Return the rules in force: the stored ones, or the shipped ones while nobody changed them. One query."""
    columns = [getattr(MailRules, name) for name in MailPolicy.__slots__]
    row = session().execute(select(*columns)).one_or_none()
    return DEFAULTS if row is None else MailPolicy(**row._asdict())


def problems_of(found: MailPolicy) -> dict[str, str]:
    """Say what is wrong with rules that were typed: field -> sentence."""
    wrong = {}
    if found.zone not in available_timezones():
        wrong["zone"] = f"There is no time zone {found.zone!r}. Zones are written like Europe/Dublin."
    if found.holidays_of and _days_off(found.holidays_of) is None:
        wrong["holidays_of"] = (
            f"No holidays are known for {found.holidays_of!r}. Write a country like IE, or a part of one like DE-BY."
        )
    digits = set(found.working_days)
    if not digits or not digits <= {str(day) for day in WEEK} or len(digits) != len(found.working_days):
        wrong["working_days"] = "Tick at least one working day; without one nothing would ever be sent."
    if found.send_until <= found.send_from:
        wrong["send_until"] = "The hours end before they begin, so nothing would ever be sent."
    if found.per_tick < 1:
        wrong["per_tick"] = "At least one mail must be allowed at once; to send none, pause the outbox."
    if found.pause_above < 1:
        wrong["pause_above"] = "At least one."
    return wrong


@lru_cache(maxsize=32)
def _days_off(place: str) -> holidays.HolidayBase | None:
    """Return the public holidays of a country or a part of it; None when the place is not known or not given."""
    country, _, part = place.partition("-")
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known or (part and part not in known[country]):
        return None
    return holidays.country_holidays(country, subdiv=part or None)
