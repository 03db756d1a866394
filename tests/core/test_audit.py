"""The audit chain shows every alteration, and names the first."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from registry.core import audit
from registry.core.actor import Actor
from registry.core.audit import GENESIS, Head, canonical, encoded_fields, encoded_inserts, head, verify
from registry.core.db import announced, db, session, writing
from registry.core.work import work
from registry.domain.register.vocabulary import Posture
from registry.models import AuditEntry, SavedView

pytestmark = pytest.mark.usefixtures("db_app")


@pytest.fixture
def log(db_app: Flask, actor: Actor) -> Head:
    """Five entries."""
    with writing():
        for number in range(5):
            with work(actor, "saved_view.add") as w:
                w.add(SavedView(person_id=1, list_name="vendors", name=f"View {number}", query="q"))
        return head(session())


def tamper(*statements: str) -> None:
    """Alter the log as somebody with the database in hand would: triggers off first."""
    db.session.remove()
    with announced(may_write=True), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            for name, _ in rows:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
        if connection.dialect.name == "sqlite":
            for _, statement in rows:
                connection.execute(text(statement))


def test_an_untouched_log_is_whole_and_ends_at_its_head(log: Head):
    verdict = verify(session())
    assert (verdict.is_whole, verdict.entries, verdict.head) == (True, 5, log)
    assert verify(session(), log).is_whole


def test_an_empty_log_is_whole():
    assert verify(session()) == audit.Verdict(0, Head(0, GENESIS))


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE audit_entry SET actor = 'Mallory' WHERE seq = 3", "Entry 3"),
        ("UPDATE audit_entry SET actor_id = 8 WHERE seq = 3", "Entry 3"),
        ("UPDATE audit_entry SET details = '[]' WHERE seq = 3", "Entry 3"),
        ("UPDATE audit_entry SET request_id = 'x' WHERE seq = 3", "Entry 3"),
        ("DELETE FROM audit_entry WHERE seq = 3", "Entry 3 is missing"),
        (
            "UPDATE audit_change SET fields = '{}' WHERE work_id = (SELECT work_id FROM audit_entry WHERE seq = 3)",
            "Entry 3",
        ),
        (
            "UPDATE audit_change SET row_key = '9' WHERE work_id = (SELECT work_id FROM audit_entry WHERE seq = 3)",
            "Entry 3",
        ),
        ("DELETE FROM audit_change WHERE work_id = (SELECT work_id FROM audit_entry WHERE seq = 3)", "Entry 3"),
        ("UPDATE audit_head SET hash = prev_hash FROM audit_entry WHERE audit_entry.seq = 5", "head"),
        ("DELETE FROM audit_entry WHERE seq = 5", "end was cut off"),
        (
            (
                "INSERT INTO audit_change (work_id, position, table_name, row_key, operation, fields)"
                " VALUES ('none', 0, 'vendor', 'V-0001', 'update', '{}')"
            ),
            "belong to no entry",
        ),
    ],
)
def test_each_alteration_is_found_at_its_entry(statement: str, named: str, log: Head):
    tamper(statement)
    verdict = verify(session())
    assert not verdict.is_whole
    assert named in str(verdict.problem)


def test_a_log_cut_at_its_end_shows_only_against_a_head_kept_elsewhere(log: Head):
    tamper(
        "DELETE FROM audit_change WHERE work_id = (SELECT work_id FROM audit_entry WHERE seq = 5)",
        "DELETE FROM audit_entry WHERE seq = 5",
        "UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_entry WHERE seq = 4)",
    )
    assert verify(session()).is_whole
    assert "cut off" in str(verify(session(), log).problem)


def test_a_log_cut_and_grown_again_shows_against_a_head_kept_elsewhere(log: Head, actor: Actor):
    tamper(
        "DELETE FROM audit_change WHERE work_id = (SELECT work_id FROM audit_entry WHERE seq = 5)",
        "DELETE FROM audit_entry WHERE seq = 5",
        "UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_entry WHERE seq = 4)",
    )
    with writing():
        for _ in range(3):
            with work(actor, "person.innocent", subject="person:1"):
                pass
    assert verify(session()).is_whole
    assert "Entry 5 is not the one" in str(verify(session(), log).problem)


@pytest.mark.parametrize("table", ["audit_entry", "audit_change"])
@pytest.mark.parametrize("act", ["UPDATE {table} SET work_id = 'x'", "DELETE FROM {table}", "TRUNCATE {table}"])
def test_the_database_refuses_to_change_the_log(table: str, act: str, log: Head):
    if act.startswith("TRUNCATE") and db.engine.dialect.name == "sqlite":
        act = "DELETE FROM {table}"  # SQLite has no other way to empty a table
    with pytest.raises(DBAPIError, match="never changed"), announced(may_write=True), db.engine.begin() as connection:
        connection.execute(text(act.format(table=table)))
    assert session().scalar(select(func.count()).select_from(AuditEntry)) == 5


def test_the_command_names_the_first_bad_entry_and_fails(db_app: Flask, log: Head):
    run = db_app.test_cli_runner().invoke
    assert run(args=["audit", "head"]).output.strip() == str(log)
    assert run(args=["audit", "verify", "--against", str(log)]).exit_code == 0
    assert run(args=["audit", "verify", "--against", "no head"]).exit_code == 2
    tamper("UPDATE audit_entry SET action = 'x.y' WHERE seq = 2", "UPDATE audit_entry SET action = 'x.y' WHERE seq = 4")
    found = run(args=["audit", "verify"])
    assert found.exit_code == 1
    assert "Entry 2" in found.output


def test_a_head_reads_back_as_written():
    end = Head(12, "ab" * 32)
    assert Head.parse(str(end)) == end
    with pytest.raises(ValueError, match="SEQ:HASH"):
        Head.parse("12")


def test_canonical_text_is_the_same_for_the_same_meaning():
    east = timezone(timedelta(hours=2))
    assert canonical(datetime(2026, 1, 1, 14, tzinfo=east)) == canonical(datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1}) == '{"a":2,"b":1}'
    assert canonical("e\u0301") == canonical("\u00e9")
    assert canonical([0.1, Decimal("0.10"), date(2026, 1, 2), Posture.FAIR, b"\x01", {"b", "a"}, None, True]) == (
        '["0.1","0.10","2026-01-02","fair","01",["a","b"],null,true]'
    )


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=8))
def test_any_value_has_a_canonical_text_without_json_floats(value: object):
    import json

    def refuse(number: str) -> float:
        raise AssertionError(number)

    json.loads(canonical(value), parse_float=refuse, parse_constant=refuse)


VALUES = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, -0.0, 1.0, 0.25]) | st.text(max_size=3)


@given(st.lists(st.tuples(VALUES, VALUES | st.just(("a", "b")), st.sampled_from(Posture)), max_size=8))
def test_new_rows_are_written_column_by_column_as_they_are_row_by_row(rows):
    names = ("name", 'a "quoted" b', "posture")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    one_by_one = [
        encoded_fields({name: (None, value) for name, value in zip(names, row, strict=True) if value is not None})
        for row in rows
    ]
    assert encoded_inserts(columns) == one_by_one
