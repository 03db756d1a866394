"""Settings are read once, typed, and refuse a start with every problem listed."""

from datetime import timedelta
from pathlib import Path

import pytest

from registry.core.files import installation_secret
from registry.settings import PREFIX, SECRETS, Settings, SettingsError

SECRET = "a secret only for tests, long enough to pass"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch):
    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"{PREFIX}{name}", value)

    return put


def problems() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.read()
    return list(caught.value.problems)


def test_nothing_has_to_be_set_for_one_machine():
    settings = Settings.read()
    assert settings.uses_sqlite
    assert settings.on_loopback
    assert settings.database_address.endswith("instance/registry.sqlite3")


def test_every_problem_is_listed_at_once(environment):
    environment(THREADS="many", SESION_IDLE="3", LOG_FORMAT="loud", PUBLIC_URL="ftp://x", DATABASE_URL="mysql://x/y")
    found = problems()
    assert len(found) == 5
    for name in ("THREADS", "SESION_IDLE is no setting", "LOG_FORMAT", "PUBLIC_URL", "DATABASE_URL"):
        assert any(name in problem for problem in found), name


def test_a_wrong_value_is_not_repeated_in_the_message(environment):
    environment(SECRET_KEY="tooshortsecret")
    (problem,) = problems()
    assert "SECRET_KEY" in problem
    assert "tooshortsecret" not in problem


def test_names_of_tests_are_no_settings(environment):
    environment(TEST_PG_URL="x")
    Settings.read()


def test_values_are_typed(environment):
    environment(SESSION_IDLE="15", MAIL_ALLOW="a@example.org, b@example.org", DEMO="yes", DATA_DIR="/tmp/x")
    settings = Settings.read()
    assert settings.session_idle == timedelta(minutes=15)
    assert settings.mail_allow == ("a@example.org", "b@example.org")
    assert settings.demo is True
    assert settings.data_dir == Path("/tmp/x")
    with pytest.raises(ValueError, match="frozen"):
        settings.demo = False


def test_a_secret_can_come_from_a_file(environment, tmp_path: Path):
    (tmp_path / "key").write_text(f"{SECRET}\n")
    environment(SECRET_KEY_FILE=str(tmp_path / "key"))
    assert Settings.read().secret_key == SECRET
    assert SECRET not in repr(Settings.read())


def test_a_secret_file_that_cannot_be_read_is_named_beside_other_problems(environment, tmp_path: Path):
    environment(SECRET_KEY_FILE=str(tmp_path / "nothing"), NONSENSE="1")
    found = problems()
    assert [problem.split()[0] for problem in found] == ["REGISTRY_NONSENSE", "REGISTRY_SECRET_KEY_FILE:"]


@pytest.mark.parametrize("interface", ["0.0.0.0", "::", "192.168.1.4", "example.org"])
def test_the_demo_is_refused_off_loopback(interface: str, environment):
    environment(DEMO="1", BIND=interface, SECRET_KEY=SECRET)
    (problem,) = problems()
    assert "DEMO" in problem


@pytest.mark.parametrize(
    "values", [{"BIND": "0.0.0.0"}, {"DATABASE_URL": "postgresql+psycopg://a@127.0.0.1/b"}], ids=["open", "postgres"]
)
def test_a_secret_is_asked_for_beyond_one_machine(values: dict[str, str], environment):
    environment(**values)
    (problem,) = problems()
    assert "SECRET_KEY" in problem
    environment(SECRET_KEY=SECRET)
    Settings.read()


def test_an_installation_makes_a_secret_of_its_own_and_keeps_it(tmp_path: Path):
    first = installation_secret(tmp_path)
    assert installation_secret(tmp_path) == first
    assert len(first) >= 32
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["secret_key"]
    assert installation_secret(tmp_path / "other") != first


def test_every_setting_says_what_it_is():
    for name, field in Settings.model_fields.items():
        assert field.description, name
    assert set(Settings.model_fields) >= SECRETS
