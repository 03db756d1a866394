"""Duties and their clocks: worked cases against the shipped rules."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from registry.domain.duties.clocks import clocks, moments_if_confirmed
from registry.domain.duties.deadlines import Period, Unit, add_months, hours_in, run_out
from registry.domain.duties.obligations import (
    Bearer,
    Duty,
    DutyRule,
    Exposure,
    Headcount,
    Standing,
    duties,
    notice_margin_hours,
    rule_from_row,
    unplaced_people,
)
from registry.reference.load import read_rows

RULES = [rule_from_row(row) for row in read_rows("notification_rules")]
TODAY = date(2026, 11, 23)
ALL_KINDS = frozenset({"card", "health", "state_law"})


def exactly(number: float) -> Headcount:
    return Headcount(number, number)


def measured(
    people: dict[str | None, float],
    roles: tuple[str, ...] = (),
    *,
    kinds: frozenset[str] = ALL_KINDS,
    protected: bool = False,
    known: bool = True,
    on: date = TODAY,
) -> dict[str, Duty]:
    exposure = Exposure(
        people={place: exactly(count) for place, count in people.items()},
        data_kinds=kinds,
        all_protected=protected,
        counts_known=known,
    )
    return {duty.rule.code: duty for duty in duties(RULES, exposure, roles, on)}


def test_every_shipped_rule_can_be_read_and_has_a_unique_code():
    assert len({rule.code for rule in RULES}) == len(RULES) == len(read_rows("notification_rules"))


def test_a_controller_with_people_in_germany_must_tell_the_authority_within_72_hours():
    duty = measured({"DE": 10}, ("controller",))["EU-GDPR-33-1"]
    assert (duty.standing, duty.bearer, duty.rule.period) == (
        Standing.APPLIES,
        Bearer.ORGANISATION,
        Period(72, Unit.HOURS),
    )
    assert any("risk" in reason for reason in duty.reasons)


@pytest.mark.parametrize("country, is_covered", [("NO", True), ("CH", False), ("GB", False)])
def test_the_gdpr_reaches_the_economic_area_and_no_further(country: str, *, is_covered: bool):
    assert ("EU-GDPR-33-1" in measured({country: 5}, ("controller",))) is is_covered


def test_without_roles_every_rule_may_apply_and_says_why():
    duty = measured({"DE": 10})["EU-GDPR-33-1"]
    assert duty.standing is Standing.MAY_APPLY
    assert "roles are not set" in duty.reasons[0]


def test_with_roles_set_rules_for_others_are_not_ours():
    found = measured({"DE": 10}, ("controller",))
    assert "EU-DORA-INITIAL" not in found
    assert "EU-NIS2-EARLY" not in found


def test_a_processors_duty_falls_on_the_vendor():
    assert measured({"DE": 10}, ("controller",))["EU-GDPR-33-2"].bearer is Bearer.VENDOR
    assert measured({"DE": 10}, ("controller", "processor"))["EU-GDPR-33-2"].bearer is Bearer.ORGANISATION


@pytest.mark.parametrize(
    "residents, standing",
    [(500, Standing.NOT_REACHED), (501, Standing.APPLIES)],
)
def test_california_counts_more_than_500_residents(residents: int, standing: Standing):
    assert measured({"US-CA": residents, "US-TX": 10_000})["US-CA-AG"].standing is standing


def test_a_range_that_spans_the_threshold_may_apply():
    exposure = Exposure(people={"US-CA": Headcount(300, 700)}, data_kinds=ALL_KINDS)
    found = {duty.rule.code: duty for duty in duties(RULES, exposure, (), TODAY)}
    assert found["US-CA-AG"].standing is Standing.MAY_APPLY


def test_an_assumed_number_of_people_never_switches_a_duty_off():
    assert measured({"US-CA": 0}, known=False)["US-CA-AG"].standing is Standing.MAY_APPLY
    assert "US-CA-AG" not in measured({"US-CA": 0})


def test_another_way_into_a_duty_keeps_it_possible_below_the_number():
    duty = measured({"JP": 5}, ("controller",))["JP-APPI-PRELIMINARY"]
    assert duty.standing is Standing.MAY_APPLY


def test_the_media_duty_counts_the_largest_state_not_the_sum():
    roles = ("hipaa_covered_entity",)
    assert measured({"US-CA": 400, "US-TX": 400}, roles)["US-HIPAA-MEDIA"].standing is Standing.NOT_REACHED
    assert measured({"US-CA": 501, "US-TX": 1}, roles)["US-HIPAA-MEDIA"].standing is Standing.APPLIES


def test_states_without_a_row_of_their_own_are_covered_by_the_other_states_rules():
    assert "US-OTHER-PEOPLE" in measured({"US-MT": 3})
    assert "US-OTHER-PEOPLE" not in measured({"US-CA": 3})


def test_people_known_only_by_country_make_state_rules_possible():
    duty = measured({"US": 5_000})["US-CA-PEOPLE"]
    assert duty.standing is Standing.MAY_APPLY
    assert "without their state" in duty.reasons[0]


def test_rules_about_cards_and_health_need_such_data():
    found = measured({"US-CA": 5_000}, ("card_data_holder", "hipaa_covered_entity"), kinds=frozenset())
    assert found["CARD-VISA-FIRST"].standing is Standing.NOT_REACHED
    assert found["US-HIPAA-PEOPLE"].standing is Standing.NOT_REACHED
    assert found["US-CA-PEOPLE"].standing is Standing.NOT_REACHED


def test_protection_opens_the_safe_harbour_but_a_person_decides():
    duty = measured({"US-CA": 5_000}, protected=True)["US-CA-PEOPLE"]
    assert duty.standing is Standing.MAY_APPLY
    assert any("encrypted" in reason for reason in duty.reasons)


def test_a_proposal_never_fires_and_a_future_rule_waits_for_its_day():
    found = measured({"DE": 5}, ("controller", "product_manufacturer"))
    assert "EU-OMNIBUS-33-1" not in found
    assert "EU-CRA-EARLY" in found
    assert "EU-CRA-EARLY" not in measured({"DE": 5}, ("product_manufacturer",), on=date(2026, 9, 10))


def test_people_without_a_jurisdiction_are_counted_apart():
    exposure = Exposure(people={None: exactly(40), "DE": exactly(2)}, data_kinds=())
    assert unplaced_people(exposure) == 40


def test_nobody_exposed_brings_no_duty():
    assert measured({"DE": 0}, ("controller",)) == {}


def test_certain_and_short_duties_come_first():
    exposure = Exposure(people={"DE": exactly(9), "US-NY": exactly(9)}, data_kinds=ALL_KINDS)
    found = duties(RULES, exposure, ("controller", "financial_entity", "ny_dfs_covered_entity"), TODAY)
    assert found[0].rule.code == "EU-DORA-INITIAL"
    standings = [list(Standing).index(duty.standing) for duty in found]
    assert standings == sorted(standings)


def weekday(day: date) -> bool:
    return day.weekday() < 5


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "start, period, due",
    [
        # 72 hours over the end of summer time stay 72 hours of the world's clock.
        (datetime(2026, 10, 24, 12, tzinfo=BERLIN), Period(72, Unit.HOURS), datetime(2026, 10, 27, 10, tzinfo=UTC)),
        (datetime(2026, 11, 20, 9, tzinfo=BERLIN), Period(4, Unit.BUSINESS_DAYS), datetime(2026, 11, 26, 22, 59, 59, tzinfo=UTC)),
        (datetime(2026, 1, 31, 9, tzinfo=BERLIN), Period(1, Unit.MONTHS), datetime(2026, 2, 28, 22, 59, 59, tzinfo=UTC)),
        (datetime(2028, 1, 31, 9, tzinfo=BERLIN), Period(1, Unit.MONTHS), datetime(2028, 2, 29, 22, 59, 59, tzinfo=UTC)),
        (datetime(2026, 12, 10, 23, 30, tzinfo=UTC), Period(30, Unit.DAYS), datetime(2027, 1, 10, 22, 59, 59, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_clocks_run_out_at_the_worked_moment(start: datetime, period: Period, due: datetime):
    assert run_out(start, period, BERLIN, weekday) == due


def test_a_clock_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        run_out(datetime(2026, 1, 1), Period(1, Unit.HOURS), BERLIN, weekday)


def test_months_clamp_to_the_last_day():
    assert add_months(date(2027, 12, 31), 2) == date(2028, 2, 29)


@pytest.mark.parametrize(
    "period, hours",
    [(Period(4, Unit.BUSINESS_DAYS), 96), (Period(1, Unit.MONTHS), 672), (Period(36, Unit.HOURS), 36)],
)
def test_periods_compare_by_their_shortest_reading(period: Period, hours: float):
    assert hours_in(period) == hours


def test_steps_that_follow_a_notice_count_from_its_deadline_until_it_is_sent():
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    found = list(measured({"DE": 9}, ("financial_entity",)).values())
    zone = ZoneInfo("UTC")
    planned = {
        c.duty.rule.code: c for c in clocks(found, moments_if_confirmed(now), zone=zone, is_business_day=weekday)
    }
    assert planned["EU-DORA-INITIAL"].due == datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert planned["EU-DORA-INTERMEDIATE"].due == datetime(2026, 11, 26, 13, tzinfo=UTC)
    assert planned["EU-DORA-INTERMEDIATE"].assumed
    sent = {"EU-DORA-INITIAL": datetime(2026, 11, 23, 10, tzinfo=UTC)}
    after = {c.duty.rule.code: c for c in clocks(found, {}, zone=zone, is_business_day=weekday, submitted=sent)}
    assert after["EU-DORA-INTERMEDIATE"].due == datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert after["EU-DORA-INITIAL"].started is None
    assert after["EU-DORA-INITIAL"].due is None


def test_the_small_breach_report_counts_from_the_end_of_the_year():
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    found = list(measured({"US-CA": 9}, ("hipaa_covered_entity",)).values())
    board = {
        c.duty.rule.code: c
        for c in clocks(found, moments_if_confirmed(now), zone=ZoneInfo("UTC"), is_business_day=weekday)
    }
    assert board["US-HIPAA-HHS-SMALL"].due == datetime(2027, 3, 1, 23, 59, 59, tzinfo=UTC)


def test_a_contract_that_tells_us_late_has_a_negative_margin():
    assert notice_margin_hours(Period(72, Unit.HOURS), 72, 24) == -24
    assert notice_margin_hours(Period(72, Unit.HOURS), None, 24) is None


def test_a_broken_rule_names_itself():
    row = {**read_rows("notification_rules")[0], "deadline_unit": "fortnights"}
    with pytest.raises(ValueError, match="EU-GDPR-33-1"):
        rule_from_row(row)


def test_rules_that_name_each_other_leave_their_clocks_not_started():
    row = {**read_rows("notification_rules")[0], "trigger": "submission_of_previous"}
    loop: list[DutyRule] = [
        rule_from_row({**row, "code": "A", "previous": "B"}),
        rule_from_row({**row, "code": "B", "previous": "A"}),
    ]
    exposure = Exposure(people={"DE": exactly(1)}, data_kinds=())
    found = duties(loop, exposure, ("controller",), TODAY)
    board = clocks(found, {}, zone=BERLIN, is_business_day=weekday)
    assert [clock.due for clock in board] == [None, None]
