"""One way in for every write: the transaction, the audit entry, the guard."""

import json
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update

from registry.core import audit
from registry.core.actor import Actor
from registry.core.db import db, reading, session, writing
from registry.core.errors import NotFound, StaleVersion, WriteOutsideWork
from registry.core.work import BOOKKEEPING_TABLES, UNAUDITED_TABLES, bookkeeping, retried, work
from registry.models import AuditChange, AuditEntry, Contact, FactCode, GraphRevision, SavedView, Segment, Vendor

pytestmark = pytest.mark.usefixtures("db_app", "writer")


def entries() -> list[AuditEntry]:
    return list(session().scalars(select(AuditEntry).order_by(AuditEntry.seq)))


def changes_of(entry: AuditEntry) -> list[tuple[str, str, str, dict[str, list[object]]]]:
    rows = session().scalars(
        select(AuditChange).where(AuditChange.work_id == entry.work_id).order_by(AuditChange.position)
    )
    return [(row.table_name, row.row_key, row.operation, json.loads(row.fields)) for row in rows]


def view(name: str = "Mine") -> SavedView:
    return SavedView(person_id=7, list_name="vendors", name=name, query="q=x")


def vendor(w, code: str = "V-0001", name: str = "Corvid Mail", **values: object) -> Vendor:
    w.insert_many(FactCode, [{"code": code, "kind": "vendors"}])
    return w.add(Vendor(code=code, name=name, **values))


def revision() -> int:
    return session().scalar(select(GraphRevision.revision))


def test_an_act_leaves_one_entry_with_before_and_after(actor: Actor):
    with work(actor, "saved_view.add") as w:
        key = w.add(view()).id
    with work(actor, "saved_view.rename") as w:
        w.get(SavedView, key).name = "Ours"
    first, second = entries()
    assert (first.seq, first.action, first.actor_id, first.subject) == (1, "saved_view.add", 7, f"saved_view:{key}")
    assert changes_of(second) == [("saved_view", str(key), "update", {"name": ["Mine", "Ours"]})]


def test_a_deleted_row_keeps_its_last_values_in_the_log(actor: Actor):
    with work(actor, "saved_view.add") as w:
        key = w.add(view()).id
    with work(actor, "saved_view.delete") as w:
        w.delete(w.get(SavedView, key))
    operation, fields = changes_of(entries()[1])[0][2:]
    assert operation == "delete"
    assert fields["name"] == ["Mine", None]


def test_an_act_that_fails_leaves_neither_change_nor_entry(actor: Actor):
    with pytest.raises(RuntimeError, match="half way"), work(actor, "saved_view.add") as w:
        w.add(view())
        raise RuntimeError("half way")
    assert entries() == []
    assert session().scalars(select(SavedView)).all() == []
    assert audit.verify(session()).is_whole


def test_an_act_that_changes_nothing_leaves_no_entry(actor: Actor):
    with work(actor, "saved_view.add") as w:
        key = w.add(view()).id
    with work(actor, "saved_view.rename") as w:
        w.get(SavedView, key).name = "Mine"
    assert len(entries()) == 1


def test_an_act_without_changes_is_recorded_when_it_notes_something_or_names_its_subject(actor: Actor):
    with work(actor, "list.export") as w:
        w.note(rows=12, sha256="ab")
    with work(actor, "session.sign_in", subject="person:7"):
        pass
    first, second = entries()
    assert json.loads(first.details) == {"rows": 12, "sha256": "ab"}
    assert second.subject == "person:7"


def test_a_nested_act_shares_the_transaction_and_has_its_own_entry(actor: Actor):
    with work(actor, "vendor.add") as w:
        vendor(w)
        with work(actor, "saved_view.add") as inner:
            inner.add(view())
        w.session.get(Vendor, "V-0001").name = "Corvid"
    first, second = entries()
    assert [line[0] for line in changes_of(first)] == ["vendor", "vendor"]
    assert [line[0] for line in changes_of(second)] == ["saved_view"]


