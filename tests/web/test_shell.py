"""The frame of every page: headers, sidebar, theme, error pages, and what strange bytes meet."""

import pytest
from flask import abort
from sqlalchemy.exc import DataError, OperationalError

from registry import create_app
from registry.core import errors
from registry.core.access import needs, public
from registry.core.actor import Role
from registry.core.db import db
from registry.core.permissions import Permission
from registry.core.stalepage import StaleField, stale_page
from registry.web.headers import CONTENT_POLICY
from tests.people import make_person, sign_in


def raising(app, error):
    @public
    def broken():
        raise error

    app.add_url_rule("/broken", "broken", broken, methods=["GET", "POST"])
    app.testing = False
    return app.test_client()


@pytest.mark.parametrize("path", ["/", "/help", "/nowhere", "/healthz", "/static/css/app.css", "/_patterns"])
def test_every_answer_carries_the_security_headers(client_as, path):
    answer = client_as(Role.CISO).get(path)
    headers = answer.headers
    answer.close()
    policy = headers["Content-Security-Policy"]
    assert policy.startswith(CONTENT_POLICY)
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


def test_a_page_without_htmx_forbids_markup_from_text(client_as):
    assert "require-trusted-types-for 'script'" in client_as(Role.CISO).get("/").headers["Content-Security-Policy"]


def test_pages_are_not_kept_and_static_files_are_kept_by_their_hash(client_as):
    client = client_as(Role.CISO)
    page = client.get("/")
    assert page.headers["Cache-Control"] == "no-store"
    stamped = next(part for part in page.text.split('"') if part.startswith("/static/css/app.css?v="))
    with client.get(stamped) as kept, client.get("/static/js/dom.js") as asked_again:
        assert "immutable" in kept.headers["Cache-Control"]
        assert "immutable" not in asked_again.headers["Cache-Control"]


def test_transport_security_is_asked_for_under_tls_only(client):
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    secure = client.get("/healthz", base_url="https://localhost")
    assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]


def test_the_sidebar_shows_what_a_role_may_open(client_as):
    auditor, contributor = client_as(Role.AUDITOR).get("/").text, client_as(Role.CONTRIBUTOR).get("/").text
    assert ">Audit log<" in auditor
    assert ">Audit log<" not in contributor
    assert ">Help<" in contributor


def test_the_page_that_is_open_is_marked(client_as):
    client = client_as(Role.CISO)
    assert '<a href="/" aria-current="page">Home</a>' in client.get("/").text
    assert '<a href="/help" aria-current="page">Help</a>' in client.get("/help/glossary").text


@pytest.mark.parametrize("theme,expected", [("dark", 'data-theme="dark"'), ('"><script>', '<html lang="en">')])
def test_the_chosen_theme_is_rendered_and_nothing_else_is(client_as, theme, expected):
    client = client_as(Role.CISO)
    client.set_cookie("theme", theme)
    assert expected in client.get("/").text


@pytest.mark.parametrize(
    "error,status",
    [
        (errors.NotFound("vendor", "V-9"), 404),
        (errors.StaleVersion("vendor", "V-9"), 409),
        (errors.HasDependents("V-9", ["flow F-1"]), 409),
        (errors.DatabaseBusy("The registry is busy."), 503),
        (errors.DatabaseFull("The disk is full."), 503),
        (OperationalError("insert", {}, Exception("database is locked")), 503),
        (OperationalError("insert", {}, Exception("attempt to write a readonly database")), 503),
        (OperationalError("insert", {}, Exception("database or disk is full")), 503),
        (DataError("insert", {}, Exception("integer out of range")), 400),
        (OverflowError("Python int too large to convert to SQLite INTEGER"), 400),
        (ZeroDivisionError("secret detail"), 500),
    ],
)
def test_an_error_becomes_a_page_with_a_reference_and_a_way_back(app, error, status):
    answer = raising(app, error).get("/broken")
    assert answer.status_code == status
    assert answer.headers["X-Request-ID"] in answer.text
    assert 'href="/"' in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_an_error_page_asks_the_database_nothing(app, monkeypatch):
    client = raising(app, errors.DatabaseUnavailable("The database cannot be reached at present."))
    monkeypatch.setattr("registry.web.organisation.session", lambda: pytest.fail("asked the database"))
    assert client.get("/broken").status_code == 503


def test_a_program_gets_the_same_words_as_json(app):
    answer = raising(app, errors.NotFound("vendor", "V-9")).get("/broken", headers={"Accept": "application/json"})
    assert answer.json["message"] == "There is no vendor V-9."
    assert answer.json["reference"] == answer.headers["X-Request-ID"]


