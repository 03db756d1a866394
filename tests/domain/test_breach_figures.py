"""Usual sizes and places among public breaches."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from registry.domain.breaches.breach_figures import counts_by_year, place, sizes_of

sizes = st.lists(st.integers(500, 10**9), min_size=1, max_size=60)


def test_without_numbers_nothing_is_said():
    assert sizes_of([]).p50 is None
    assert place(1_000, []) is None


@given(sizes)
def test_sizes_are_numbers_that_occur_in_their_order(numbers):
    found = sizes_of(numbers)
    assert found.p50 in numbers
    assert found.p95 in numbers
    assert found.p50 <= found.p95
    ordered = sorted(numbers)
    assert sum(number <= found.p50 for number in ordered) >= len(ordered) / 2
    assert sum(number > found.p95 for number in ordered) <= len(ordered) * 0.05


@given(sizes, st.floats(0, 1e10))
def test_a_place_agrees_with_counting(numbers, people):
    placed = place(people, numbers)
    counted = sum(1.0 if number < people else 0.5 if number == people else 0.0 for number in numbers) / len(numbers)
    assert abs(placed.share_below - counted) < 1e-12
    assert placed.is_below_the_lists == (people < 500)


@given(sizes, st.floats(0, 1e10), st.floats(0, 1e10))
def test_more_people_are_never_placed_lower(numbers, one, other):
    low, high = sorted((one, other))
    assert place(low, numbers).share_below <= place(high, numbers).share_below


def test_years_between_are_shown_with_nothing():
    found = counts_by_year([(2020, "a"), (2022, "a"), (2022, "b")], lambda row: row[0], lambda row: row[1])
    assert found == {2020: Counter(a=1), 2021: Counter(), 2022: Counter(a=1, b=1)}
    assert counts_by_year([], lambda row: row, lambda row: row) == {}
