"""Vendors with contacts and certificates that expire, as many as a test wants."""

from datetime import date, timedelta

from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import db, writing
from registry.core.work import work
from registry.domain.register.vocabulary import ContactRole
from registry.models import Certificate, Contact, FactCode, Vendor


def make_vendors(
    count: int, *, expires: date | None = None, owner: str | None = None, domain: str = "vendor.example.org",
    first: int = 1,
) -> None:  # fmt: skip
    """Register vendors `V-0001` and on, each with a contact and a certificate that expires in ten days."""
    day = expires or clock.today() + timedelta(days=10)
    numbers = range(first, first + count)
    codes = [f"V-{number:04}" for number in numbers]
    with writing(), work(Actor.system("tests"), "register.fill") as w:
        w.insert_many(FactCode, [{"code": code, "kind": "vendors"} for code in codes])
        w.insert_many(Vendor, [{"code": code, "name": f"Vendor {code}", "owner_email": owner} for code in codes])
        w.insert_many(
            Contact,
            [
                {"vendor": code, "role": ContactRole.PRIMARY, "name": "Sam", "email": f"{code.lower()}@{domain}"}
                for code in codes
            ],
        )
        w.insert_many(Certificate, [{"vendor": code, "certificate": "SOC 2", "expires": day} for code in codes])
    db.session.remove()
