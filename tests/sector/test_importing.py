"""Lists into the database: never doubled, old counts kept, links proposed, alerts raised, undone as one act."""

import pytest
from sqlalchemy import func, select

from importers.sector import read
from registry.core.access import Role
from registry.core.audit import AuditEntry
from registry.core.db import db, writing
from registry.core.errors import NotFound
from registry.core.factstore import insert_register
from registry.core.work import work
from registry.domain.register.errors import InvalidRegister
from registry.domain.register.facts import Register, Vendor
from registry.importing import service
from registry.importing.kinds import Upload
from registry.models.importing import ImportRun
from registry.models.sector import (
    AlertState,
    BreachAlert,
    BreachChain,
    ChainState,
    PublicBreach,
    PublicBreachRevision,
)
from registry.sector import service as decisions
from registry.sector.store import record_of
from tests.importers import breach_lists as lists
from tests.people import make_person
from tests.sector.conftest import REGISTER, SYSTEM, bring_in


def rows(model):
    return list(db.session.scalars(select(model).order_by(model.id)))


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_what_is_stored_is_what_was_read(company):
    for content, name in (
        (lists.hhs(), "a.csv"),
        (lists.washington(), "b.csv"),
        (lists.hibp(), "c.json"),
        (lists.veris(), "d.json"),
    ):
        bring_in(content, name)
        (record,) = read(content, name=name).records
        stored = db.session.scalar(select(PublicBreach).where(PublicBreach.source == record.source))
        links = db.session.scalars(select(BreachChain).where(BreachChain.breach == stored.id)).all()
        kept = {field: getattr(record_of(stored, links), field) for field in record.__slots__ if field != "row"}
        assert kept == {field: getattr(record, field) for field in record.__slots__ if field != "row"}
        assert stored.year == record.year


def test_a_second_import_of_the_same_list_writes_nothing(company):
    bring_in(lists.hhs(lists.HHS_ROW, lists.hhs_row(people="9000"), lists.HHS_ROW))
    assert count(PublicBreach) == 3
    with writing():
        again = service.look(
            SYSTEM, Upload(lists.hhs(lists.HHS_ROW, lists.hhs_row(people="9000"), lists.HHS_ROW), "x.csv"), "breaches"
        )
    assert again.is_empty
    assert again.same == 3


def test_a_later_export_updates_the_record_and_keeps_the_old_count(company):
    bring_in(lists.hhs(lists.hhs_row(people="501")))
    bring_in(lists.hhs(lists.hhs_row(people="190000"), lists.hhs_row(name="Second")))
    first, _ = rows(PublicBreach)
    assert (first.people, first.is_placeholder, first.changed_at is not None) == (190000, False, True)
    assert {(row.field, row.before, row.after) for row in rows(PublicBreachRevision)} == {
        ("people", "501", "190000"), ("is_placeholder", "True", "False"),
    }  # fmt: skip


def test_an_alert_is_raised_for_a_vendor_of_ours_with_its_evidence(company):
    bring_in(lists.hhs(lists.hhs_row(name="Corvid Mail, Inc."), lists.hhs_row(name="Nobody of ours")))
    (alert,) = rows(BreachAlert)
    assert (alert.vendor, alert.basis, alert.state) == ("V-0001", "name", AlertState.OPEN)
    assert alert.confidence >= 0.9
    assert "Corvid Mail, Inc." in alert.evidence


def test_an_alert_is_raised_once_also_after_it_was_dismissed(company):
    bring_in(lists.hhs(lists.hhs_row(name="Corvid Mail", people="501")))
    (alert,) = rows(BreachAlert)
    with writing():
        decisions.decide_alert(
            SYSTEM, decisions.Decide(alert=alert.id, version=1, is_taken_up=False, reason="another firm")
        )
    bring_in(lists.hhs(lists.hhs_row(name="Corvid Mail", people="9000")))
    with writing():
        assert decisions.compare_with_vendors(SYSTEM) == 0
    (alert,) = rows(BreachAlert)
    assert (alert.state, alert.reason) == (AlertState.DISMISSED, "another firm")


def test_vendor_links_are_proposed_and_count_only_when_accepted(company):
    bring_in(lists.washington(lists.wa_row(Name="Perch Billing on behalf of Larch Clinic")))
    (chain,), (breach,) = rows(BreachChain), rows(PublicBreach)
    assert (chain.state, breach.vendor_accepted, breach.began_at_vendor) == (ChainState.PROPOSED, None, None)
    with writing():
        decisions.decide_link(SYSTEM, chain.id, 1, accept=True)
    assert rows(PublicBreach)[0].vendor_accepted is True
    with writing():
        decisions.decide_link(SYSTEM, chain.id, 2, accept=False)
    assert rows(PublicBreach)[0].vendor_accepted is None


