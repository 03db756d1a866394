"""`./run portfolio`: answers from a file alone, refuses with every problem, leaves nothing half written."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry.cli.portfolio import portfolio
from registry.domain.register.facts import Contract, Organisation, Placement, Vendor
from registry.domain.register.vocabulary import ControlState, Lifecycle
from reports.register_file import write
from tests.domain.registers import flow, register_of

ROOT = Path(__file__).parents[2]
KEYS = {
    "register", "warnings", "question", "worlds", "currency", "appetite", "events_per_year", "quiet_chance", "figures",
    "annual", "occurrence", "tail_contributions_sum", "net", "vendors",
}  # fmt: skip
FIGURES = {"expected", "median", "var_90", "var_95", "var_99", "tail_mean_95", "appetite_exceeded", "quiet"}
SMALL = ("--years", "640", "--set", "constant.parameter_sets=2", "--set", "constant.worlds_per_parameter_set=64")


def company():
    register = register_of(
        flow("F-1", "S-1", "V-1", people_share=0.5),
        flow("F-2", "V-1", "V-2"),
        contracts=(Contract(code="K-1", vendor="V-1", reference="MSA", liability_cap=1000.0),),
        organisation=Organisation(name="Example", sector="retail", country="DE", annual_revenue=1e9, risk_appetite=1e5),
    )
    prospect = Vendor(code="V-3", name="Perhaps", lifecycle=Lifecycle.PROSPECT)
    return dataclasses.replace(register, vendors=(*register.vendors, prospect))


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "register.xlsx"
    path.write_bytes(write(company()))
    return path


def run(*args):
    return CliRunner().invoke(portfolio, [str(arg) for arg in args])


def answer(*args):
    result = run(*args, "--json", "-")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_the_answer_has_the_keys_that_the_help_names(workbook):
    found = answer(workbook, *SMALL, "--as-of", "2026-06-01")
    assert found.keys() == KEYS
    assert found["figures"].keys() == FIGURES
    assert all(figure.keys() == {"value", "stderr", "low", "high"} for figure in found["figures"].values())
    help_text = run("--help").stdout
    assert [key for key in (*KEYS, *FIGURES) if key not in help_text] == []
    assert all(key in help_text for row in found["vendors"] for key in row)
    assert found["question"]["as_of"] == "2026-06-01"
    assert found["question"]["overrides"] == {"constant.parameter_sets": "2", "constant.worlds_per_parameter_set": "64"}
    assert found["net"]["vendors_with_cap"] == 1
    assert [row["counts"] for row in found["vendors"]] == [True, True, False]
    assert {row["code"] for row in found["warnings"]} >= {"unknown_posture"}


def test_the_same_seed_gives_the_same_digits(workbook):
    options = (workbook, *SMALL, "--as-of", "2026-06-01")
    assert answer(*options, "--seed", 7) == answer(*options, "--seed", 7)
    assert answer(*options, "--seed", 7)["figures"] != answer(*options, "--seed", 8)["figures"]


def test_without_a_band_there_are_no_bounds(workbook):
    found = answer(workbook, "--years", 640, "--no-band")
    assert {figure["low"] for figure in found["figures"].values()} == {None}
    assert found["question"]["has_band"] is False


def test_the_summary_can_be_read_by_a_person(workbook):
    result = run(workbook, *SMALL)
    assert result.exit_code == 0
    for words in (
        "Portfolio of 2 vendors",
        "expected loss",
        "1 year in 100",
        "risk appetite",
        "listed, not counted: V-3",
    ):
        assert words in result.stdout
    assert "After what insurer and vendors pay back (1 vendor(s)" in result.stdout


def test_every_problem_of_the_options_is_told(workbook):
    result = run(workbook, "--years", 3, "--seed", -1, "--set", "nonsense", "--set", "exposure.pivot=2")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert all(words in result.stderr for words in ("years", "seed", "nonsense", "exposure.pivot"))


def test_every_problem_of_the_register_is_told_with_its_place(tmp_path):
    broken = dataclasses.replace(
        company(), vendors=(Vendor(code="V-1", name="One"), Vendor(code="V-2", name="one")),
        flows=(flow("F-1", "S-1", "V-1", people_share=0.5), flow("F-2", "V-1", "V-1")),
    )  # fmt: skip
    path = tmp_path / "broken.xlsx"
    path.write_bytes(write(broken))
    result = run(path)
    assert result.exit_code == 2
    assert "Vendors, row 3, column name" in result.stderr
    assert "Flows, row 3, column recipient" in result.stderr


def test_a_file_that_is_not_there_is_told(tmp_path):
    result = run(tmp_path / "nothing.xlsx")
    assert result.exit_code == 2
    assert "nothing.xlsx" in result.stderr


def test_an_interruption_leaves_the_old_answer_whole(workbook, tmp_path, monkeypatch):
    target = tmp_path / "answer.json"
    target.write_text("old", encoding="utf-8")

    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    result = run(workbook, *SMALL, "--json", target)
    assert result.exit_code == 130
    assert target.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.json", "register.xlsx"]


@pytest.mark.parametrize("command", ["blast", "portfolio"])
def test_one_shot_commands_start_without_the_application(workbook, command, tmp_path):
    options = {"blast": ("--start", "V-1", "--iterations", "8"), "portfolio": ("--no-band", "--years", "64")}[command]
    line = [
        sys.executable, "-X", "importtime", "-P", str(ROOT / "registry/bootstrap/command_line.py"), "--app",
        str(ROOT / "registry"), command, str(workbook), *options, "--json", "-",
    ]  # fmt: skip
    done = subprocess.run(line, capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout)["register"]["counts"]["flows"] == 2
    loaded = {row.rpartition("|")[2].strip() for row in done.stderr.splitlines()}
    assert "registry.domain" in loaded
    assert loaded.isdisjoint({"registry.app", "registry.core.db", "sqlalchemy"})


def test_a_budget_buys_what_lowers_a_year_most(tmp_path):
    planned = dataclasses.replace(
        company(), placements=(Placement(control="EDR", fact="F-1", state=ControlState.PLANNED_FUNDED, cost_per_year=10.0),)
    )  # fmt: skip
    path = tmp_path / "register.xlsx"
    path.write_bytes(write(planned))
    result = run(path, *SMALL, "--no-band", "--budget", 30, "--json", "-")
    assert result.exit_code == 0, result.stderr
    plan = json.loads(result.stdout)["plan"]
    assert (plan["cost"], plan["chosen"]) == (30.0, [{"control": "EDR", "fact": "F-1"}])
    assert plan["loss_after"] < plan["loss_before"]
