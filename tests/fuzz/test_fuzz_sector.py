"""Whatever the bytes and structures: records and problems come out, never an exception, and records a table can hold."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers.sector import KEY_MAX, BreachFile, read
from registry.domain.register.problems import errors_of
from tests.importers import breach_lists as lists

fuzz = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
odd = st.sampled_from([
    "#N/A", "=1+1", "03/04/2024", "00/00/0000", "1e400", "9" * 400, "NaN", "-1", "501", "\\N", "x" * 5000, "\u202eabc", "a;b;;c", ";", "()",
    "A (B)", "A on behalf of B", "\x00\x01", "\ud800", "2021 Feb 04 12:00:00 AM", "9999 Dec 31 12:00:00 AM", "true", "", " ",
])  # fmt: skip
texts = st.text(max_size=12) | odd
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
LIMITS = {"name": 400, "entity_type": 100, "domain": 253, "url": 1000, "key": KEY_MAX, "region": 10, "sector": 64}


def holds(result):
    assert isinstance(result, BreachFile)
    assert result.records or errors_of(result.problems)
    assert len({(record.source, record.key) for record in result.records}) == len(result.records)
    for problem in result.problems:
        assert problem.message
        assert problem.row is None or problem.row >= 1
    for record in result.records:
        assert record.name
        assert record.people is None or 0 <= record.people <= 10**10
        assert record.days_to_notice is None or 0 <= record.days_to_notice < 2**31
        for name, most in LIMITS.items():
            assert len(getattr(record, name) or "") <= most, name
        for words in (record.places, record.data):
            assert all(word and ";" not in word for word in words)
        whole = [
            record.name,
            record.key,
            record.cause,
            record.description,
            record.url,
            record.domain,
            *record.places,
            *record.data,
        ]
        whole += [part for chain in record.chains for part in (chain.vendor, chain.client)]
        for text in whole:
            assert "\x00" not in (text or "")
            (text or "").encode()  # no lone surrogates: PostgreSQL would refuse them


@fuzz
@given(content=st.binary(max_size=300), name=st.sampled_from(["", "x.csv", "x.json", "x.xlsx", "x.zip"]))
def test_any_bytes(content, name):
    holds(read(content, name=name))


@fuzz
@given(
    heads=st.sampled_from(
        [
            lists.RAW_HEADS,
            lists.SNAKE_HEADS,
            lists.OLD_HEADS,
            lists.WA_HEADS,
            ["name", "people", "reported", "vendor", "data", "id", "url", "domain"],
        ]
    ),
    rows=st.lists(st.lists(texts, min_size=1, max_size=18), min_size=1, max_size=5),
)
def test_any_cells_under_a_header_that_is_known(heads, rows):
    lines = [[str(cell).encode("utf-8", "replace").decode() for cell in row] for row in [heads, *rows]]
    holds(read(lists.csv_bytes(*lines), name="list.csv"))


@fuzz
@given(
    changes=st.lists(
        st.dictionaries(st.sampled_from(sorted(lists.HIBP_ENTRY)), anything, max_size=5), min_size=1, max_size=4
    )
)
def test_any_values_in_entries_of_have_i_been_pwned(changes):
    holds(read(json.dumps([lists.HIBP_ENTRY | change for change in changes]).encode(), name="x.json"))


@fuzz
@given(
    changes=st.lists(
        st.dictionaries(st.sampled_from(sorted(lists.VERIS_INCIDENT)), anything, max_size=5), min_size=1, max_size=4
    ),
    inner=st.dictionaries(
        st.sampled_from(["victim_id", "industry", "country", "state", "secondary"]), anything, max_size=4
    ),
)
def test_any_values_in_incidents_of_veris(changes, inner):
    entries = [lists.VERIS_INCIDENT | change for change in changes] + [lists.VERIS_INCIDENT | {"victim": inner}]
    holds(read(json.dumps(entries).encode(), name="x.json"))


@fuzz
@given(value=anything)
def test_any_json(value):
    holds(read(json.dumps(value).encode(), name="x.json"))