def test_a_vendor_registered_later_is_found_when_asked(company):
    bring_in(lists.hhs(lists.hhs_row(name="Late Vendor LLC")))
    assert count(BreachAlert) == 0
    with writing(), work(SYSTEM, "vendor.add") as w:
        insert_register(
            w, Register(organisation=REGISTER.organisation, vendors=(Vendor(code="V-0009", name="Late Vendor"),))
        )
    with writing():
        assert decisions.compare_with_vendors(SYSTEM) == 1


def test_an_import_is_undone_whole(company):
    bring_in(lists.hhs(lists.hhs_row(people="501")))
    run = bring_in(
        lists.hhs(
            lists.hhs_row(people="777", cause="Theft"),
            lists.hhs_row(name="Corvid Mail on behalf of Larch"),
            lists.hhs_row(name="Corvid Mail"),
        )
    )
    assert count(BreachAlert) == 2
    with writing():
        service.undo(SYSTEM, run)
        service.undo(SYSTEM, run)
    (left,) = rows(PublicBreach)
    assert (left.people, left.is_placeholder, left.cause) == (501, True, "Hacking/IT Incident")
    assert [count(model) for model in (BreachAlert, BreachChain, PublicBreachRevision)] == [0, 0, 0]


def test_what_people_decided_stands_in_the_way_of_undoing(company):
    run = bring_in(lists.hhs(lists.hhs_row(name="Corvid Mail")))
    (alert,) = rows(BreachAlert)
    with writing():
        decisions.decide_alert(
            SYSTEM, decisions.Decide(alert=alert.id, version=1, is_taken_up=True, reason="calling them")
        )
    with writing(), pytest.raises(InvalidRegister, match="decided about the alert"):
        service.undo(SYSTEM, run)
    assert count(PublicBreach) == 1


def test_a_later_import_stands_in_the_way_of_undoing_the_earlier(company):
    first = bring_in(lists.hhs(lists.hhs_row(people="501")))
    second = bring_in(lists.hhs(lists.hhs_row(people="777")))
    third = bring_in(lists.hhs(lists.hhs_row(people="888")))
    for run in (first, second):
        with writing(), pytest.raises(InvalidRegister, match="Undo that one first"):
            service.undo(SYSTEM, run)
    for run in (third, second, first):
        with writing():
            service.undo(SYSTEM, run)
    assert count(PublicBreach) == 0


def test_a_file_with_errors_writes_nothing(company):
    with writing():
        run = service.check_file(SYSTEM, Upload(lists.hhs(lists.hhs_row(name=""), lists.HHS_ROW), "x.csv"), "breaches")
        with pytest.raises(InvalidRegister):
            service.commit(SYSTEM, run)
    assert count(PublicBreach) == 0


def test_whoever_may_not_import_lists_does_not_learn_of_the_kind(company):
    manager = make_person("Vera Manager", Role.VENDOR_MANAGER).actor
    with writing(), pytest.raises(NotFound):
        service.check_file(manager, Upload(lists.hhs(), "x.csv"), "breaches")


def test_every_act_leaves_its_entry(company):
    bring_in(lists.hhs(lists.hhs_row(name="Corvid Mail")))
    (alert,) = rows(BreachAlert)
    with writing():
        decisions.decide_alert(SYSTEM, decisions.Decide(alert=alert.id, version=1, is_taken_up=True, reason=""))
    actions = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
    assert actions[-3:] == ["import.check", "import.commit", "breach_alert.decide"]


def test_the_command_imports_a_list_and_refuses_a_broken_one(company, tmp_path):
    path = tmp_path / "portal.csv"
    path.write_bytes(lists.hhs())
    run = company.test_cli_runner().invoke
    assert "1 new" in run(args=["import", "breaches", str(path), "--dry-run"]).output
    assert count(PublicBreach) == 0
    result = run(args=["import", "breaches", str(path)])
    assert result.exit_code == 0, result.output
    assert count(PublicBreach) == 1
    path.write_bytes(b"a,b\n1,2\n")
    result = run(args=["import", "breaches", str(path)])
    assert result.exit_code == 2
    assert "no list of breaches" in result.output
    assert db.session.scalar(select(func.count()).select_from(ImportRun)) == 1
