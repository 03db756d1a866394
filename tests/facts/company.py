"""The smallest company with one of everything a flow needs."""

from datetime import date

from flask import Flask

from registry.core.actor import Actor
from registry.core.db import writing
from registry.core.factstore import insert_register
from registry.core.work import work
from registry.domain.register.facts import Dataset, Flow, Organisation, Register, Segment, System, Vendor

REGISTER = Register(
    organisation=Organisation(name="Brackwater", country="IE", sector="financial"),
    vendors=(Vendor(code="V-0001", name="Corvid Mail", owner_email="owner@example.test"),),
    systems=(System(code="S-001", name="CRM"),),
    segments=(Segment(code="G-01", name="Customers", people=1000, as_of=date(2026, 1, 1), source="CRM count"),),
    datasets=(Dataset(code="D-001", name="Profiles", system="S-001", categories=("user.name", "user.contact")),),
    flows=(Flow(code="F-001", sender="S-001", recipient="V-0001", dataset="D-001"),),
)


def small_company(app: Flask, register: Register = REGISTER) -> None:
    """Write the register in one act."""
    with app.app_context(), writing(), work(Actor.system("test"), "register.import") as w:
        insert_register(w, register)
