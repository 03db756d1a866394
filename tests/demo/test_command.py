"""`./run demo` fills an empty register in one act, and only an empty one."""

import stat
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from registry.cli.demo import ACCOUNTS_FILE, demo, is_empty, load
from registry.core.actor import Role
from registry.core.db import db
from registry.core.register import current
from registry.demo.company import build_company
from registry.domain.register.errors import InvalidRegister
from registry.domain.register.facts import FACT_TYPES
from registry.models.accounts import Person
from registry.models.audit import AuditEntry

TODAY = date(2026, 3, 2)


def test_the_company_comes_back_from_the_database_as_it_was_built(db_app, tmp_path):
    company = build_company(TODAY)
    load(company, tmp_path / ACCOUNTS_FILE)
    stored = current().register
    for kind in FACT_TYPES:
        assert sorted(stored.facts(kind), key=repr) == sorted(company.facts(kind), key=repr), kind


def test_it_is_one_act_in_the_audit_log(app, tmp_path):
    load(build_company(TODAY), tmp_path / ACCOUNTS_FILE)
    entries = db.session.scalars(select(AuditEntry)).all()
    assert [(entry.action, entry.actor) for entry in entries] == [("register.fill", "system:demo")]


def test_there_is_a_sign_in_for_every_role_and_only_this_user_can_read_them(app, tmp_path):
    file = tmp_path / ACCOUNTS_FILE
    accounts = load(build_company(TODAY), file)
    assert {account.role for account in accounts} == set(Role)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [line.split() for line in file.read_text().splitlines()]
    assert lines == [[account.role, account.email, account.password] for account in accounts]


def test_vendors_belong_to_people_who_exist(app, tmp_path):
    company = build_company(TODAY)
    load(company, tmp_path / ACCOUNTS_FILE)
    people = set(db.session.scalars(select(Person.email)))
    owned = [vendor for vendor in company.vendors if vendor.owner_email in people]
    assert len(owned) > 40
    assert len({vendor.owner_email for vendor in owned}) >= 2


def test_a_failed_filling_leaves_nothing(app, tmp_path):
    company = build_company(TODAY)
    broken = replace(company, vendors=company.vendors[:5])  # the flows of the others lead nowhere
    with pytest.raises(InvalidRegister, match="correct the reference"):
        load(broken, tmp_path / ACCOUNTS_FILE)
    assert is_empty()
    assert not (tmp_path / ACCOUNTS_FILE).exists()


def test_the_command_fills_an_empty_register_and_refuses_the_second_time(app):
    runner = app.test_cli_runner()
    first = runner.invoke(demo, [])
    assert first.exit_code == 0, first.output
    assert "Brackwater Group: 62 vendors" in first.output
    second = runner.invoke(demo, [])
    assert second.exit_code == 1
    assert "not empty" in second.output
    assert runner.invoke(demo, ["--if-empty"]).exit_code == 0


def test_random_facts_come_in_the_asked_number(app):
    done = app.test_cli_runner().invoke(demo, ["--vendors", "40", "--flows", "90", "--seed", "7"])
    assert done.exit_code == 0, done.output
    stored = current().register
    assert (len(stored.vendors), len(stored.flows)) == (40, 90)


@pytest.mark.parametrize("options", [["--vendors", "1"], ["--flows", "10"], ["--vendors", "5", "--flows", "-1"]])
def test_an_impossible_size_is_refused_before_anything_is_written(app, options):
    done = app.test_cli_runner().invoke(demo, options)
    assert done.exit_code == 2
    assert is_empty()
