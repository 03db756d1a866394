"""Long files: read and written by jobs that can be watched, stopped, killed and left alone."""

import io
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from registry.core import clock, heartbeat, jobrun, jobs
from registry.core.actor import Role
from registry.core.db import db, writing
from registry.core.register import current
from registry.importing import longwork
from registry.jobs import child
from registry.models.audit import AuditEntry
from registry.models.importing import ImportRun, ImportState
from registry.models.jobs import Job, JobState
from registry.models.vendors import Vendor
from tests.conftest import NOON
from tests.people import make_person, sign_in
from tests.reading import reads_here

__all__ = ["reads_here"]

LIST = b"name,country\n" + b"".join(b"Vendor %d,DE\n" % number for number in range(2_400))


@pytest.fixture
def browser(db_app, monkeypatch):
    """An administrator, every file being a long one, and a process for long work that was seen just now."""
    db_app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(longwork, "BYTES_AT_ONCE", 1_000)
    with writing():
        heartbeat.beat("jobs")
    return sign_in(db_app, make_person("Ann Example", Role.ADMINISTRATOR))


def upload(browser, content=LIST, name="Vendors.csv"):
    reply = browser.post("/imports", data={"file": (io.BytesIO(content), name)})
    assert reply.status_code == 303, reply.text
    return reply.headers["Location"]


def work_off(steps=None):
    """Do the job that waits, as the process for long work does; collect what it says on the way."""
    claim = jobrun.claim_next()
    assert claim is not None
    if steps is not None:
        real = jobrun.JobRun.progress

        def told(run, share, words):
            steps.append((share, words))
            real(run, share, words)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jobrun.JobRun, "progress", told)
            child.do(claim.job_id, claim.token)
    else:
        child.do(claim.job_id, claim.token)
    return claim.job_id


def run():
    db.session.expire_all()
    return db.session.scalar(select(ImportRun))


@pytest.mark.usefixtures("reads_here")
def test_a_long_file_is_read_and_written_while_the_person_is_elsewhere(browser):
    where = upload(browser)
    page = browser.get(where).text
    assert "is being read. You may leave" in page
    assert "hx-get" in page
    assert "Reading" in browser.get("/imports").text
    steps = []
    work_off(steps)
    assert "Vendors: 2,000 of 2,401 rows" in [words for _, words in steps]
    assert [share for share, _ in steps] == sorted(share for share, _ in steps)
    assert "2,400 new, 0 changed" in browser.get(where).text
    for _ in range(2):  # a double click is one job
        browser.post(f"{where}/commit")
    assert "is being imported, all of it or nothing" in browser.get(where).text
    assert "Being written" in browser.get("/imports").text
    work_off()
    assert jobrun.claim_next() is None
    assert "This file was imported: 2,400 new" in browser.get(where).text
    assert len(current().register.vendors) == 2_400
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert [act for act in acts if act.startswith("import.")] == [
        "import.ask", "import.check", "import.ask", "import.commit",
    ]  # fmt: skip


@pytest.mark.usefixtures("reads_here")
def test_without_a_process_for_long_work_it_is_done_at_once_and_said(browser):
    clock.set_clock(browser.application.extensions, lambda: NOON + timedelta(minutes=2))
    where = upload(browser)
    assert "No process for long work is running, so this was done at once" in browser.get(where).text
    browser.post(f"{where}/commit")
    assert db.session.scalar(select(func.count()).select_from(Vendor)) == 2_400
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


@pytest.mark.usefixtures("reads_here")
def test_answers_that_mend_a_long_file_are_worked_in_by_a_job_too(browser):
    where = upload(browser, LIST + b"One,Germny\n")
    work_off()
    assert "1 error stands in the way" in browser.get(where).text
    browser.post(f"{where}/mend", data={"cell|Vendors|2402|country": "DE", "was|Vendors|2402|country": "Germny"})
    assert run().state is ImportState.READING
    work_off()
    assert "2,401 new" in browser.get(where).text


@pytest.mark.usefixtures("reads_here")
def test_a_stopped_reading_can_begin_again_and_a_discarded_one_ends(browser):
    where = upload(browser)
    browser.post(f"{where}/stop")
    page = browser.get(where).text
    assert "was not read to its end" in page
    assert "Not read" in browser.get("/imports").text
    assert jobrun.claim_next() is None
    browser.post(f"{where}/mend")
    claim = jobrun.claim_next()
    browser.post(f"{where}/discard")
    child.do(claim.job_id, claim.token)
    assert run().state is ImportState.DISCARDED
    assert db.session.get(Job, claim.job_id).state is JobState.CANCELLED
    assert "To stop" not in browser.post(f"{where}/stop", follow_redirects=True).text


@pytest.mark.usefixtures("reads_here")
def test_a_register_that_moved_on_stops_the_writing_and_says_so(browser):
    where = upload(browser)
    work_off()
    browser.post(f"{where}/commit")
    browser.post("/vendors/new", data={"name": "Somebody else", "relationship": "direct"})
    assert db.session.scalar(select(func.count()).select_from(Vendor)) == 1
    work_off()
    page = browser.get(where).text
    assert "The register changed since this preview" in page
    assert "Check the file again" in page
    assert db.session.scalar(select(func.count()).select_from(Vendor)) == 1


def test_a_killed_process_leaves_nothing_and_the_job_is_done_by_the_next(browser, monkeypatch):
    """A real process, killed after a part of its rows were written within the act."""
    where = upload(browser)
    work_off()
    browser.post(f"{where}/commit")
    settings = browser.application.extensions["settings"]
    claim = jobrun.claim_next()
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from sqlalchemy import event\n"
        "from registry import create_app\n"
        "from registry.core.db import db\n"
        "from registry.jobs import child\n"
        "from registry.settings import Settings\n"
        "app = create_app(Settings(data_dir=Path(sys.argv[1]), secret_key='x' * 40, database_url=sys.argv[2]))\n"
        "def stop(_connection, _cursor, statement, *_rest):\n"
        "    if 'insert into vendor' in statement.lower():\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "with app.app_context():\n"
        "    event.listen(db.engine, 'after_cursor_execute', stop)\n"
        "    child.do(int(sys.argv[3]), sys.argv[4])\n"
    )
    command = [
        sys.executable, "-c", script, str(settings.data_dir), settings.database_url, str(claim.job_id), claim.token,
    ]  # fmt: skip
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": "."}, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert db.session.scalar(select(func.count()).select_from(Vendor)) == 0
    jobrun.fail(claim, "Its process was ended.")
    monkeypatch.setattr(clock, "now", lambda real=clock.now: real() + jobrun.LEASE * 10)
    work_off()
    assert db.session.scalar(select(func.count()).select_from(Vendor)) == 2_400
    assert run().state is ImportState.COMMITTED
    assert jobs.kind_of("import.write") is longwork.WRITE
