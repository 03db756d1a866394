"""What a request may do to the database, what it is called in logs, and that nothing of it stays behind."""

import json
from collections.abc import Callable

import pytest
import structlog
from flask import Flask

from registry.core import db as core_db
from registry.core import logs
from registry.core.access import public
from registry.settings import Settings, current_settings


@pytest.fixture
def answering(app: Flask) -> Callable[[str], dict[str, object]]:
    """Sends a request and returns what its view saw."""

    @public
    def view() -> dict[str, object]:
        return {"may_write": core_db.may_write(), "request_id": logs.request_id()}

    app._got_first_request = False  # the fixture's application may be asked before
    app.add_url_rule("/_seen", "seen", view, methods=["GET", "POST", "PUT", "DELETE"])
    app.config["WTF_CSRF_ENABLED"] = False

    def ask(method: str) -> dict[str, object]:
        answer = app.test_client().open("/_seen", method=method, headers={"X-Request-ID": "forged"})
        assert answer.status_code == 200, answer.text
        return {**answer.get_json(), "header": answer.headers["X-Request-ID"]}

    return ask


@pytest.mark.parametrize(("method", "allowed"), [("GET", False), ("POST", True), ("PUT", True), ("DELETE", True)])
def test_the_method_of_a_request_says_whether_it_may_write(
    method: str, allowed: bool, answering: Callable[[str], dict[str, object]]
):
    assert answering(method)["may_write"] is allowed
    assert core_db.may_write() is False
    assert answering("GET")["may_write"] is False


def test_a_request_has_an_id_of_ours_and_answers_with_it(answering: Callable[[str], dict[str, object]]):
    first, second = answering("GET"), answering("GET")
    assert first["request_id"] == first["header"] != second["header"]
    assert first["header"] != "forged"
    assert logs.request_id() is None


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_log_line_is_one_line_without_secrets(log_format: str, app: Flask, capsys: pytest.CaptureFixture[str]):
    logs.configure(Settings(data_dir=current_settings().data_dir, log_format=log_format))
    structlog.contextvars.bind_contextvars(request_id="r1")
    logs.get_logger("test").info("sign_in_refused", person_id=7, name="a\nb forged=1", token="t0p", reset_token="t0p")
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "t0p" not in line
    assert "sign_in_refused" in line
    if log_format == "json":
        assert json.loads(line)["request_id"] == "r1"
    structlog.contextvars.clear_contextvars()


def test_the_application_opens_no_connection_when_it_is_made(tmp_path):
    from registry import create_app

    create_app(Settings(data_dir=tmp_path, secret_key="x" * 40))
    assert not (tmp_path / "registry.sqlite3").exists()
