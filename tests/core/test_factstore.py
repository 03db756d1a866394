"""Facts are written one way: checked, given codes, versioned, archived with what is part of them."""

import importlib.util
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from registry.core import audit, factstore, register
from registry.core.actor import Actor
from registry.core.codes import next_codes
from registry.core.db import session
from registry.core.errors import HasDependents, NotFound, StaleVersion
from registry.core.kinds import KINDS, kind_of
from registry.core.work import work
from registry.domain.register.errors import InvalidRegister
from registry.domain.register.facts import FACT_TYPES, Register
from registry.domain.register.rules import check
from registry.models import AuditEntry, FactCode, Flow, Vendor

pytestmark = pytest.mark.usefixtures("db_app", "writer")


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


small_register = _load("facts_for_tests").small_register


@pytest.fixture
def filled(db_app: Flask, actor: Actor) -> Register:
    given = small_register()
    with work(actor, "register.import") as w:
        factstore.insert_register(w, given)
    return given


def refused(error: pytest.ExceptionInfo[InvalidRegister]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.column) for problem in error.value.problems]


def test_the_small_register_is_itself_without_error():
    assert [problem for problem in check(small_register()) if problem.severity == "error"] == []


def test_every_kind_of_fact_has_a_table_with_the_same_fields():
    assert list(KINDS) == list(FACT_TYPES)
    for kind in KINDS.values():
        columns = kind.model.__table__.columns.keys()
        assert set(kind.field_names) <= set(columns), kind.name


def test_a_register_comes_back_from_the_database_as_it_was(filled: Register):
    found = register.current().register
    for name in FACT_TYPES:
        assert found.facts(name) == filled.facts(name)
        assert all(type(fact) is FACT_TYPES[name] for fact in found.facts(name))


def test_a_second_import_of_the_same_register_names_every_clash_and_writes_nothing(filled: Register, actor: Actor):
    with pytest.raises(InvalidRegister) as caught, work(actor, "register.import") as w:
        factstore.insert_register(w, filled)
    found = refused(caught)
    assert ("duplicate_code", "code") in found
    assert ("duplicate_name", "name") in found
    assert session().scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_codes_are_given_in_order_and_never_twice(filled: Register, actor: Actor):
    with work(actor, "vendor.add") as w:
        first = factstore.create(w, "vendors", {"name": "Third"})
        factstore.archive(w, "vendors", first)
        second = factstore.create(w, "vendors", {"name": "Fourth"})
        third = factstore.create(w, "segments", {"name": "Borrowers", "people": 5})
    assert (first, second, third) == ("V-0003", "V-0004", "G-02")


def test_a_code_beyond_the_counter_moves_it(actor: Actor):
    with work(actor, "vendor.add") as w:
        factstore.create(w, "vendors", {"code": "V-12345", "name": "Far"})
        assert factstore.create(w, "vendors", {"name": "Next"}) == "V-12346"
        assert next_codes(w, KINDS["vendors"], 2) == ["V-12347", "V-12348"]


def test_a_code_that_was_given_before_is_refused_even_when_archived(actor: Actor):
    with work(actor, "vendor.add") as w:
        factstore.create(w, "vendors", {"name": "First"})
        factstore.archive(w, "vendors", "V-0001")
    with pytest.raises(InvalidRegister) as caught, work(actor, "vendor.add") as w:
        factstore.create(w, "vendors", {"code": "V-0001", "name": "Other"})
    assert refused(caught) == [("duplicate_code", "code")]


