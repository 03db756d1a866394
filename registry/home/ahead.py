"""What comes up in the next weeks for some vendors: contracts, certificates and reviews of accesses; pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from registry.domain.facts import Register
from registry.domain.vocabulary import AccessOutcome

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


def coming_up(register: Register, vendors: Collection[str] | None, today: date) -> tuple[Ahead, ...]:
    """Return what is due from today on within `DAYS_AHEAD`, soonest first; None asks about every vendor.

    What is overdue is a matter of data quality and stands there.
    """
    last = today + timedelta(days=DAYS_AHEAD)
    names = register.vendor_by_code
    return tuple(
        sorted(
            Ahead(day, words, code, names[code].name)
            for code, day, words in _dates(register)
            if today <= day <= last and code in names and (vendors is None or code in vendors)
        )
    )


def _dates(register: Register) -> Iterator[tuple[str, date, str]]:
    for contract in register.contracts:
        if contract.ends is None:
            continue
        yield contract.vendor, contract.ends, f"contract {contract.reference} ends"
        if contract.notice_days:
            day = date.fromordinal(max(1, contract.ends.toordinal() - int(contract.notice_days)))
            yield contract.vendor, day, f"last day to give notice on {contract.reference}"
    for certificate in register.certificates:
        if certificate.expires is not None:
            yield certificate.vendor, certificate.expires, f"{certificate.certificate} expires"
    for access in register.access:
        if access.last_review is not None and access.outcome is not AccessOutcome.REVOKED:
            day = date.fromordinal(min(date.max.toordinal(), access.last_review.toordinal() + REVIEW_DAYS))
            yield access.vendor, day, f"access {access.code} to be reviewed"
