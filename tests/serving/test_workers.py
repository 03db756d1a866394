"""Several web workers on PostgreSQL, as the guide says: one sign-in, one limit and one audit chain for all; a clean stop."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.core import audit
from registry.core.actor import Role
from registry.core.db import db, session
from registry.core.throttle import LIMITS
from registry.models import SavedView, WebSession
from registry.settings import current_settings
from tests.people import PASSWORD, Someone, make_person
from tests.serving.served import ROOT, Browser, wait_until_ready

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

GUIDE = ROOT / "registry" / "help" / "pages" / "running-for-real.md"
WORKERS = 2
MOST_REQUESTS = 200  # until both workers have had their turn


@dataclass
class Server:
    """A running gunicorn; its log names the process that answered each request."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def answered(self, method: str, path: str = "") -> Counter[str]:
        """Count the requests of a method by worker."""
        lines = re.findall(rf"^worker=<(\d+)> {method} {path}", self.log.read_text(), re.MULTILINE)
        return Counter(lines)


def options_of_the_guide() -> list[str]:
    """Return the command the guide gives, so that what people copy is what is tried here."""
    command = next(line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("gunicorn "))
    return command.split()[1:]


def replaced(options: list[str], **values: object) -> list[str]:
    changed = list(options)
    for name, value in values.items():
        changed[changed.index(f"--{name}") + 1] = str(value)
    return changed


@pytest.fixture
def server(postgres_app: Flask, tmp_path: Path) -> Iterator[Server]:
    """Start gunicorn with two workers on the PostgreSQL database of this test."""
    settings = current_settings()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "gunicorn.log"
    variables = {
        **os.environ,
        "REGISTRY_DATA_DIR": str(settings.data_dir),
        "REGISTRY_DATABASE_URL": settings.database_url,
        "REGISTRY_SECRET_KEY": settings.secret_key or "",
        "REGISTRY_LOG_FORMAT": "json",
    }
    options = replaced(options_of_the_guide(), workers=WORKERS, bind=f"127.0.0.1:{port}")
    options += ["--access-logfile", str(log), "--access-logformat", "worker=%(p)s %(m)s %(U)s"]
    command = [sys.executable, "-m", "gunicorn", *options]
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(command, env=variables, cwd=ROOT, stdout=said, stderr=said, start_new_session=True)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(process, url, tmp_path / "said")
            yield Server(process, url, log)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(30)


@pytest.fixture
def tomasz(postgres_app: Flask) -> Someone:
    """A vendor manager with a password."""
    someone = make_person("Tomasz Manager", Role.VENDOR_MANAGER)
    db.session.remove()
    return someone


def signed_in(server: Server, someone: Someone) -> Browser:
    browser = Browser(server.url)
    status, page = browser.post("/sign-in", "/sign-in", email=someone.email, password=PASSWORD)
    assert status == 200
    assert someone.name in page
    return browser


def test_a_session_and_writes_are_shared_by_all_workers(server: Server, tomasz: Someone) -> None:
    browser = signed_in(server, tomasz)
    written = 0
    while len(server.answered("POST", "/views")) < WORKERS and written < MOST_REQUESTS:
        written += 1
        form = {"list_name": "vendors", "name": f"View {written}", "query": "q=mail", "back": "/vendors"}
        status, page = browser.post("/views", "/account", **form)
        assert status == 200
        assert f"View {written}" in page  # read back, by whichever worker
    assert len(server.answered("POST", "/views")) == WORKERS
    assert session().scalar(select(func.count()).select_from(SavedView)) == written
    assert audit.verify(session()).is_whole


def test_a_sign_out_at_one_worker_holds_at_all(server: Server, tomasz: Someone) -> None:
    browser = signed_in(server, tomasz)
    stolen = [(cookie.name, cookie.value) for cookie in browser.jar]
    browser.post("/sign-out", "/account")
    assert session().scalar(select(func.count()).select_from(WebSession)) == 0
    before = server.answered("GET", "/account")
    for _ in range(MOST_REQUESTS):
        request = urllib.request.Request(f"{server.url}/account")
        request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in stolen))
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.url.startswith(f"{server.url}/sign-in")
        if len(server.answered("GET", "/account") - before) == WORKERS:
            break
    assert len(server.answered("GET", "/account") - before) == WORKERS


def test_the_limit_on_sign_ins_counts_what_all_workers_saw(server: Server, tomasz: Someone) -> None:
    allowed = LIMITS["sign_in.account"].count
    answers = [
        Browser(server.url).post("/sign-in", "/sign-in", email=tomasz.email, password=f"wrong {attempt} wrong")[1]
        for attempt in range(allowed + 3)
    ]
    refused = ["Too many attempts" in page for page in answers]
    assert refused == [False] * allowed + [True] * 3


def test_it_stops_when_told_and_leaves_nobody_behind(server: Server, tomasz: Someone) -> None:
    signed_in(server, tomasz)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(40) == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(server.process.pid, 0)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{server.url}/healthz", timeout=5)
