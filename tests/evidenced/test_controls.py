"""Controls from answers: only from decided ones, shown first, on the facts they act on, with the assessment as source."""

from datetime import date

import pytest

from registry.core import factstore
from registry.core.actor import Actor, Role
from registry.core.db import session, writing
from registry.core.work import work
from registry.domain.assessment.evidenced import Evidenced, proposed_placements
from registry.domain.register.facts import (
    Access,
    Dataset,
    Flow,
    Organisation,
    Placement,
    PlatformUse,
    Register,
    System,
    Vendor,
)
from registry.domain.register.vocabulary import AccessOutcome
from registry.models.controls import Placement as PlacementRow
from registry.models.controls import PlacementSource
from tests.assessments.conftest import fill, hand_in, row

SYSTEM = Actor.system("tests")


@pytest.fixture
def with_access(alice) -> None:
    with writing(), work(SYSTEM, "access.add") as w:
        values = {"vendor": "V-0001", "system": "S-001", "kind": "admin", "last_review": date(2026, 1, 1)}
        factstore.create(w, "access", values)


def test_what_is_ticked_is_placed_with_its_source(manager, reviewer, client_as, key, with_access):
    fill(manager, key)
    assert "Not decided yet" in reviewer.get(f"/assessments/{key}/controls").text
    hand_in(manager, key)
    for path, data in (("begin", {}), ("decide", {"rationale": "Good."})):
        reviewer.post(f"/assessments/{key}/review/{path}", data={"version": str(row(key).version), **data})
    assert "See where they would stand" in reviewer.get(f"/assessments/{key}/review").text
    page = reviewer.get(f"/assessments/{key}/controls").text
    assert "Place MFA on A-001" in page
    assert session().query(PlacementRow).count() == 0
    address = f"/assessments/{key}/controls"
    assert reviewer.post(address, data={"place": "MFA A-001", "coverage": "0"}).status_code == 422
    assert reviewer.post(address, data={"place": "MFA A-777", "coverage": "80"}).status_code == 303
    assert session().query(PlacementRow).count() == 0
    done = reviewer.post(address, data={"place": "MFA A-001", "coverage": "80"}, follow_redirects=True)
    assert "Placed 1 control." in done.text
    session().expire_all()
    placed, source = session().query(PlacementRow).one(), session().query(PlacementSource).one()
    assert (placed.control, placed.fact, placed.coverage) == ("MFA", "A-001", 0.8)
    assert (source.placement_id, source.assessment_id, source.question) == (placed.id, key, "ACC-01")
    assert "Place MFA" not in reviewer.get(address).text
    assert f'href="/assessments/{key}/review"' in reviewer.get("/vendors/V-0001?tab=controls").text
    bob = client_as(Role.VENDOR_MANAGER, name="Bob Colleague")
    assert 'name="place"' not in bob.get(address).text
    assert bob.post(address, data={"coverage": "80"}).status_code == 404


def test_controls_stand_on_the_facts_they_act_on_and_once():
    register = Register(
        organisation=Organisation(name="Us"),
        vendors=(Vendor(code="V-0001", name="One"), Vendor(code="V-0002", name="Two")),
        systems=(System(code="S-001", name="CRM"),),
        datasets=(Dataset(code="D-001", name="Data", system="S-001", categories=("user.name",)),),
        flows=(
            Flow(code="F-001", sender="S-001", recipient="V-0001", dataset="D-001"),
            Flow(code="F-002", sender="V-0001", recipient="V-0002", dataset="D-001"),
        ),
        access=(
            Access(code="A-001", vendor="V-0001", system="S-001", kind="admin"),
            Access(code="A-002", vendor="V-0001", system="S-001", kind="admin", outcome=AccessOutcome.REVOKED),
            Access(code="A-003", vendor="V-0002", system="S-001", kind="admin"),
        ),
        platform_uses=(PlatformUse(code="P-001", platform="V-0002", user="V-0001", kind="file_transfer"),),
        placements=(Placement(control="DLP", fact="F-001"),),
    )
    acts_on = {
        "MFA": ("pivot", "common_cause"),
        "DLP": ("exposure",),
        "SUB": ("upstream",),
        "KEY": ("protection:tokenised",),
    }
    asked = [("Q-2", "MFA"), ("Q-1", "MFA"), ("Q-3", "DLP"), ("Q-4", "SUB"), ("Q-5", "KEY"), ("Q-6", "GONE")]
    assert proposed_placements(register, "V-0001", asked, acts_on) == (
        Evidenced("KEY", "F-001", "Q-5"),
        Evidenced("MFA", "A-001", "Q-1"),
        Evidenced("MFA", "P-001", "Q-1"),
        Evidenced("SUB", "F-002", "Q-4"),
    )