def test_rules_inside_a_fact_and_between_facts_are_kept(filled: Register, actor: Actor):
    wrong = {
        "sender = recipient": ("flows", {"sender": "V-0001", "recipient": "V-0001", "dataset": "D-001"}),
        "unknown vendor": ("access", {"vendor": "V-0099", "system": "S-001", "kind": "admin"}),
        "wrong kind": ("access", {"vendor": "S-001", "system": "S-001", "kind": "admin"}),
        "too many people": ("flows", {"sender": "S-001", "recipient": "V-0002", "dataset": "D-001", "people": 901}),
        "above one": ("jurisdictions", {"segment": "G-01", "jurisdiction": "AT", "share": 0.26}),
        "twice": ("coverage", {"dataset": "D-001", "segment": "G-01", "share": 0.1}),
        "same name": ("vendors", {"name": " corvid  MAIL "}),
        "no rate": ("contracts", {"vendor": "V-0001", "reference": "x", "currency": "CHF"}),
        "no text": ("vendors", {"name": "a\x00b"}),
        "half a character": ("vendors", {"name": "a\ud800"}),
        "semicolon": ("vendors", {"name": "x", "tags": ("a;b",)}),
        "not a number": ("systems", {"name": "x", "rto_hours": float("nan")}),
        "too large": ("processes", {"name": "x", "margin_per_day": 1e300}),
        "too long": ("vendors", {"name": "x", "domain": "d" * 300}),
        "unknown control": ("placements", {"control": "NOPE", "fact": "F-001"}),
    }
    found = {}
    for case, (kind, values) in wrong.items():
        with pytest.raises(InvalidRegister) as caught, work(actor, "fact.add") as w:
            factstore.create(w, kind, values)
        found[case] = refused(caught)
    assert found["unknown vendor"] == [("unknown_reference", "vendor")]
    assert found["wrong kind"] == [("unknown_reference", "vendor")]
    assert found["too many people"] == [("people_above_dataset", "people")]
    assert found["above one"] == [("jurisdictions_above_one", "share")]
    assert found["twice"] == [("duplicate_row", "segment")]
    assert found["same name"] == [("duplicate_name", "name")]
    assert found["no rate"] == [("currency_without_rate", "currency")]
    assert found["unknown control"] == [("unknown_reference", "control")]
    for case in ("no text", "half a character", "semicolon", "not a number", "too large", "too long"):
        assert found[case][0][0] == "unstorable", case


def test_a_fact_can_keep_its_own_name_and_share_when_changed(filled: Register, actor: Actor):
    with work(actor, "vendor.change") as w:
        factstore.change(w, "vendors", "V-0001", 1, {"name": "Corvid MAIL", "tags": ("new",)})
    (jurisdiction,) = session().scalars(select(KINDS["jurisdictions"].model))
    with work(actor, "segment.change") as w:
        factstore.change(w, "jurisdictions", jurisdiction.id, 1, {"share": 1.0})
    found = register.current().register
    assert (found.vendors[0].name, found.vendors[0].tags, found.jurisdictions[0].share) == ("Corvid MAIL", ("new",), 1)


def test_a_stale_or_missing_or_archived_fact_is_not_changed(filled: Register, actor: Actor):
    with work(actor, "vendor.change") as w:
        factstore.change(w, "vendors", "V-0001", 1, {"service": "mail"})
    with pytest.raises(StaleVersion), work(actor, "vendor.change") as w:
        factstore.change(w, "vendors", "V-0001", 1, {"service": "other"})
    with pytest.raises(NotFound), work(actor, "vendor.change") as w:
        factstore.change(w, "vendors", "V-0077", 1, {"service": "other"})
    with pytest.raises(InvalidRegister, match="never changes"), work(actor, "vendor.change") as w:
        factstore.change(w, "vendors", "V-0001", 2, {"code": "V-0009"})
    with work(actor, "flow.archive") as w:
        factstore.archive(w, "flows", "F-001")
    with pytest.raises(InvalidRegister, match="archived"), work(actor, "flow.change") as w:
        factstore.change(w, "flows", "F-001", None, {"purpose": "x"})


def test_archiving_is_refused_while_something_depends_on_it_and_says_what(filled: Register, actor: Actor):
    with pytest.raises(HasDependents) as caught, work(actor, "vendor.archive") as w:
        factstore.archive(w, "vendors", "V-0001")
    assert caught.value.dependents == (
        "flow F-001 gives data to it",
        "access A-001 is its way in",
        "platform use P-001 says what it rests on",
    )
    assert [each.words for each in factstore.dependents("systems", "S-001")] == [
        "dataset D-001 lives in it",
        "flow F-001 sends data from it",
        "access A-001 opens it",
        "link L-001 starts from it",
        "dependency B-001 needs it",
    ]


def test_what_is_part_of_a_fact_goes_and_comes_back_with_it(filled: Register, actor: Actor):
    with work(actor, "vendor.clear") as w:
        for kind, key in (("flows", "F-001"), ("access", "A-001"), ("platform_uses", "P-001"), ("vendors", "V-0001")):
            factstore.archive(w, kind, key)
    found = register.current().register
    assert [vendor.code for vendor in found.vendors] == ["V-0002"]
    assert (found.contracts, found.certificates, found.contacts, found.placements) == ((), (), (), ())
    with work(actor, "vendor.restore") as w:
        factstore.restore(w, "vendors", "V-0001")
    found = register.current().register
    assert [len(part) for part in (found.contracts, found.certificates, found.contacts)] == [1, 1, 1]
    assert found.flows == ()


