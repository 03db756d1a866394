"""A small register for every test of the blast radius, with hostile labels, unknown counts and things out of reach."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.core import factstore
from registry.core.actor import Actor, Role
from registry.core.db import writing
from registry.core.work import work
from registry.domain.register.facts import (
    Access,
    Coverage,
    Currency,
    Dataset,
    Dependency,
    Flow,
    Jurisdiction,
    Link,
    Organisation,
    Process,
    Register,
    Segment,
    System,
    Vendor,
)
from registry.domain.register.vocabulary import AccessKind, LinkKind, Protection, Relationship, Storage

HOSTILE = "<script>alert(1)</script>\"'>{{7*7}}"
RIGHT_TO_LEFT = "ספק שירותים"


def small_register() -> Register:
    """A vendor with two flows and a way into a system; a vendor that leads nowhere; a copy nobody counted."""
    return Register(
        organisation=Organisation(
            name="Brackwater", sector="retail", country="IE", annual_revenue=9e8, currency="EUR", risk_appetite=5e6
        ),
        currencies=(Currency(currency="EUR", usd_per_unit=1.1, as_of=date(2026, 1, 1)),),
        vendors=(
            Vendor(code="V-0001", name="Corvid Mail"),
            Vendor(code="V-0002", name=HOSTILE),
            Vendor(code="V-0003", name=RIGHT_TO_LEFT),
            Vendor(code="V-0004", name="Nowhere Ltd"),
            Vendor(code="V-0005", name="x" * 180, relationship=Relationship.NTH_PARTY),
        ),
        systems=(System(code="S-001", name="CRM", rto_hours=8), System(code="S-002", name="Billing")),
        segments=(Segment(code="G-01", name="Customers", people=1_000_000),),
        jurisdictions=(
            Jurisdiction(segment="G-01", jurisdiction="IE", share=0.6),
            Jurisdiction(segment="G-01", jurisdiction="DE", share=0.3),
        ),
        datasets=(
            Dataset(
                code="D-001", name="Profiles", system="S-001", categories=("user.name", "user.contact"), people=900_000
            ),
            Dataset(code="D-002", name=HOSTILE, system="S-002", categories=("user.financial",), people=None),
        ),
        coverage=(Coverage(dataset="D-001", segment="G-01", share=0.9),),
        flows=(
            Flow(code="F-001", sender="S-001", recipient="V-0001", dataset="D-001", storage=Storage.BULK),
            Flow(code="F-002", sender="S-002", recipient="V-0002", dataset="D-002", protection=Protection.TOKENISED),
            Flow(code="F-003", sender="V-0001", recipient="V-0003", dataset="D-001", people_share=0.2),
            Flow(code="F-004", sender="V-0003", recipient="V-0005", dataset="D-001", people_share=0.1),
        ),
        access=(
            Access(code="A-001", vendor="V-0001", system="S-001", kind=AccessKind.API_READ_ALL),
            Access(code="A-002", vendor="V-0002", system="S-002", kind=AccessKind.ADMIN),
        ),
        links=(Link(code="L-001", from_system="S-001", to_system="S-002", kind=LinkKind.SEGMENTED),),
        processes=(Process(code="Q-01", name="Invoicing", rto_hours=4, margin_per_day=90_000.0),),
        dependencies=(Dependency(code="B-001", process="Q-01", depends_on="S-002"),),
    )


def fill(register: Register) -> None:
    """Write a register into the running application."""
    with writing(), work(Actor.system("tests"), "register.fill") as w:
        factstore.insert_register(w, register)


@pytest.fixture
def filled(app: Flask) -> Flask:
    """The application with the small register in it."""
    fill(small_register())
    return app


@pytest.fixture
def ciso(filled: Flask, client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """A CISO's browser on the small register."""
    return client_as(Role.CISO)