def test_a_failed_nested_act_that_is_caught_takes_only_itself_back(actor: Actor):
    with work(actor, "vendor.add") as w:
        vendor(w)
        with pytest.raises(ValueError, match="no"), work(actor, "saved_view.add") as inner:
            inner.add(view())
            raise ValueError("no")
    assert [entry.action for entry in entries()] == ["vendor.add"]
    assert session().scalars(select(SavedView)).all() == []


def test_a_failed_outer_act_takes_the_nested_one_back(actor: Actor):
    with pytest.raises(ValueError, match="no"), work(actor, "vendor.add"):
        with work(actor, "saved_view.add") as inner:
            inner.add(view())
        raise ValueError("no")
    assert entries() == []


def test_a_form_filled_from_an_older_version_is_refused(actor: Actor):
    with work(actor, "saved_view.add") as w:
        key = w.add(view()).id
    with work(actor, "saved_view.rename") as w:
        w.get(SavedView, key, version=1).name = "Second"
    with pytest.raises(StaleVersion) as caught, work(actor, "saved_view.rename") as w:
        w.get(SavedView, key, version=1).name = "Third"
    assert (caught.value.yours, caught.value.current) == (1, 2)
    assert session().get(SavedView, key, populate_existing=True).name == "Second"


def test_a_row_that_is_not_there_is_said_to_be_missing(actor: Actor):
    with pytest.raises(NotFound, match="saved view 99"), work(actor, "saved_view.rename") as w:
        w.get(SavedView, 99)


def test_a_flush_outside_work_is_refused():
    session().add(view())
    with pytest.raises(WriteOutsideWork):
        session().flush()
    session().rollback()


@pytest.mark.parametrize(
    "statement",
    [
        insert(SavedView).values(id=1),
        update(SavedView).values(name="x"),
        delete(SavedView),
        insert(SavedView.__table__).values(id=1),
        delete(AuditEntry),
    ],
    ids=["insert", "update", "delete", "core insert", "audit entries"],
)
def test_a_statement_that_writes_is_refused_inside_work_too(statement: object, actor: Actor):
    with pytest.raises(WriteOutsideWork):
        session().execute(statement)
    session().rollback()
    with pytest.raises(WriteOutsideWork), work(actor, "saved_view.all"):
        session().execute(statement)


def test_a_reader_cannot_open_work(db_app: Flask, actor: Actor):
    with db_app.test_request_context(method="GET"):
        db_app.preprocess_request()
        with pytest.raises(WriteOutsideWork, match="announced"), work(actor, "vendor.add"):
            pass


def test_the_lists_of_tables_outside_the_log_are_these():
    assert sorted(BOOKKEEPING_TABLES) == [
        "heartbeat",
        "idempotency_key",
        "job_progress",
        "known_browser",
        "lease",
        "portal_code",
        "portal_session",
        "throttle",
        "tour_progress",
        "web_session",
    ]
    assert sorted(UNAUDITED_TABLES) == [
        "audit_change",
        "audit_entry",
        "audit_head",
        "audit_text",
        "code_counter",
        "fact_code",
        "graph_revision",
    ]


def test_bookkeeping_refuses_any_other_table():
    with pytest.raises(WriteOutsideWork), bookkeeping() as own:
        own.add(view())
        own.flush()
    with pytest.raises(WriteOutsideWork), bookkeeping() as own:
        own.execute(update(SavedView).values(name="x"))