def test_a_part_archived_on_another_day_stays_archived(filled: Register, actor: Actor, db_app: Flask):
    with work(actor, "contract.archive") as w:
        factstore.archive(w, "contracts", "K-001")
        for kind, key in (("flows", "F-001"), ("access", "A-001"), ("platform_uses", "P-001")):
            factstore.archive(w, kind, key)
    db_app.extensions["clock"] = lambda: datetime(2026, 4, 1, tzinfo=UTC)
    with work(actor, "vendor.archive") as w:
        factstore.archive(w, "vendors", "V-0001")
    with work(actor, "vendor.restore") as w:
        factstore.restore(w, "vendors", "V-0001")
    found = register.current().register
    assert (len(found.contracts), len(found.contacts)) == (0, 1)


def test_a_fact_cannot_come_back_before_what_it_names_or_beside_a_namesake(filled: Register, actor: Actor):
    with work(actor, "vendor.clear") as w:
        for kind, key in (("flows", "F-001"), ("access", "A-001"), ("platform_uses", "P-001"), ("vendors", "V-0001")):
            factstore.archive(w, kind, key)
        factstore.create(w, "vendors", {"name": "corvid mail"})
    with pytest.raises(InvalidRegister) as caught, work(actor, "flow.restore") as w:
        factstore.restore(w, "flows", "F-001")
    assert refused(caught) == [("unknown_reference", "recipient")]
    with pytest.raises(InvalidRegister) as caught, work(actor, "vendor.restore") as w:
        factstore.restore(w, "vendors", "V-0001")
    assert refused(caught) == [("duplicate_name", "name")]


def test_the_organisation_is_one_and_stays(filled: Register, actor: Actor):
    with pytest.raises(InvalidRegister), work(actor, "organisation.add") as w:
        factstore.create(w, "organisation", {"name": "Second"})
    with pytest.raises(InvalidRegister, match="stays"), work(actor, "organisation.archive") as w:
        factstore.archive(w, "organisation", 1)
    with work(actor, "organisation.change") as w:
        factstore.change(w, "organisation", 1, None, {"customers": 2_000})
    assert register.current().register.organisation.customers == 2_000


def test_a_snapshot_is_kept_until_a_fact_changes(filled: Register, actor: Actor):
    first = register.current()
    made = []
    assert first.derived("count", lambda facts: made.append(1) or len(facts.vendors)) == 2
    assert first.derived("count", lambda facts: made.append(1) or len(facts.vendors)) == 2
    assert register.current() is first
    assert made == [1]
    with work(actor, "vendor.change") as w:
        factstore.change(w, "vendors", "V-0001", None, {"service": "other"})
        assert register.current() is first  # not committed yet
    second = register.current()
    assert second is not first
    assert second.revision == first.revision + 1


def test_every_prefix_leads_to_its_kind():
    assert {kind_of(f"{kind.prefix}-1") for kind in KINDS.values() if kind.prefix} == {
        kind for kind in KINDS.values() if kind.prefix
    }
    assert kind_of("X-1") is None
    assert kind_of("") is None


@pytest.mark.parametrize(
    "values",
    [{"recipient": "V-0077"}, {"sender": "V-0001"}, {"people_share": 1.5}, {"people": 5}, {"storage": "elsewhere"}],
    ids=["reference", "to itself", "share", "two measures", "word"],
)
def test_the_database_itself_refuses_what_slips_past_the_rules(
    values: dict[str, object], filled: Register, actor: Actor
):
    row = {**KINDS["flows"].values_of(filled.flows[0]), "code": "F-002", **values}
    with pytest.raises(StatementError), work(actor, "flow.add") as w:
        w.insert_many(FactCode, [{"code": "F-002", "kind": "flows"}])
        w.insert_many(Flow, [row])
    assert session().scalar(select(func.count()).select_from(Flow)) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=220), tags=st.lists(st.text(max_size=10), max_size=3))
def test_any_text_is_refused_in_words_or_comes_back_as_it_was(name: str, tags: list[str], actor: Actor):
    try:
        with work(actor, "vendor.add") as w:
            code = factstore.create(w, "vendors", {"name": name, "tags": tuple(tags)})
    except InvalidRegister as error:
        assert all(problem.message for problem in error.problems)
        return
    session().expunge_all()
    row = session().get(Vendor, code)
    assert (row.name, row.tags) == (name, tuple(tags))
    with work(actor, "vendor.archive") as w:
        factstore.archive(w, "vendors", code)
    assert audit.verify(session()).is_whole
