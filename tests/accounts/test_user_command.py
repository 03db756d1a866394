"""`./run user`: accounts from the machine itself."""

import re

from flask import Flask

from registry.accounts import queries
from registry.core.actor import Role
from tests.people import make_person, sign_in


def run(app: Flask, *arguments: str, answer: str = ""):
    return app.test_cli_runner().invoke(args=["user", *arguments], input=answer)


def test_the_first_administrator_comes_by_a_one_time_link(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    told = run(app, "add", "ada@example.org", "--name", "Ada")
    assert told.exit_code == 0, told.output
    path = re.search(r"http://127\.0\.0\.1:8000(/sign-in/link/\S+)", told.output)[1]
    client = app.test_client()
    assert client.post(path, data={"password": "seven herons on a wet roof"}).location == "/sign-in"
    assert queries.person(queries.person_id_of("ada@example.org")).roles == (Role.ADMINISTRATOR,)


def test_a_password_may_be_typed_instead(app: Flask):
    typed = "seven herons on a wet roof\n" * 2
    told = run(app, "add", "ada@example.org", "--name", "Ada", "--role", "ciso", "--password", answer=typed)
    assert told.exit_code == 0, told.output
    assert "herons" not in told.output
    assert queries.person(queries.person_id_of("ada@example.org")).has_password


def test_a_weak_password_is_refused_with_a_sentence(app: Flask):
    told = run(app, "add", "ada@example.org", "--name", "Ada", "--password", answer="password1234\n" * 2)
    assert told.exit_code == 1
    assert "common" in told.output


def test_people_are_listed_and_disabled_ones_on_demand(app: Flask):
    make_person("Ada", Role.ADMINISTRATOR)
    make_person("Bob")
    assert run(app, "disable", "bob@example.org").exit_code == 0
    assert "bob@" not in run(app, "list").output
    assert "bob@example.org\tBob\tVendor manager\tdisabled" in run(app, "list", "--all").output
    assert run(app, "enable", "bob@example.org").exit_code == 0
    assert "bob@" in run(app, "list").output


def test_the_locked_out_are_helped(app: Flask):
    ada = make_person("Ada", Role.ADMINISTRATOR)
    assert "/sign-in/link/" in run(app, "reset-link", ada.email).output
    assert run(app, "unlock", ada.email).exit_code == 0
    assert run(app, "reset-factor", ada.email).exit_code == 0
    assert not queries.person(ada.id).has_second_factor
    assert sign_in(app, ada).get("/people").location.startswith("/account/second-factor")


def test_an_unknown_address_is_said(app: Flask):
    told = run(app, "unlock", "nobody@example.org")
    assert told.exit_code == 1
    assert "nobody@example.org" in told.output
