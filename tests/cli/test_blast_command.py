"""`./run blast`: answers from a file alone, refuses with every problem, leaves nothing half written."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry.cli.blast import blast
from registry.domain.register.facts import Access, Link, Organisation, Placement, Vendor
from registry.domain.register.vocabulary import AccessKind, ControlState, LinkKind
from reports.register_file import write
from tests.domain.registers import flow, register_of

KEYS = [
    "register", "warnings", "scenario", "method", "iterations", "vendors", "systems", "datasets", "processes", "people",
    "jurisdictions", "cost", "impact_areas", "exceedance", "choke_points", "best_cuts",
]  # fmt: skip


def chain():
    return register_of(
        flow("F-1", "S-1", "V-1", people_share=0.5),
        Access(code="A-1", vendor="V-1", system="S-1", kind=AccessKind.API_SCOPED),
        Link(code="L-1", from_system="S-1", to_system="S-2", kind=LinkKind.FLAT_NETWORK),
        organisation=Organisation(name="Example", sector="retail", country="DE", annual_revenue=1e9),
    )


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "register.xlsx"
    path.write_bytes(write(chain()))
    return path


def run(*args):
    return CliRunner().invoke(blast, [str(arg) for arg in args])


def answer(*args):
    result = run(*args, "--json", "-")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_the_answer_has_the_keys_of_the_layout(workbook):
    found = answer(workbook, "--start", "V-1", "--iterations", 500, "--as-of", "2026-06-01")
    assert sorted(found) == sorted(KEYS)
    assert len(found["register"]["sha256"]) == 64
    assert found["register"]["counts"]["flows"] == 1
    assert (
        found["scenario"] | {"start": ["V-1"], "kind": "data_theft", "as_of": "2026-06-01", "seed": 1}
        == found["scenario"]
    )
    assert found["method"] == "exact"


def test_chances_are_products_along_a_chain(workbook):
    found = answer(workbook, "--start", "V-1", "--iterations", 100)
    systems = {row["code"]: row for row in found["systems"]}
    assert systems["S-1"]["probability"] == pytest.approx(0.3)
    assert systems["S-2"]["probability"] == pytest.approx(0.15)
    assert systems["S-2"]["route"] == ["V-1", "S-1", "S-2"]
    assert systems["S-2"]["facts"] == ["A-1", "L-1"]
    dataset = found["datasets"][0]
    assert dataset["probability"] == pytest.approx(1 - (1 - 0.7) * (1 - 0.3 * 0.7))


def test_the_same_seed_gives_the_same_digits(workbook):
    options = (workbook, "--start", "V-1", "--iterations", 300, "--as-of", "2026-06-01")
    assert answer(*options, "--seed", 7) == answer(*options, "--seed", 7)
    assert answer(*options, "--seed", 7)["people"] != answer(*options, "--seed", 8)["people"]


def test_parameters_can_be_set_for_one_run(workbook):
    found = answer(
        workbook, "--start", "V-1", "--set", "probability=1", "--set", "exposed_fraction=1", "--iterations", 8
    )
    assert found["people"]["mean"] == 100
    assert found["scenario"]["overrides"] == {"probability": "1", "exposed_fraction": "1"}


def test_facts_can_be_changed_for_one_run(workbook):
    found = answer(workbook, "--start", "V-1", "--what-if", "cut:A-1", "--iterations", 8)
    assert found["systems"] == []


def test_the_summary_can_be_read_by_a_person(workbook):
    result = run(workbook, "--start", "V-1", "--iterations", 500)
    assert result.exit_code == 0
    assert "Blast radius of V-1" in result.stdout
    assert "V-1 > S-1 > S-2" in result.stdout
    assert "Cost (USD)" in result.stdout
    assert "warning(s)" in result.stdout


def test_a_json_file_is_written_beside_the_summary(workbook, tmp_path):
    target = tmp_path / "answer.json"
    result = run(workbook, "--start", "V-1", "--iterations", 100, "--json", target)
    assert result.exit_code == 0
    assert sorted(json.loads(target.read_text(encoding="utf-8"))) == sorted(KEYS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.json", "register.xlsx"]


def test_every_problem_of_the_options_is_told(workbook):
    result = run(
        workbook, "--start", "V-9", "--start", "S-8", "--set", "exposure.pivot=2", "--set", "nonsense", "--what-if", "cut",
        "--iterations", 0,
    )  # fmt: skip
    assert result.exit_code == 2
    assert result.stdout == ""
    for words in ("exposure.pivot", "nonsense", "what-if", "V-9", "S-8", "iterations"):
        assert words in result.stderr


def test_every_unknown_start_is_told(workbook):
    result = run(workbook, "--start", "V-9", "--start", "S-8", "--seed", "-1")
    assert result.exit_code == 2
    assert all(words in result.stderr for words in ("V-9", "S-8", "seed"))


def test_every_problem_of_the_register_is_told_with_its_place(tmp_path):
    broken = dataclasses.replace(
        chain(), vendors=(Vendor(code="V-1", name="One"), Vendor(code="V-2", name="one")),
        flows=(flow("F-1", "S-1", "V-1", people_share=0.5), flow("F-2", "V-1", "V-1")),
    )  # fmt: skip
    path = tmp_path / "broken.xlsx"
    path.write_bytes(write(broken))
    result = run(path, "--start", "V-1")
    assert result.exit_code == 2
    assert "Vendors, row 3, column name" in result.stderr
    assert "Flows, row 3, column recipient" in result.stderr


def test_a_file_that_is_not_there_is_told(tmp_path):
    result = run(tmp_path / "nothing.xlsx", "--start", "V-1")
    assert result.exit_code == 2
    assert "nothing.xlsx" in result.stderr


def test_a_place_that_cannot_be_written_is_told(workbook, tmp_path):
    result = run(workbook, "--start", "V-1", "--iterations", 8, "--json", tmp_path / "missing" / "answer.json")
    assert result.exit_code == 2
    assert "answer.json" in result.stderr


def test_an_interruption_leaves_the_old_answer_whole(workbook, tmp_path, monkeypatch):
    target = tmp_path / "answer.json"
    target.write_text("old", encoding="utf-8")

    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    result = run(workbook, "--start", "V-1", "--iterations", 8, "--json", target)
    assert result.exit_code == 130
    assert target.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.json", "register.xlsx"]


def test_the_command_needs_no_database(workbook, tmp_path):
    environment = os.environ | {
        "REGISTRY_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none",
        "REGISTRY_DATA_DIR": str(tmp_path / "data"),
        "REGISTRY_SECRET_KEY": "x" * 64,
    }
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "registry", "blast", str(workbook), "--start", "V-1", "--iterations", "8", "--json", "-"],
        capture_output=True, text=True, env=environment, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["method"] == "exact"


def test_a_budget_buys_the_planned_controls_that_help_most(tmp_path):
    planned = dataclasses.replace(
        chain(),
        placements=(
            Placement(control="TOKEN_BINDING", fact="A-1", state=ControlState.PLANNED_FUNDED, cost_once=500.0),
            Placement(control="EXPORT_LIMIT", fact="F-1", state=ControlState.PLANNED_UNFUNDED),
        ),
        datasets=tuple(dataclasses.replace(row, people=None) for row in chain().datasets),
    )
    path = tmp_path / "register.xlsx"
    path.write_bytes(write(planned))
    target = tmp_path / "answer.json"
    result = run(path, "--start", "V-1", "--iterations", 500, "--budget", 500, "--json", target)
    assert result.exit_code == 0, result.stderr
    plan = json.loads(target.read_text(encoding="utf-8"))["plan"]
    assert plan["chosen"] == [{"control": "TOKEN_BINDING", "fact": "A-1"}]
    assert (plan["is_proven"], plan["unpriced"]) == (True, [{"control": "EXPORT_LIMIT", "fact": "F-1"}])
    assert plan["loss_after"] < plan["loss_before"]
    for words in (
        "Best use of 500 USD: TOKEN_BINDING on A-1",
        "without a registered cost: EXPORT_LIMIT on F-1",
        "people assumed",
    ):
        assert words in result.stdout
    refused = run(path, "--start", "V-1", "--budget", -1)
    assert refused.exit_code == 2
    assert "--budget" in refused.stderr
