"""A vendor that Alice owns, and a short questionnaire to ask it."""

import io
from datetime import date

import pytest
from flask import Flask

from registry.assessments.service.opening import StartAssessment, start
from registry.core.actor import Actor, Role
from registry.core.db import session, writing
from registry.core.work import work
from registry.models.assessments import Assessment
from registry.models.vendors import Vendor
from registry.questionnaires import service as questionnaires
from tests.domain.questionnaires import data_of, question
from tests.facts.company import small_company
from tests.people import Someone, make_person, sign_in

SYSTEM = Actor.system("tests")
CHOICES = [
    {"value": "all", "label": "All of it", "score": 100},
    {"value": "some", "label": "Some <b>of</b> it", "score": 40},
    {"value": "none", "label": "None", "score": 0},
]
QUESTIONS = (
    question("ENC-01", weight=3, non_negotiable=True),
    question("ENC-02", type="choice", choices=CHOICES, weight=2, evidence="required", show_if={"question": "ENC-01", "is": "yes"}),
    question("ENC-03", type="multi", choices=CHOICES, required=False),
    question("ACC-01", type="number", unit="hours", bands=[{"max": 24, "score": 100}, {"max": None, "score": 0}], affects="MFA"),
    question("ACC-02", type="text", required=False),
)  # fmt: skip
PDF = b"%PDF-1.4 a report"


@pytest.fixture
def company(app: Flask) -> None:
    small_company(app)
    with writing():
        draft = questionnaires.add_draft(SYSTEM, data_of(*QUESTIONS))
        questionnaires.publish(SYSTEM, draft, 1)


@pytest.fixture
def alice(company: None) -> Someone:
    """The vendor manager who owns V-0001."""
    person = make_person("Alice Owner", Role.VENDOR_MANAGER)
    with writing(), work(SYSTEM, "vendor.hand_over") as w:
        w.get(Vendor, "V-0001").owner_email = person.email
    return person


@pytest.fixture
def manager(app: Flask, alice: Someone):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in(app, alice)


@pytest.fixture
def reviewer(client_as, company):
    return client_as(Role.CISO, name="Rita Reviewer")


@pytest.fixture
def key(alice: Someone) -> int:
    """An assessment that was just begun."""
    return begin()


def begin(period: str = "2026") -> int:
    command = StartAssessment(vendor="V-0001", code="sample", edition="1.0", period=period, due=date(2026, 4, 1))
    with writing():
        return start(SYSTEM, command)


def row(key: int) -> Assessment:
    session().expire_all()
    found = session().get(Assessment, key)
    assert found is not None
    return found


def answer(client, key: int, question: str, value: object, *, version: int = 0, comment: str = ""):
    data = {f"a-{question}": value, f"c-{question}": comment, f"v-{question}": str(version)}
    return client.post(f"/assessments/{key}/answers/{question}", data=data)


def give(client, key: int, question: str, *, name: str = "report.pdf", content: bytes = PDF, **fields: str):
    data = {"file": (io.BytesIO(content), name), "kind": "other", **fields}
    return client.post(f"/assessments/{key}/evidence/{question}", data=data)


def fill(client, key: int, *, first: str = "yes") -> None:
    """Answer everything that is needed."""
    for each, value in (("ENC-01", first), ("ENC-02", "some"), ("ACC-01", "12")):
        assert answer(client, key, each, value).status_code == 200
    assert give(client, key, "ENC-02").status_code == 303


def hand_in(client, key: int):
    data = {"version": str(row(key).version), "name": "A. Owner", "role": "Manager"}
    return client.post(f"/assessments/{key}/submit", data=data)
