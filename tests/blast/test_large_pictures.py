"""The picture of thousands of things: grouped by tier and system, opened on demand, in the same places with a what-if."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.blast.asking import Subject, ask, reach
from registry.blast.drawing import draw, picture_data
from registry.blast.grouped import GROUPED_BEYOND
from registry.blast.question import Question
from registry.core.actor import Role
from registry.core.register import current
from registry.domain.register.facts import Access, Dataset, Flow, Organisation, Register, System, Vendor
from registry.domain.register.vocabulary import AccessKind, Storage
from tests.blast.conftest import HOSTILE, RIGHT_TO_LEFT, fill

PEOPLE = 1000
SECOND = 1100  # sub-vendors, each with a copy


def wide_register() -> Register:
    """A platform that opens our system; what lives there went to one vendor and from it to very many."""
    names = {0: HOSTILE, 1: RIGHT_TO_LEFT, 2: "x" * 200}
    others = [Vendor(code=f"V-{n + 10:04}", name=names.get(n, f"Processor {n}")) for n in range(SECOND)]
    return Register(
        organisation=Organisation(name="Brackwater", annual_revenue=9e8),
        vendors=(Vendor(code="V-0001", name="Start"), *others),
        systems=(System(code="S-001", name="CRM"),),
        datasets=(Dataset(code="D-001", name="Profiles", system="S-001", categories=("user.name",), people=PEOPLE),),
        access=(
            Access(code="A-001", vendor="V-0001", system="S-001", kind=AccessKind.ADMIN),
            *(
                Access(code=f"A-{n + 10:04}", vendor="V-0001", system="S-001", kind=AccessKind.API_SCOPED)
                for n in range(3)
            ),
        ),
        flows=tuple(
            Flow(
                code=f"F-{n:04}",
                sender=row.code,
                recipient="V-0001",
                dataset="D-001",
                storage=Storage.BULK,
                sender_reads_back=True,
            )
            for n, row in enumerate(others)
        )
        + tuple(
            Flow(code=f"F-{n + 5000:04}", sender="S-001", recipient=row.code, dataset="D-001", people_share=0.5)
            for n, row in enumerate(others)
        ),
    )


@pytest.fixture
def subject(app: Flask) -> Callable[..., Subject]:
    fill(wide_register())

    def asked(**changes: Any) -> Subject:
        return ask(current(), Question(start=("V-0001",), **changes), first_worlds=512, is_hasty=True)

    return asked


def places(data: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    return {node["key"]: (node["x"], node["y"]) for node in data["nodes"]}


def test_thousands_are_grouped_opened_on_demand_and_the_table_is_complete(
    subject: Callable[..., Subject], client_as: Callable[..., FlaskClient]
) -> None:
    plain = subject()
    things = reach(plain)
    assert len(things) > GROUPED_BEYOND
    drawing = draw(plain, things)
    groups = {placed.node.key: placed.node for placed in drawing.layout.nodes if placed.node.kind == "group"}
    drawn = [placed for placed in drawing.layout.nodes if placed.node.kind != "group"]
    assert len(drawing.layout.nodes) < 60
    assert any(node.label.startswith("Direct vendors: ") for node in groups.values())
    assert sum(node.members for node in groups.values()) + len(drawn) == len(things)
    key = next(key for key in groups if key.startswith("group:vendors:"))
    once, twice = (draw(plain, things, opened=(key,) * times) for times in (1, 2))
    left = [{placed.node.key: placed.node for placed in each.layout.nodes}[key].members for each in (once, twice)]
    assert groups[key].members > left[0] > left[1]
    assert {edge.edge.source for edge in drawing.layout.edges} >= {"V-0001"}
    ciso = client_as(Role.CISO)
    page = ciso.get("/blast?start=V-0001")
    data = json.loads(re.search(r'id="picture-data">(.*?)</script>', page.text, re.DOTALL)[1])  # type: ignore[index]
    assert set(data["open"]) == set(groups)
    rows = ciso.post("/blast/reached.csv?start=V-0001").text.strip().splitlines()
    assert len(rows) == len(things) + 1


def test_nothing_jumps_between_a_question_and_its_what_if(subject: Callable[..., Subject]) -> None:
    plain, tried = subject(), subject(what_ifs=("cut:A-001",))
    before, after = (picture_data(draw(each, things := reach(each)), things[:9]) for each in (plain, tried))
    assert places(before) == places(after)
    assert before["labels"] != after["labels"]
