"""`./test` cannot be green by leaving things out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import servers, suite

ROOT = Path(__file__).resolve().parents[2]
INNER = """
import pytest

@pytest.mark.browser
def test_in_a_browser():
    raise AssertionError("this must be left out")

def test_elsewhere():
    pass
"""


def run_inner(folder, **variables):
    (folder / "test_inner.py").write_text(INNER)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    browser: x\n    postgres: x\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REGISTRY_TEST_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-p", "tests.completeness", "-p", "no:randomly", "test_inner.py"]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_a_missing_browser_is_loud_and_fails(tmp_path):
    reasons = json.dumps({"browser": "no chromium: apt-get install chromium"})
    code, said = run_inner(tmp_path, REGISTRY_TEST_NOT_RUN=reasons)
    assert code == 1
    assert "NOT RUN (no chromium): 1 browser tests; install: apt-get install chromium" in said
    assert "1 passed, 1 skipped" in said.splitlines()[-1]


def test_leaving_the_browser_out_on_purpose_passes_and_is_told(tmp_path):
    code, said = run_inner(tmp_path, REGISTRY_TEST_NOT_RUN=json.dumps({"browser": "asked for"}))
    assert code == 0
    assert "left out as asked for: 1 browser tests" in said


def test_a_failed_check_fails_a_suite_whose_tests_pass(tmp_path):
    code, said = run_inner(
        tmp_path,
        REGISTRY_TEST_NOT_RUN=json.dumps({"browser": "asked for"}),
        REGISTRY_TEST_FAILED_CHECKS="mypy, codespell",
    )
    assert code == 1
    assert "FAILED CHECKS: mypy, codespell" in said


def test_fewer_tests_than_there_were_fail_a_full_run(tmp_path):
    reasons = json.dumps({"browser": "asked for"})
    code, said = run_inner(tmp_path, REGISTRY_TEST_NOT_RUN=reasons, REGISTRY_TEST_FULL="1")
    assert code == 1
    assert "ONLY 0 postgres tests passed" in said


def test_options_of_the_driver_and_of_pytest_are_told_apart():
    options, rest = suite.read_options(["--storm", "tests/domain", "-k", "cascade", "--without-browser"])
    assert (options.storm, options.without_browser, options.fast) == (True, True, False)
    assert rest == ["tests/domain", "-k", "cascade"]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], "not bench and not storm"),
        (["--storm"], "not bench"),
        (["--fast"], "not bench and not storm and not slow"),
        (["--bench"], "bench"),
    ],
)
def test_each_option_chooses_its_tests(given, wanted):
    command = suite.pytest_command(*suite.read_options(given))
    assert command[command.index("-m", 3) + 1] == wanted


def test_a_named_browser_and_server_are_taken_as_they_are(monkeypatch):
    monkeypatch.setenv(servers.CHROMIUM_VARIABLE, "/somewhere/chromium")
    monkeypatch.setenv(servers.PG_VARIABLE, "postgresql+psycopg://somewhere/else")
    assert servers.chromium() == "/somewhere/chromium"
    with servers.postgres() as address:
        assert address == "postgresql+psycopg://somewhere/else"


def test_no_browser_anywhere_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.delenv(servers.CHROMIUM_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(servers, "apt_install", lambda _package: False)
    with pytest.raises(servers.Missing, match="no chromium: apt-get install chromium"):
        servers.chromium()


@pytest.mark.slow
@pytest.mark.parametrize("from_the_wheel", [False, True])
def test_a_server_is_started_for_the_suite(from_the_wheel):
    if not from_the_wheel and not servers._postgres_programs():
        pytest.skip("no PostgreSQL programs on this machine; the wheel stands in")
    code = (
        "import sqlalchemy\nfrom tests import servers\n"
        + ("servers._postgres_programs = lambda: None\n" if from_the_wheel else "")
        + "with servers.postgres() as address:\n"
        "    print(sqlalchemy.create_engine(address).connect().exec_driver_sql('SELECT 6 * 7').scalar())\n"
    )
    kept = {name: value for name, value in os.environ.items() if name != servers.PG_VARIABLE}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=kept, capture_output=True, text=True, check=False)
    assert done.stdout.split()[-1:] == ["42"], done.stderr
