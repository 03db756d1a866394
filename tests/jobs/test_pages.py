"""The pages of long work: what they show, the part that renews itself, who may stop what."""

import pytest
from flask import Flask

from registry.core import jobrun, jobs
from registry.core.actor import Actor, Role
from registry.core.db import db
from registry.core.heartbeat import beat
from tests.jobs.conftest import enqueue
from tests.jobs.kinds import KINDS
from tests.people import make_person, sign_in


@pytest.fixture
def ann(app: Flask):
    jobs.init_app(app, KINDS)
    app.config["WTF_CSRF_ENABLED"] = False
    return make_person("Ann Example", Role.VENDOR_MANAGER)


def test_without_jobs_the_page_says_what_would_be_here_and_that_nobody_works(app, ann):
    text = sign_in(app, ann).get("/jobs").text
    assert "No jobs yet" in text
    assert "The scheduler has never run" in text


def test_the_part_renews_itself_while_the_job_is_open_and_reloads_the_page_at_its_end(app, ann):
    client = sign_in(app, ann)
    job_id = enqueue(ann.actor, "test.count", {"steps": 1})
    part = client.get(f"/jobs/{job_id}/progress", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in part.text
    assert "HX-Refresh" not in part.headers
    claim = jobrun.claim_next()
    run = jobrun.JobRun(job_id, claim.token, {}, ann.actor)
    run.progress(0.25, "One <b>quarter</b>")
    assert "25 %" in client.get(f"/jobs/{job_id}").text
    assert "One &lt;b&gt;quarter" in client.get("/jobs?show=open").text
    jobrun.finish(run, {"view": 7})
    db.session.remove()
    part = client.get(f"/jobs/{job_id}/progress", headers={"HX-Request": "true"})
    assert "hx-trigger" not in part.text
    assert part.headers["HX-Refresh"] == "true"
    assert "HX-Refresh" not in client.get(f"/jobs/{job_id}/progress").headers
    assert 'href="/x/7"' in client.get(f"/jobs/{job_id}").text


def test_one_s_own_job_can_be_stopped_and_begun_again_on_its_page(app, ann):
    client = sign_in(app, ann)
    job_id = enqueue(ann.actor, "test.count", {"steps": 1})
    assert "Stop this job?" in client.get(f"/jobs/{job_id}").text
    assert client.post(f"/jobs/{job_id}/cancel").location == f"/jobs/{job_id}"
    assert "Begin again" in client.get(f"/jobs/{job_id}").text
    assert client.post(f"/jobs/{job_id}/cancel").status_code == 422
    assert client.post(f"/jobs/{job_id}/again").status_code == 303


def test_a_stranger_gets_404_and_an_auditor_looks_but_does_not_touch(app, ann):
    job_id = enqueue(ann.actor, "test.count", {"steps": 1})
    stranger = sign_in(app, make_person("Charlie Example", Role.CONTRIBUTOR))
    for path in (f"/jobs/{job_id}", f"/jobs/{job_id}/progress"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/jobs/{job_id}/cancel").status_code == 404
    auditor = sign_in(app, make_person("Una Example", Role.AUDITOR))
    assert "Stop this job?" not in auditor.get(f"/jobs/{job_id}").text
    assert auditor.post(f"/jobs/{job_id}/cancel").status_code == 404


def test_a_job_of_another_release_is_listed_by_its_name(app, ann):
    enqueue(Actor.system("tests"), "test.count", {"steps": 1})
    jobs.init_app(app, ())
    assert "test.count" in sign_in(app, make_person("Ada Example", Role.CISO)).get("/jobs").text


def test_the_ticks_are_shown_with_what_went_wrong(app, ann):
    beat("mail", error="The mail server is <gone>.")
    assert "The mail server is &lt;gone&gt;." in sign_in(app, ann).get("/jobs").text
