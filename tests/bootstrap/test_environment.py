"""The virtual environment is complete and from checked files, or it is not there."""

import ast
import subprocess
import sys
from pathlib import Path

import bootstrap
import environment
import pytest

BOOTSTRAP = Path(environment.__file__).parent

READY = """
import sys
from pathlib import Path
sys.path.insert(0, {bootstrap!r})
import environment
environment.ROOT = Path({root!r})
print(environment.ready("run"))
"""


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout whose locks ask for nothing, so that a set-up needs no network."""
    for name in environment.LOCKS.values():
        (tmp_path / name).write_text("# nothing\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setenv("REGISTRY_TEST_VENV", str(tmp_path / "environment"))
    return tmp_path


def test_the_first_file_can_be_read_by_old_pythons():
    ast.parse((BOOTSTRAP / "bootstrap.py").read_text(), feature_version=(3, 4))


def test_an_old_python_gets_a_sentence_and_no_traceback(tmp_path):
    old = "import sys, runpy; sys.version_info = (3, 9, 2); sys.argv = ['bootstrap.py', 'run']; runpy.run_path({!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", old.format(str(BOOTSTRAP / "bootstrap.py"))],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The registry needs Python 3.11 to 3.14; this is Python 3.9")
    assert "Traceback" not in done.stderr


def test_an_old_python_hands_over_to_a_new_one(tmp_path, monkeypatch):
    (tmp_path / "python3.12").write_text("#!/bin/sh\nexit 127\n")  # a shim without a Python behind it
    (tmp_path / "python3.12").chmod(0o755)
    (tmp_path / "python3.11").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Path(bootstrap.find_python()).exists() == bootstrap.suits(sys.version_info)


@pytest.mark.parametrize(
    ("version", "suits"),
    [((3, 9, 2), False), ((3, 11, 0), True), ((3, 14, 1), True), ((3, 15, 0), False), ((4, 0), False)],
)
def test_only_versions_with_wheels_suit(version, suits):
    assert bootstrap.suits(version) is suits


def test_the_pip_wheel_is_the_pinned_one():
    environment.check_pip()


def test_another_pip_wheel_is_refused(tmp_path, monkeypatch):
    wheel = tmp_path / environment.PIP_WHEEL.name
    wheel.write_bytes(environment.PIP_WHEEL.read_bytes() + b"\0")
    monkeypatch.setattr(environment, "PIP_WHEEL", wheel)
    with pytest.raises(environment.SetUpFailed, match="is not the file it should be"):
        environment.check_pip()


def test_the_development_lock_holds_everything_of_the_other():
    def pins(name):
        lines = (environment.ROOT / environment.LOCKS[name]).read_text().splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}

    assert pins("run") <= pins("test")


def test_a_set_up_is_made_once(checkout, capfd):
    python = environment.ready("run")
    assert python.exists()
    assert environment.ready("run") == python
    told = capfd.readouterr()
    assert told.err.count("Setting up") == 1
    assert told.out == ""


def test_it_has_no_pip_of_its_own(checkout):
    python = environment.ready("run")
    assert subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("changed", ["lock", "pip", "python"])
def test_it_is_made_anew_when_what_it_was_made_from_changes(checkout, monkeypatch, changed):
    environment.ready("run")
    assert environment.is_complete(environment.folder(), "run")
    if changed == "lock":
        (checkout / environment.LOCKS["run"]).write_text("# something else\n")
    elif changed == "pip":
        monkeypatch.setattr(environment, "PIP_SHA256", "0" * 64)
    else:
        monkeypatch.setattr(sys, "version", "3.99.0")
    assert not environment.is_complete(environment.folder(), "run")


def test_an_environment_for_tests_also_runs_the_registry_but_not_the_other_way(checkout):
    (checkout / environment.LOCKS["test"]).write_text("# more\n")
    environment.ready("run")
    assert not environment.is_complete(environment.folder(), "test")
    environment.ready("test")
    assert environment.is_complete(environment.folder(), "run")


def test_a_failed_set_up_leaves_no_stamp_and_says_what_to_do(checkout):
    environment.ready("run")
    lock = checkout / environment.LOCKS["run"]
    lock.write_text("no-such-package-of-ours==1.0 --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(environment.SetUpFailed, match="--wheelhouse DIR"):
        environment.ready("run", wheelhouse=checkout)
    assert not list(environment.folder().glob("*.stamp"))
    lock.write_text("# nothing\n")
    assert environment.ready("run").exists()


def test_an_interrupted_set_up_starts_clean(checkout):
    python = environment.ready("run")
    environment.stamp_file(environment.folder(), "run").unlink()
    left_over = environment.folder() / "left-over"
    left_over.touch()
    assert environment.ready("run") == python
    assert not left_over.exists()


def test_two_starts_at_once_make_one_environment(checkout):
    code = READY.format(bootstrap=str(BOOTSTRAP), root=str(checkout))
    starts = [subprocess.Popen([sys.executable, "-c", code], stdout=-1, stderr=-1, text=True) for _ in range(3)]
    told = [start.communicate(timeout=120) for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0]
    assert len({out for out, _ in told}) == 1
    assert sum("Setting up" in err for _, err in told) == 1


def test_settings_that_would_lead_pip_astray_are_left_out_and_the_others_stay(checkout, monkeypatch):
    seen = {}
    monkeypatch.setattr(environment, "call", lambda _command, variables, aim: seen.setdefault(aim, variables))
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example/simple")
    environment.folder().mkdir()
    environment.make(environment.folder(), "run", wheelhouse=None)
    variables = seen["install the locked packages"]
    assert variables["PIP_INDEX_URL"] == "https://packages.example/simple"
    assert "PIP_TARGET" not in variables
