"""A company with a vendor of a known name, and how lists are imported into it."""

import pytest

from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import writing
from registry.core.factstore import insert_register
from registry.core.work import work
from registry.domain.register.facts import Organisation, PlatformUse, Register, Vendor
from registry.domain.register.vocabulary import PlatformUseKind, Relationship
from registry.importing import service
from registry.importing.kinds import Upload
from tests.reading import reads_here

__all__ = ["reads_here"]

SYSTEM = Actor.system("tests")
REGISTER = Register(
    organisation=Organisation(name="Brackwater", country="IE", sector="healthcare"),
    vendors=(
        Vendor(code="V-0001", name="Corvid Mail", domain="corvidmail.example", owner_email="alice.owner@example.org"),
        Vendor(code="V-0002", name="Ferrous Cloud", relationship=Relationship.PLATFORM),
        Vendor(code="V-0003", name="Bluewick CRM", owner_email="bob.owner@example.org"),
    ),
    platform_uses=(PlatformUse(code="P-001", platform="V-0002", user="V-0003", kind=PlatformUseKind.HOSTING),),
)


@pytest.fixture(autouse=True)
def _quick(reads_here: None) -> None:
    """Every test here reads lists in its own process."""


def fill(register=REGISTER):
    with writing(), work(SYSTEM, "register.fill") as w:
        insert_register(w, register)


def bring_in(content, name="list.csv", actor=SYSTEM):
    """Import a list as the page does: keep and check it, then commit; gives the number of the import."""
    clock.now()
    with writing():
        run = service.check_file(actor, Upload(content, name), "breaches")
        service.commit(actor, run)
    return run


@pytest.fixture
def company(db_app):
    """The company on both databases."""
    fill()
    return db_app
