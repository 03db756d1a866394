"""What comes up in the next weeks for some vendors: contracts, certificates and reviews of accesses; pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registry.domain.register.facts import Register
from registry.domain.register.vocabulary import AccessOutcome

__all__ = ["DAYS_AHEAD", "Ahead", "coming_up"]

DAYS_AHEAD = 60
REVIEW_DAYS = 365


@dataclass(frozen=True, slots=True, order=True)
class Ahead:
    """A day, what is due on it, and the vendor it is about."""

    day: date
    words: str
    vendor: str
    name: str


def coming_up(
    register: Register,
    vendors: Collection[str] | None,
    today: date,
    *,
    since: date | None = None,
    days: int = DAYS_AHEAD,
) -> tuple[Ahead, ...]:
    """Return what is due from a day on, by default today, within so many days, soonest first; None asks about every vendor.

    A certificate that a later one of its kind follows, and a contract that another one of its vendor outlives, are done.
    """
    last = today + timedelta(days=days)
    names = register.vendor_by_code
    return tuple(
        sorted(
            Ahead(day, words, code, names[code].name)
            for code, day, words in _dates(register, today)
            if (since or today) <= day <= last and code in names and (vendors is None or code in vendors)
        )
    )


def _dates(register: Register, today: date) -> Iterator[tuple[str, date, str]]:
    yield from _contracts(register, today)
    yield from _certificates(register, today)
    for access in register.access:
        if access.last_review is not None and access.outcome is not AccessOutcome.REVOKED:
            day = date.fromordinal(min(date.max.toordinal(), access.last_review.toordinal() + REVIEW_DAYS))
            yield access.vendor, day, f"access {access.code} to be reviewed"


def _contracts(register: Register, today: date) -> Iterator[tuple[str, date, str]]:
    last = _newest((contract.vendor, contract.ends) for contract in register.contracts)
    for contract in register.contracts:
        if contract.ends is None or (contract.ends < today and contract.ends < last[contract.vendor]):
            continue
        yield contract.vendor, contract.ends, f"contract {contract.reference} {_ends(contract.ends, today)}"
        if contract.notice_days and contract.ends >= today:
            day = date.fromordinal(max(1, contract.ends.toordinal() - int(contract.notice_days)))
            yield contract.vendor, day, f"last day to give notice on {contract.reference}"


def _certificates(register: Register, today: date) -> Iterator[tuple[str, date, str]]:
    last = _newest(((each.vendor, each.certificate.casefold()), each.expires) for each in register.certificates)
    for each in register.certificates:
        if each.expires is not None and each.expires == last[each.vendor, each.certificate.casefold()]:
            yield (
                each.vendor,
                each.expires,
                f"{each.certificate} {'expires' if each.expires >= today else 'has expired'}",
            )


def _newest(days: Iterable[tuple[Any, date | None]]) -> dict[Any, date]:
    found: dict[Any, date] = {}
    for spot, day in days:
        if day is not None:
            found[spot] = max(day, found.get(spot, day))
    return found


def _ends(day: date, today: date) -> str:
    return "ends" if day >= today else "has ended"
