"""`./run` serves on a free port, refuses an open demo, and leaves nothing running."""

import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import commands
import database
import pytest
import serving
import trial
from environment import SetUpFailed

PYTHON = Path(sys.executable)


@pytest.fixture
def place(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("REGISTRY_") and not name.startswith("REGISTRY_TEST_")]:
        monkeypatch.delenv(name)
    return serving.Place(host="127.0.0.1", port=0, data=tmp_path / "data", wants_demo=True)


def test_a_busy_port_is_told_and_the_next_is_taken(capsys):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = busy.getsockname()[1]
        port = serving.free_port("127.0.0.1", taken)
    assert port > taken
    assert f"Port {taken} is busy; taking {port}." in capsys.readouterr().err


def test_a_foreign_address_is_refused_with_the_option_to_change():
    with pytest.raises(SetUpFailed, match="--host"):
        serving.free_port("192.0.2.1", 8000)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_the_demo_is_not_shown_to_other_machines(tmp_path, host):
    place = serving.Place(host=host, port=8000, data=tmp_path, wants_demo=True)
    with pytest.raises(SetUpFailed, match="--no-demo"), serving.running(PYTHON, place):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_newest_migration_is_read_from_its_file():
    assert f"{database.head()}_" in max(path.name for path in database.VERSIONS.glob("[0-9]*.py"))


def test_tables_are_current_only_at_the_newest_revision(tmp_path):
    assert not database.is_current(tmp_path, {})
    with sqlite3.connect(tmp_path / "registry.sqlite3") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0000')")
    connection.close()
    assert not database.is_current(tmp_path, {})
    with sqlite3.connect(tmp_path / "registry.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [database.head()])
    connection.close()
    assert database.is_current(tmp_path, {})
    assert not database.is_current(tmp_path, {"REGISTRY_DATABASE_URL": "postgresql+psycopg://somewhere/else"})


def test_a_broken_database_file_is_left_to_the_migration_to_explain(tmp_path):
    (tmp_path / "registry.sqlite3").write_text("this is no database")
    assert not database.is_current(tmp_path, {})


@pytest.mark.parametrize(
    ("arguments", "needs"),
    [
        (["blast", "register.xlsx"], False),
        (["portfolio", "register.xlsx"], False),
        (["user", "add"], True),
        (["user", "--help"], False),
        (["db", "upgrade"], False),
    ],
)
def test_only_commands_that_use_tables_wait_for_them(tmp_path, arguments, needs):
    assert database.needs_upgrade(arguments, tmp_path, {}) is needs


def test_options_and_commands_are_told_apart_by_the_first_dash(monkeypatch):
    asked = []
    monkeypatch.setattr(commands, "command_line", lambda arguments: asked.append(arguments) or 0)
    assert commands.run(["blast", "register.xlsx", "--json", "-"]) == 0
    assert asked == [["blast", "register.xlsx", "--json", "-"]]


def test_the_visitor_finds_the_form_with_a_password():
    page = trial.Page(
        '<a href="/vendors#top">Vendors</a><form><input name="q"></form>'
        '<form><input type="hidden" name="csrf_token" value="x"><input type="email" name="email">'
        '<input type="password" name="password"></form>'
    )
    assert page.links == ["/vendors"]
    assert page.form_with_password() == {"csrf_token": "x", "email": "", "password": ""}


def test_a_page_without_a_password_is_no_sign_in():
    with pytest.raises(SetUpFailed, match="no form with a password"):
        trial.Page("<form><input name='q'></form>").form_with_password()


@pytest.mark.slow
def test_a_first_start_serves_the_demo_and_stops_when_asked(place):
    with serving.running(PYTHON, place) as server:
        with urllib.request.urlopen(f"{server.url}/healthz", timeout=10) as answer:
            assert answer.status == 200
        accounts = place.data / serving.ACCOUNTS_FILE
        assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
        shown = serving.welcome(server.url, place.data)
        email, password = trial.ciso(accounts)
        assert server.url in shown
        assert email in shown
        assert password in shown
        assert "VALUES" not in shown
        processes = server.processes
    assert all(process.poll() is not None for process in processes.values())


@pytest.mark.slow
def test_settings_that_cannot_be_used_are_told_without_a_traceback(place, capfd):
    open_place = serving.Place(host="0.0.0.0", port=0, data=place.data, wants_demo=False)
    with pytest.raises(SetUpFailed, match="lines above"):
        serving.prepare(PYTHON, open_place)
    told = capfd.readouterr().err
    assert "REGISTRY_SECRET_KEY: is needed on an open interface" in told
    assert "Traceback" not in told


@pytest.mark.slow
def test_a_register_begun_without_demo_stays_without(place):
    empty = serving.Place(host=place.host, port=0, data=place.data, wants_demo=False)
    variables = serving.prepare(PYTHON, empty)
    assert "REGISTRY_DEMO" not in variables
    assert not (place.data / serving.ACCOUNTS_FILE).exists()


@pytest.mark.slow
def test_control_c_stops_the_server_as_well(place, tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(Path(serving.__file__).parent)!r})\n"
        "import serving; from pathlib import Path\n"
        f"place = serving.Place(host='127.0.0.1', port=0, data=Path({str(place.data)!r}), wants_demo=True)\n"
        f"sys.exit(serving.run(Path({sys.executable!r}), place))\n"
    )
    # nothing but a file takes the output, so that a server left behind could not hold this test
    with (tmp_path / "said").open("w+") as said:
        run = subprocess.Popen([sys.executable, "-u", "-c", code], stdout=said, stderr=said, text=True)
        url = wait_for_url(run, tmp_path / "said")
        run.send_signal(signal.SIGINT)
        assert run.wait(30) == 0
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{url}/healthz", timeout=5)


def wait_for_url(run, file):
    while run.poll() is None:
        for line in file.read_text().splitlines():
            if "The registry is at" in line:
                return line.split()[-1]
        try:
            run.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    pytest.fail(file.read_text())
