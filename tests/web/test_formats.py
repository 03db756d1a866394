"""How figures, dates and words are written."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.core import formats

THIN = "\u202f"


def plain(text: str) -> str:
    return text.replace(THIN, " ").replace("\u2013", "-").replace("\u2212", "-")


@pytest.mark.parametrize(
    "value,written",
    [
        (0, "0"),
        (37, "37"),
        (999, "999"),
        (4_100, "4.10 k"),
        (90_000, "90.0 k"),
        (960_000, "960 k"),
        (999_600, "1.00 M"),
        (2_412_345, "2.41 M"),
        (14_800_000, "14.8 M"),
        (195_000_000, "195 M"),
        (3.2e9, "3.20 bn"),
        (-41_000, "-41.0 k"),
        (0.5, "0.50"),
        (None, "not known"),
        (float("inf"), "unbounded"),
    ],
)
def test_a_figure_has_three_digits_and_a_unit(value, written):
    assert plain(formats.short(value)) == written


@given(st.floats(min_value=1, max_value=1e14))
def test_a_figure_is_within_half_a_percent_of_what_it_stands_for(value):
    text = plain(formats.short(value)).replace(",", "")
    number, _, unit = text.partition(" ")
    factor = {"": 1, "k": 1e3, "M": 1e6, "bn": 1e9, "tn": 1e12}[unit]
    assert float(number) * factor == pytest.approx(value, rel=0.0051)


@pytest.mark.parametrize(
    "chance,written",
    [(0, "0 %"), (1, "100 %"), (0.0001, "< 1 %"), (0.9999, "> 99 %"), (0.41, "41 %"), (None, "not known")],
)
def test_what_can_happen_is_never_zero_percent_and_what_may_fail_never_a_hundred(chance, written):
    assert plain(formats.percent(chance)) == written


@given(st.floats(min_value=1e-12, max_value=1 - 1e-12))
def test_a_chance_between_never_and_always_is_written_as_neither(chance):
    assert plain(formats.percent(chance)) not in {"0 %", "100 %"}


def test_a_range_names_its_unit_once():
    assert plain(formats.spread(900_000, 3_100_000)) == "0.90-3.10 M"
    assert plain(formats.spread(1_120_000, 195_000_000)) == "1.12-195 M"


def test_a_range_whose_small_end_would_vanish_names_both_units():
    assert plain(formats.spread(8_400, 3_100_000)) == "8.40 k-3.10 M"


def test_money_has_its_sign_before_the_symbol():
    assert plain(formats.money(-620_000, "EUR")) == "-€ 620 k"
    assert plain(formats.money(14_800_000)) == "$ 14.8 M"


def test_a_difference_of_chances_is_in_points_and_none_reads_same():
    assert plain(formats.points(-0.133)) == "-13.3 pts"
    assert formats.points(0.0001) == "same"


def test_a_date_has_its_year_unless_it_is_this_one():
    assert ">30 Jun<" in formats.day(date(2026, 6, 30), date(2026, 1, 1))
    assert ">30 Jun 2026<" in formats.day(date(2026, 6, 30), date(2027, 1, 1))


def test_a_moment_is_in_the_readers_zone_with_utc_on_hover():
    zone = timezone(timedelta(hours=2))
    written = formats.moment(datetime(2026, 6, 9, 23, 30, 5, tzinfo=UTC), zone)
    assert 'datetime="2026-06-09T23:30:05Z"' in written
    assert 'title="9 Jun 2026, 23:30:05 UTC"' in written
    assert ">10 Jun 2026, 01:30<" in written


@pytest.mark.parametrize("days,written", [(-12, "12 days late"), (-1, "1 day late"), (0, "today"), (6, "in 6 days")])
def test_lateness_is_told_in_words(days, written):
    today = date(2026, 6, 15)
    assert formats.lateness(today + timedelta(days=days), today) == written


def test_a_typed_text_keeps_its_lines_and_nothing_else():
    assert str(formats.lines("<b>one</b>\ntwo")) == "&lt;b&gt;one&lt;/b&gt;<br>two"


def test_a_category_below_a_special_one_is_special():
    assert formats.is_special_category("user.health.something_new")
    assert not formats.is_special_category("nowhere.at_all")
    assert formats.category_word("user.account.credentials") == "credentials"