def test_a_page_for_people_who_are_signed_in_leads_to_the_sign_in(client):
    answer = client.get("/search?q=mail")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429])
def test_each_refusal_has_its_words(app, status):
    @public
    def refusing():
        abort(status)

    app.add_url_rule("/refusing", "refusing", refusing)
    answer = app.test_client().get("/refusing")
    assert answer.status_code == status
    assert f"Error {status}" in answer.text


def test_a_form_without_its_token_is_refused_in_words(app):
    answer = app.test_client().post("/sign-in", data={"email": "a@b.example", "password": "x"})
    assert answer.status_code == 400
    assert "no longer valid" in answer.text


STRANGE = ["%00", "a%00b", "%ff%fe", "%c3%28", "%ed%a0%80", "%f0%9f%92", "%"]


@pytest.mark.parametrize("bytes_", STRANGE)
def test_strange_bytes_in_an_address_end_in_a_clear_refusal(client_as, bytes_):
    client = client_as(Role.CISO)
    for path in (f"/search?q={bytes_}", f"/help/{bytes_}", f"/search?{bytes_}=1"):
        assert client.get(path).status_code in {200, 400, 404}, path


@pytest.mark.parametrize("body", [b"name=a%00b", b"name=%ff%fe", b"na%00me=x", b"\xff\xfe\x00"])
def test_strange_bytes_in_a_form_change_nothing(client_as, body):
    answer = client_as(Role.CISO).post("/views", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text


@pytest.mark.parametrize("body", [b'{"a": "\\u0000"}', b'{"a": "\\ud800"}', b"{", b"\xff"])
def test_strange_bytes_in_json_are_refused(client_as, body):
    assert client_as(Role.CISO).post("/views", data=body, content_type="application/json").status_code == 400


def test_an_endless_address_is_refused(client_as):
    client = client_as(Role.CISO)
    assert client.get("/search?q=" + "a" * 9_000).status_code == 414
    assert client.get("/" + "a" * 3_000).status_code == 414


def test_a_form_that_is_too_large_is_refused(app, client_as):
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    assert client_as(Role.CISO).post("/views", data={"name": "a" * 2_000}).status_code == 413


def test_the_stale_page_shows_both_versions_and_posts_what_was_typed_again(app, client_as):
    @needs(Permission.HOME_READ)
    def editing():
        fields = [StaleField("Name", "Theirs & co", "Mine <b>"), StaleField("Country", "IE", "IE")]
        return stale_page("Corvid Mail", fields, version=4, keep_theirs_url="/theirs")

    app.add_url_rule("/editing", "editing", editing, methods=["POST"])
    answer = client_as(Role.CISO).post("/editing", data={"name": "\nMine <b>", "version": "3", "tags": ["a", "b"]})
    assert answer.status_code == 409
    assert "Theirs &amp; co" in answer.text
    assert 'name="version" value="4"' in answer.text
    assert answer.text.count('name="version"') == 1
    assert answer.text.count('name="tags"') == 2
    assert "Mine &lt;b&gt;</textarea>" in answer.text
    assert 'class="differs"' in answer.text


def test_the_health_pages_say_nothing_but_the_state(client):
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {
        "status": "ready",
        "checks": {"database": "ok", "revision": "ok", "disk": "ok", "scheduler": "ok"},
    }


def test_the_process_is_not_ready_without_its_database(app, client):
    app.extensions["settings"].data_dir.joinpath("registry.sqlite3").write_bytes(b"not a database at all")
    db.session.remove()
    db.engine.dispose()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_the_patterns_page_shows_every_component_in_demo_mode(sqlite_settings):
    app = create_app(sqlite_settings.model_copy(update={"demo": True}))
    with app.app_context():
        answer = sign_in(app, make_person("Some Manager", Role.VENDOR_MANAGER)).get("/_patterns")
        db.session.remove()
        db.engine.dispose()
    assert answer.status_code == 200
    assert "5 fields need your attention" in answer.text
    assert answer.text.count("Tick at least one tier.") == 2
    assert 'class="form-select' not in answer.text.split("For the tiers")[1].split("</div></div></div>")[0]
    for state in ("Queued", "Running", "Stopping", "Done", "Failed", "Cancelled"):
        assert state in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert 'aria-describedby="name-error name-help"' in answer.text


def test_the_patterns_page_is_not_part_of_a_real_installation(client_as):
    assert client_as(Role.CISO).get("/_patterns").status_code == 404