def test_bulk_changes_leave_the_same_lines_as_single_ones(actor: Actor):
    with work(actor, "segment.import") as w:
        w.insert_many(FactCode, [{"code": f"G-{n:02}", "kind": "segments"} for n in range(1, 4)])
        keys = w.insert_many(Segment, [{"code": f"G-{n:02}", "name": f"Group {n}", "people": n} for n in range(1, 4)])
    with work(actor, "segment.count") as w:
        changed = w.update_many(Segment, {"G-01": {"people": 10}, "G-02": {"people": 2}})
    first, second = entries()
    assert keys == ["G-01", "G-02", "G-03"]
    assert changed == 1
    assert changes_of(first)[0] == (
        "segment",
        "G-01",
        "insert",
        {"code": [None, "G-01"], "name": [None, "Group 1"], "people": [None, 1]},
    )
    assert changes_of(second) == [("segment", "G-01", "update", {"people": [1, 10]})]
    row = session().get(Segment, "G-01")
    assert (row.people, row.version) == (10, 2)


def test_bulk_rows_numbered_by_the_database_are_logged_under_their_numbers(actor: Actor):
    with work(actor, "vendor.add") as w:
        vendor(w)
        keys = w.insert_many(
            Contact, [{"vendor": "V-0001", "name": name, "role": "primary"} for name in ("a", "b", "c")]
        )
    names = {str(row.id): row.name for row in session().scalars(select(Contact))}
    assert [names[key] for key in keys] == ["a", "b", "c"]
    assert {line[1] for line in changes_of(entries()[0]) if line[0] == "contact"} == set(keys)


def test_a_bulk_change_of_a_missing_row_changes_nothing(actor: Actor):
    with pytest.raises(NotFound), work(actor, "segment.count") as w:
        w.update_many(Segment, {"G-77": {"people": 1}})
    assert entries() == []


def test_personal_text_stands_beside_the_line_and_can_be_erased_without_breaking_the_chain(actor: Actor):
    with work(actor, "vendor.add") as w:
        vendor(w)
        key = w.add(Contact(vendor="V-0001", name="Someone", email="someone@example.org")).id
    stored = " ".join(row.fields for row in session().scalars(select(AuditChange)))
    assert "Someone" not in stored
    assert audit.history_of(session(), "contact", str(key))[0].fields["name"] == (None, "Someone")
    with work(actor, "contact.erase", subject=f"contact:{key}") as w:
        audit.erase_texts(w, "contact", str(key))
    assert audit.history_of(session(), "contact", str(key))[0].fields["name"] == (None, audit.ERASED)
    assert audit.verify(session()).is_whole


def test_the_revision_rises_once_when_facts_change_and_not_otherwise(actor: Actor):
    with work(actor, "saved_view.add") as w:
        w.add(view())
    assert revision() == 0
    with work(actor, "vendor.add") as w:
        vendor(w)
        vendor(w, "V-0002", "Second")
    assert revision() == 1


def test_facts_carry_when_they_were_made_and_changed(db_app: Flask, actor: Actor, moment: datetime):
    with work(actor, "vendor.add") as w:
        vendor(w)
    later = datetime(2026, 3, 3, tzinfo=UTC)
    db_app.extensions["clock"] = lambda: later
    with work(actor, "vendor.rename") as w:
        w.get(Vendor, "V-0001").name = "New"
    row = session().get(Vendor, "V-0001")
    assert (row.created_at, row.updated_at, row.version, row.name_key) == (moment, later, 2, "new")


def test_a_service_runs_again_when_the_database_asks_for_it(actor: Actor):
    from registry.core.errors import Contended

    calls = []

    @retried
    def service() -> str:
        calls.append(1)
        if len(calls) < 3:
            raise Contended("again")
        return "done"

    assert service() == "done"

    @retried
    def hopeless() -> None:
        calls.append(1)
        raise Contended("again")

    calls.clear()
    with pytest.raises(Contended):
        hopeless()
    assert len(calls) == 3


def test_reading_in_a_writer_takes_no_lock_and_keeps_what_it_read(actor: Actor):
    with work(actor, "saved_view.add") as w:
        key = w.add(view()).id
    session().expunge_all()
    with reading():
        row = session().get(SavedView, key)
    assert not session().in_transaction()
    assert row.name == "Mine"
    with writing():
        assert not db.session().in_transaction()
