"""Worked cases per rule, threshold by threshold and calendar by calendar; the board drops nothing; scope as it comes in."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.duties.clocks import clocks
from registry.domain.duties.obligations import Exposure, Headcount, Standing, duties, rule_from_row
from registry.domain.incidents.duty_board import (
    BoardLine,
    Decision,
    KnownCount,
    WarningStep,
    board,
    kept_duties,
    known_exposure,
    next_due,
    warnings_due,
)
from registry.domain.incidents.notice_draft import NoticeFacts, draft
from registry.reference.load import read_rows

RULES = {row["code"]: rule_from_row(row) for row in read_rows("notification_rules")}
DUBLIN, NEW_YORK, SAO_PAULO = ZoneInfo("Europe/Dublin"), ZoneInfo("America/New_York"), ZoneInfo("America/Sao_Paulo")
ALL_KINDS = frozenset({"card", "health", "state_law"})
DAYS_OFF = {
    DUBLIN: holidays.country_holidays("IE"),
    NEW_YORK: holidays.country_holidays("US"),
    SAO_PAULO: holidays.country_holidays("BR"),
}


def works(zone: ZoneInfo):
    return lambda day: day.weekday() < 5 and day not in DAYS_OFF[zone]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# rule, role, place, zone, moment of its trigger, due; each due worked out by hand from a calendar
CLOCKS = [
    # 72 and 24 hours are hours of the world's clock, over both changes of clocks
    ("EU-GDPR-33-1", "controller", "DE", DUBLIN, "2026-03-28T10:00", "2026-03-31T10:00"),
    ("EU-GDPR-33-1", "controller", "DE", DUBLIN, "2026-10-24T23:30", "2026-10-27T23:30"),
    ("GB-GDPR-33", "controller", "GB", DUBLIN, "2026-12-24T18:00", "2026-12-27T18:00"),
    # days end with the last second of the local day, summer time or not, and over the end of a month or a year
    ("US-HIPAA-PEOPLE", "hipaa_covered_entity", "US-CA", NEW_YORK, "2026-01-15T03:00", "2026-03-16T03:59:59"),
    ("US-CA-PEOPLE", "", "US-CA", NEW_YORK, "2026-12-10T12:00", "2027-01-10T04:59:59"),
    ("US-TX-AG", "", "US-TX", DUBLIN, "2028-01-31T12:00", "2028-03-01T23:59:59"),
    # four business days from the Wednesday before Thanksgiving: Fri, Mon, Tue, Wed
    ("US-SEC-8K", "listed_company", "US-CA", NEW_YORK, "2026-11-25T15:00", "2026-12-03T04:59:59"),
    # from a Friday before Easter Monday in Ireland: Tue, Wed, Thu
    ("CARD-VISA-REPORT", "card_data_holder", "IE", DUBLIN, "2026-04-03T09:00", "2026-04-09T22:59:59"),
    # Carnival is no holiday of the nation in Brazil, Tiradentes (21 April) is: Mon, Wed, Thu
    ("BR-LGPD-ANPD", "controller", "BR", SAO_PAULO, "2026-04-17T15:00", "2026-04-24T02:59:59"),
    # the moment late in the evening in UTC is the day before in New York
    ("US-SEC-8K", "listed_company", "US-CA", NEW_YORK, "2026-06-30T02:00", "2026-07-07T03:59:59"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "role", "place", "zone", "at", "due"), CLOCKS)
def test_a_clock_runs_out_at_the_worked_moment(code: str, role: str, place: str, zone: ZoneInfo, at: str, due: str):
    exposure = Exposure(people={place: Headcount(9_000, 9_000)}, data_kinds=ALL_KINDS)
    found = duties([RULES[code]], exposure, {role or "controller"}, utc(at).date())
    (clock,) = clocks(found, {RULES[code].trigger: utc(at)}, zone=zone, is_business_day=works(zone))
    assert clock.due == utc(due)


THRESHOLDS = [
    ("US-HIPAA-HHS-500", "hipaa_covered_entity", "US-CA", 500),
    ("US-HIPAA-MEDIA", "hipaa_covered_entity", "US-CA", 501),
    ("US-FTC-HBNR-FTC", "health_app_vendor", "US-CA", 500),
    ("US-FTC-SAFEGUARDS", "non_bank_financial_institution", "US-CA", 500),
    ("US-NY-GBL-CRA", "controller", "US-NY", 5_001),
    ("US-CA-AG", "controller", "US-CA", 501),
    ("US-TX-AG", "controller", "US-TX", 250),
    ("US-TX-CRA", "controller", "US-TX", 10_001),
    ("US-FL-AG", "controller", "US-FL", 500),
    ("US-FL-CRA", "controller", "US-FL", 1_001),
    ("US-CO-AG", "controller", "US-CO", 500),
    ("US-CO-CRA", "controller", "US-CO", 1_001),
    ("US-OK-AG", "controller", "US-OK", 500),
    ("US-WA-AG", "controller", "US-WA", 501),
]


@pytest.mark.parametrize(("code", "role", "place", "threshold"), THRESHOLDS)
def test_a_threshold_binds_from_its_number_on_and_an_assumed_one_never_misses(
    code: str, role: str, place: str, threshold: int
):
    def standing(people: int, *, known: bool = True) -> Standing:
        exposure = Exposure(people={place: Headcount(people, people)}, data_kinds=ALL_KINDS, counts_known=known)
        (duty,) = duties([RULES[code]], exposure, {role}, date(2026, 11, 24))
        return duty.standing

    assert standing(threshold - 1) is Standing.NOT_REACHED
    assert standing(threshold) is standing(threshold + 1) is Standing.APPLIES
    assert standing(threshold - 1, known=False) is Standing.MAY_APPLY


@pytest.mark.parametrize("code", ["EU-GDPR-34", "US-CA-PEOPLE", "US-WA-PEOPLE", "US-HIPAA-PEOPLE"])
def test_encryption_makes_a_duty_possible_and_never_gone(code: str):
    rule = RULES[code]
    place = rule.jurisdiction if "-" in rule.jurisdiction else {"EEA": "DE", "US": "US-CA"}[rule.jurisdiction]
    people, role = {place: Headcount(9_000, 9_000)}, rule.applies_to or "controller"
    for protected, wanted in ((False, Standing.APPLIES), (True, Standing.MAY_APPLY)):
        exposure = Exposure(people=people, data_kinds=ALL_KINDS, all_protected=protected)
        (duty,) = duties([rule], exposure, {role}, date(2026, 11, 24))
        assert duty.standing is wanted


def test_every_rule_with_a_threshold_has_a_worked_case_or_another_way_into_it():
    named = {case[0] for case in THRESHOLDS}
    either = {"JP-APPI-PRELIMINARY", "JP-APPI-FINAL", "JP-APPI-PEOPLE", "KR-PIPA-AUTHORITY", "SG-PDPA-PDPC"}
    assert {code for code, rule in RULES.items() if rule.threshold_people} - named == either


AT = utc("2026-11-20T09:00")
EXPOSURE = Exposure(people={"DE": Headcount(50, 90)}, data_kinds=())


def lines(moments: dict[str, datetime], seen: frozenset[str] = frozenset(), **decided: Decision) -> list[BoardLine]:
    names = {code.replace("_", "-"): decision for code, decision in decided.items()}
    measured = duties(RULES.values(), EXPOSURE, {"controller"}, AT.date())
    kept = kept_duties(measured, seen, RULES)
    return board(clocks(kept, moments, zone=DUBLIN, is_business_day=works(DUBLIN)), names, seen=seen)


def test_what_was_on_the_board_stays_with_its_clock():
    found = {line.rule.code: line for line in lines({"discovery": AT}, frozenset({"US-CA-PEOPLE"}))}
    gone = found["US-CA-PEOPLE"]
    assert gone.standing is None
    assert gone.is_open
    assert gone.due is not None
    assert "US-CA-PEOPLE" not in {line.rule.code for line in lines({"discovery": AT})}


def test_the_next_deadline_is_a_certain_one_of_ours_that_nobody_settled():
    found = next_due(lines({"awareness": AT}))
    assert found is not None
    assert found.rule.code == "EU-GDPR-33-1"
    done = Decision(is_done=True, at=AT, person="Ines", words="Receipt")
    after = next_due(lines({"awareness": AT}, EU_GDPR_33_1=done))
    assert after is None or after.rule.code != "EU-GDPR-33-1"
    assert next_due(lines({})) is None


@settings(max_examples=40)
@given(st.lists(st.integers(0, 200), max_size=12))
def test_warnings_come_once_each_whenever_somebody_looks(hours: list[int]):
    (line,) = [each for each in lines({"awareness": AT}) if each.rule.code == "EU-GDPR-33-1"]
    assert line.due is not None
    planned: set[tuple[str, datetime, WarningStep]] = set()
    for hour in sorted(hours):
        new = warnings_due([line], AT + timedelta(hours=hour), planned)
        passed = [step for step, share in zip(WarningStep, (36, 57.6, 72), strict=True) if hour >= share]
        wanted = bool(passed) and (line.rule.code, line.due, passed[-1]) not in planned
        assert [step for _, step in new] == ([passed[-1]] if wanted else [])
        planned |= {(each.rule.code, line.due, step) for each, step in new}


def counts(*given: tuple[str, str | None, int | None]) -> list[KnownCount]:
    return [KnownCount(dataset=dataset, jurisdiction=place, people=people) for dataset, place, people in given]


def test_several_datasets_in_one_place_are_at_least_the_largest_and_at_most_all():
    told = counts(("D-001", "DE", 400), ("D-002", "DE", 300))
    exposure = known_exposure(told, (), EXPOSURE, is_final=True)
    assert exposure.people == {"DE": Headcount(400, 700)}
    assert exposure.counts_known


def test_until_counts_are_final_nothing_that_was_expected_is_ruled_out():
    told = counts(("D-001", "FR", 10))
    first = known_exposure(told, {"card"}, EXPOSURE, is_final=False)
    assert set(first.people) == {"DE", "FR"}
    assert not first.counts_known
    final = known_exposure(told, {"card"}, EXPOSURE, is_final=True)
    assert set(final.people) == {"FR"}


def test_a_number_a_source_does_not_know_is_never_zero():
    exposure = known_exposure(counts(("D-001", "DE", None)), (), EXPOSURE, is_final=True)
    assert exposure.people["DE"] == Headcount(50, 90)
    assert not exposure.counts_known
    assert not known_exposure([], (), EXPOSURE, is_final=True).counts_known


def test_a_draft_names_every_gap():
    facts = NoticeFacts(
        organisation="Brackwater", vendors="Corvid Mail", kind="data theft", moments={"awareness": AT}, people=None,
        places="DE", categories="name", is_protected=True, contact=None,
    )  # fmt: skip
    formal, public = draft(RULES["EU-GDPR-33-1"], facts), draft(RULES["EU-GDPR-34"], facts)
    assert "We became aware: 2026-11-20 09:00 UTC." in formal
    assert "[to be filled in: how many people]" in formal
    assert "encrypted or tokenised" in formal
    assert public.startswith("Dear customer,")
