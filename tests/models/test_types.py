"""Column types give back on both engines what was put in, and refuse what would come back different."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint, insert, select

from registry.core.db import announced, db
from registry.models import Base
from registry.models.base import CodeList, Money, Share, UtcDateTime, name_key

metadata = MetaData()
values = Table(
    "typed_values",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("moment", UtcDateTime),
    Column("share", Share),
    Column("amount", Money),
    Column("words", CodeList),
)
word = st.text(st.characters(codec="utf-8", exclude_characters="\x00;"), min_size=1, max_size=8)
zone = st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-14 * 60, 14 * 60))
moments = st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2999, 1, 1), timezones=zone)
relaxed = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def table(db_app: Flask):
    with announced(may_write=True):
        metadata.create_all(db.engine)
        yield
        metadata.drop_all(db.engine)


def through_the_database(**given: object) -> dict[str, object]:
    with announced(may_write=True), db.engine.begin() as connection:
        key = connection.execute(insert(values).values(**given)).inserted_primary_key[0]
        return dict(connection.execute(select(values).where(values.c.id == key)).mappings().one())


@relaxed
@given(
    moment=moments,
    units=st.integers(0, 10**9),
    cents=st.integers(0, 10**15),
    words=st.lists(word, max_size=4).map(tuple),
)
def test_values_come_back_as_they_were(moment: datetime, units: int, cents: int, words: tuple[str, ...], table: None):
    share, amount = units / 10**9, cents / 100
    back = through_the_database(moment=moment, share=share, amount=amount, words=words)
    assert (back["share"], back["amount"], back["words"]) == (share, amount, words)
    assert back["moment"] == moment
    assert back["moment"].tzinfo is UTC


def test_nothing_comes_back_as_nothing(table: None):
    back = through_the_database()
    assert [back[name] for name in ("moment", "share", "amount", "words")] == [None] * 4


@pytest.mark.parametrize(
    ("column_type", "value"),
    [
        (UtcDateTime(), datetime(2026, 1, 1)),
        (Share(), float("nan")),
        (Money(), float("inf")),
        (Money(), 1e18),
        (CodeList(), ("a;b",)),
        (CodeList(), ("",)),
    ],
)
def test_what_cannot_come_back_as_it_was_is_refused(column_type: object, value: object):
    with pytest.raises(ValueError, match=r"zone|cannot be stored|semicolon"):
        column_type.process_bind_param(value, None)


@given(st.text(max_size=20))
def test_a_name_is_compared_without_case_and_spacing(name: str):
    assert name_key(f"  {name} ") == name_key(name)
    assert name_key(name_key(name)) == name_key(name)
    assert name_key("Corvid  MAIL") == name_key("corvid mail")


def test_every_table_and_column_says_what_it_means():
    for table in Base.metadata.sorted_tables:
        assert table.comment, table.name
        for column in table.columns:
            assert column.comment, f"{table.name}.{column.name}"


def test_every_constraint_and_index_has_a_name_that_both_engines_can_hold():
    for table in Base.metadata.sorted_tables:
        for constraint in (*table.constraints, *table.indexes):
            assert constraint.name, f"{table.name}: {constraint}"
            assert len(str(constraint.name)) <= 63, constraint.name


def test_every_foreign_key_can_be_followed_back_by_an_index():
    """Archiving asks who names a fact: without an index that reads a whole table."""
    bare = []
    for table in Base.metadata.sorted_tables:
        leading = {tuple(index.columns)[0].name for index in table.indexes}
        leading |= {
            tuple(each.columns)[0].name
            for each in table.constraints
            if isinstance(each, PrimaryKeyConstraint | UniqueConstraint) and each.columns
        }
        bare += [
            f"{table.name}.{key.parent.name}"
            for key in table.foreign_keys
            if key.parent.name not in leading
            and key.column.table.name in {"vendor", "system", "dataset", "segment", "process"}
        ]
    assert bare == []
