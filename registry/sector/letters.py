"""Letters about alerts: the owners of the vendors concerned, and the CISO, learn of a public breach the day it is known.

One letter per person and act, however many alerts it raises: a list of years names many vendors at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from registry.core import clock
from registry.core.addresses import BadAddress
from registry.core.db import session
from registry.core.mailtext import MailTemplate, Wording
from registry.core.work import Work
from registry.domain.reminding.cadence import Recipient
from registry.models.mail import Mail
from registry.models.organisation import Organisation
from registry.models.sector import BreachAlert, PublicBreach
from registry.models.vendors import Vendor
from registry.reminders.whom import AddressBook, address_book
from registry.sector.queries import users_of_platforms
from registry.settings import current_settings

__all__ = ["LETTER", "RECHECKS", "tell_people"]

KIND = "breach_alert"
LINES_SHOWN = 20
CHUNK = 400
UNDONE = "The import that raised these alerts was undone."
LETTER = MailTemplate(
    name="breach_alerts",
    words="Public breaches that seem to name our vendors",
    fields=("name", "organisation", "count", "alerts", "address", "link"),
    shipped=Wording(
        "{organisation}: {count} to name our vendors",
        "Dear {name},\n\n{count} to name a vendor of ours, or a platform our vendors use. A name is no proof; please "
        "look whether it is them.\n\n{alerts}\n\nThe evidence, and what to do: {address}\n\n{organisation}",
    ),
    sample={
        "name": "Sam Sample", "organisation": "Northwind Insurance", "count": "1 public breach seems",
        "alerts": "- Corvid Mail (V-0001), confidence 95 %: The record is about “Corvid Mail, Inc.”.",
        "address": "https://registry.example.org/sector/alerts", "link": "",
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Raised:
    """One alert as a letter tells it, and the addresses of those it concerns beside the CISO."""

    line: str
    owners: frozenset[str]


def tell_people(w: Work, alerts: Sequence[str]) -> int:
    """Plan a letter to everybody whom new alerts concern; returns how many. An address that is none is noted."""
    if not alerts:
        return 0
    book, organisation = address_book(clock.today()), w.session.scalar(select(Organisation.name))
    by_person: dict[Recipient, list[str]] = defaultdict(list)
    for raised in _raised(w, [int(number) for number in alerts]):
        for person in _people(book, raised.owners):
            by_person[person].append(raised.line)
    sent, bad = 0, []
    for person, lines in by_person.items():
        fields = {
            "organisation": organisation or "The risk registry", "count": _count(len(lines)), "alerts": _listed(lines),
            "address": f"{current_settings().public_url}/sector/alerts",
        }  # fmt: skip
        key = f"{KIND}:{alerts[0]}:{person.address}"[:200]
        try:
            sent += w.tell(person, LETTER.name, fields, dedupe_key=key, kind=KIND, about=f"{KIND}:{alerts[0]}")
        except BadAddress as error:
            bad.append(f"{person.name}: {error}")
    if bad:
        w.note(not_told=bad)
    return sent


def before_sending(mail_id: int) -> str | None:
    """Return why a letter must not go out: the import it tells of was undone meanwhile."""
    about = session().scalar(select(Mail.about).where(Mail.id == mail_id)) or ""
    number = about.rpartition(":")[2]
    is_there = number.isdecimal() and session().get(BreachAlert, int(number)) is not None
    session().commit()
    return None if is_there else UNDONE


RECHECKS = {KIND: before_sending}


def _raised(w: Work, numbers: Sequence[int]) -> Iterable[_Raised]:
    for start in range(0, len(numbers), CHUNK):
        query = (
            select(BreachAlert, PublicBreach.name, Vendor.name, Vendor.owner_email)
            .join(PublicBreach, PublicBreach.id == BreachAlert.breach)
            .join(Vendor, Vendor.code == BreachAlert.vendor)
            .where(BreachAlert.id.in_(numbers[start : start + CHUNK]))
            .order_by(BreachAlert.confidence.desc(), BreachAlert.id)
        )
        found = w.session.execute(query).all()
        users = users_of_platforms({alert.vendor for alert, *_ in found})
        owners = _owners(w, {code for using in users.values() for code in using})
        for alert, breach, vendor, owner in found:
            using = users.get(alert.vendor, {})
            named = f"{vendor} ({alert.vendor}), confidence {alert.confidence:.0%}: {breach}. {alert.evidence}"
            used = f" It is a platform of our vendors: {', '.join(using.values())}." if using else ""
            addresses = {owner, *(owners.get(code) for code in using)} - {None}
            yield _Raised(f"{named}{used}", frozenset(address for address in addresses if address))


def _owners(w: Work, codes: set[str]) -> Mapping[str, str | None]:
    rows = w.session.execute(select(Vendor.code, Vendor.owner_email).where(Vendor.code.in_(sorted(codes))))
    return {row.code: row.owner_email for row in rows}


def _people(book: AddressBook, owners: Iterable[str]) -> list[Recipient]:
    """Return who is written to: owners, also those without an account, and every CISO; or who stands in for them."""
    people = [book.people.get(each.casefold()) or Recipient(address=each, name=each) for each in sorted(owners)]
    return list(dict.fromkeys(person.reached for person in (*people, *book.cisos)))


def _count(number: int) -> str:
    return "1 public breach seems" if number == 1 else f"{number} public breaches seem"


def _listed(lines: Sequence[str]) -> str:
    """Return the surest alerts as a list; the page has all."""
    shown = [f"- {' '.join(line.split())}" for line in lines[:LINES_SHOWN]]
    return "\n".join([*shown, f"- and {len(lines) - LINES_SHOWN} more"] if len(lines) > LINES_SHOWN else shown)
