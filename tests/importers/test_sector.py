"""Public lists of breaches in every shape they have: each quirk has its fixture, real files are read when they are there."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from importers.sector import KEY_MAX, read
from registry.domain.breaches.public_breaches import BreachSource, Measure, Precision
from registry.domain.register.problems import errors_of
from tests.importers import breach_lists as lists
from tests.importers import files

DATA = Path(__file__).parents[3] / "shared" / "data"


def good(content, name="list.csv", **options):
    result = read(content, name=name, **options)
    assert errors_of(result.problems) == []
    return result.records


def one(content, name="list.csv"):
    (record,) = good(content, name)
    return record


def codes(result):
    return [problem.code for problem in result.problems]


# -- HHS portal


@pytest.mark.parametrize(
    "heads", [lists.RAW_HEADS, lists.NAMED_HEADS, lists.SNAKE_HEADS, ["", *lists.RAW_HEADS[1:7], "", "Web Description"]]
)
def test_every_header_of_the_portal_gives_the_same_record(heads):
    record = one(lists.hhs(heads=heads))
    assert record.source is BreachSource.HHS_OCR
    assert (record.name, record.people, record.reported) == ("Larch Clinic, P.C.", 50640, date(2026, 4, 3))
    assert (record.country, record.region, record.sector) == ("US", "US-WA", "healthcare")
    assert record.places == ("Email", "Network Server")
    assert record.began_at_vendor is False
    assert record.key == "larch clinic, p.c.|WA|2026-04-03"
    assert record.measure is Measure.PEOPLE


@pytest.mark.parametrize("day", ["04/03/2026", "4/3/2026", "2026-04-03", "2026-04-03T00:00:00.000"])
def test_dates_of_the_portal_are_month_first(day):
    assert one(lists.hhs(lists.hhs_row(day=day))).reported == date(2026, 4, 3)


def test_true_false_and_backslash_n_of_database_copies_are_understood():
    row = lists.hhs_row(associate="true", state="\\N", people="\\N", text="\\N")
    record = one(lists.hhs(row, heads=lists.SNAKE_HEADS))
    assert (record.began_at_vendor, record.region, record.people, record.description) == (True, None, None, None)


def test_a_business_associate_that_reports_is_itself_the_vendor():
    assert one(lists.hhs(lists.hhs_row(type="Business Associate", associate="No"))).began_at_vendor is True


def test_the_older_export_names_the_business_associate():
    row = [
        "1",
        "Larch Clinic",
        "WA",
        "Perch Billing",
        "1200",
        "6/13/2012",
        "Theft",
        "Paper",
        "2012-07-01",
        "A\nlong\ntext",
    ]
    record = one(lists.csv_bytes(lists.OLD_HEADS, row))
    assert (record.chains[0].vendor, record.chains[0].client) == ("Perch Billing", "Larch Clinic")
    assert record.began_at_vendor is True
    assert record.description == "A\nlong\ntext"


@pytest.mark.parametrize(("people", "is_placeholder"), [("500", True), ("501", True), ("502", False), ("", False)])
def test_500_and_501_are_placeholders(people, is_placeholder):
    assert one(lists.hhs(lists.hhs_row(people=people))).is_placeholder is is_placeholder


def test_equal_rows_stay_apart_by_their_order_and_that_is_said():
    result = read(
        lists.hhs(lists.HHS_ROW, lists.hhs_row(name="larch clinic, p.c.", people="9000"), lists.HHS_ROW), name="x.csv"
    )
    assert [record.key.rpartition("|")[2] for record in result.records] == ["2026-04-03", "2", "3"]
    assert [record.people for record in result.records] == [50640, 9000, 50640]
    assert codes(result) == ["same_name_and_date"]
    assert result.problems[0].row == 2


def test_curly_quotes_and_dashes_of_another_copy_are_the_same_key():
    curly = one(lists.hhs(lists.hhs_row(name="St. Alder\u2019s \u2013 \u201cNorth\u201d")))
    plain = one(lists.hhs(lists.hhs_row(name='St. Alder\'s - "North"')))
    assert curly.key == plain.key
    assert curly.name == "St. Alder\u2019s \u2013 \u201cNorth\u201d"


def test_a_long_description_with_line_breaks_stays_one_cell():
    record = one(lists.hhs(lists.hhs_row(text='First line.\r\n\r\nSecond, with comma and "quote".')))
    assert record.description == 'First line.\n\nSecond, with comma and "quote".'


def test_the_portal_saved_as_a_workbook_reads_the_same():
    content = files.workbook(
        Breaches=[lists.NAMED_HEADS, [*lists.HHS_ROW[:3], 50640, date(2026, 4, 3), *lists.HHS_ROW[5:]]]
    )
    assert one(content, "list.xlsx").people == 50640


def test_a_row_without_a_name_or_date_is_named_with_its_cell_and_can_be_mended():
    content = lists.hhs(lists.hhs_row(name=" "), lists.hhs_row(day="yesterday"), lists.hhs_row(people="many"))
    result = read(content, name="portal.csv")
    assert [(each.row, each.column) for each in errors_of(result.problems)] == [
        (2, "Name of Covered Entity"), (3, "Breach Submission Date"), (4, "Individuals Affected"),
    ]  # fmt: skip
    assert result.quoted["portal", 3, "Breach Submission Date"] == "yesterday"
    mended = {
        "portal": {
            (2, "Name of Covered Entity"): "Birch",
            (3, "Breach Submission Date"): "2026-01-02",
            (4, "Individuals Affected"): "",
        }
    }
    assert len(good(content, "portal.csv", mended=mended)) == 3


def test_an_unknown_state_is_a_warning_and_left_open():
    result = read(lists.hhs(lists.hhs_row(state="ZZ")), name="x.csv")
    assert codes(result) == ["unknown_state"]
    assert result.records[0].region is None


# -- Washington


def test_a_row_of_washington():
    record = one(lists.washington())
    assert record.source is BreachSource.WA_AG
    assert (record.key, record.people, record.measure) == ("10427", 11807, Measure.RESIDENTS)
    assert (record.discovered, record.reported, record.ended) == (date(2021, 2, 4), date(2021, 3, 17), None)
    assert (record.days_to_notice, record.sector, record.region) == (41, "financial", None)
    assert record.cause == "Cyberattack: Ransomware"
    assert record.began_at_vendor is None


def test_washington_without_count_state_as_word_and_with_negative_days():
    row = lists.wa_row(
        WashingtoniansAffected="",
        EntityState="Iowa",
        DaysElapsedBeforeNotification="-3",
        DateAware="2021 Apr 01 12:00:00 AM",
    )
    result = read(lists.washington(row), name="wa.csv")
    (record,) = result.records
    assert (record.people, record.region, record.days_to_notice) == (None, "US-IA", None)
    assert codes(result) == ["negative_days"]


def test_days_to_notice_are_counted_when_the_list_does_not():
    assert one(lists.washington(lists.wa_row(DaysElapsedBeforeNotification=""))).days_to_notice == 41


def test_one_id_twice_is_one_record_and_said():
    result = read(lists.washington(lists.WA_ROW, lists.wa_row(WashingtoniansAffected="12,000")), name="wa.csv")
    assert [record.people for record in result.records] == [12000]
    assert codes(result) == ["same_key"]


@pytest.mark.parametrize(
    ("name", "pairs"),
    [
        ("Us Larch, LLC (Seattle Finch Medicine)", {("Us Larch, LLC", "Seattle Finch Medicine"), ("Seattle Finch Medicine", "Us Larch, LLC")}),
        ("Perch Billing on behalf of Larch Clinic", {("Perch Billing", "Larch Clinic")}),
        ("Perch Billing, Inc., a business associate of Larch Clinic", {("Perch Billing, Inc.", "Larch Clinic")}),
        ("Larch Clinic c/o Perch Billing", {("Perch Billing", "Larch Clinic")}),
        ("Larch Clinic (vendor: Perch Billing)", {("Perch Billing", "Larch Clinic")}),
        ("Larch Clinic through its vendor Perch Billing", {("Perch Billing", "Larch Clinic")}),
        ("Larch Clinic (Perch, Inc.)", {("Larch Clinic", "Perch, Inc."), ("Perch, Inc.", "Larch Clinic")}),
        ("Larch Clinic d/b/a Larch Care", set()),
        ("Larch Clinic (formerly Finch Clinic)", set()),
        ("Larch Health Alliance (LHA)", set()),
        ("LHA (Larch Health Alliance)", set()),
        ('Larch Incorporated ("Larch")', set()),
        ("Larch, LLC", set()),
        ("(", set()),
        ("() on behalf of ()", set()),
    ],
)  # fmt: skip
def test_vendor_chains_are_proposed_from_names(name, pairs):
    record = one(lists.washington(lists.wa_row(Name=name)))
    assert {(chain.vendor, chain.client) for chain in record.chains} == pairs
    assert all(0 < chain.confidence < 1 for chain in record.chains)
    assert record.began_at_vendor is None  # never applied unasked


# -- Have I Been Pwned


def test_an_entry_of_have_i_been_pwned():
    record = one(lists.hibp(), "list.json")
    assert (record.source, record.key, record.name) == (BreachSource.HIBP, "corvid", "Corvid Mail")
    assert (record.people, record.measure) == (772904991, Measure.ACCOUNTS)
    assert (record.began, record.began_precision, record.year) == (date(2019, 9, 1), Precision.MONTH, 2019)
    assert record.description == "In 2019 a list of A & B was found."
    assert record.data == ("Email addresses", "Passwords, hashed")
    assert record.is_one_breach
    assert record.url == "https://haveibeenpwned.com/Breach/Corvid"


@pytest.mark.parametrize("change", [{"IsSpamList": True}, {"IsStealerLog": True}, {"IsMalware": True}, {"Domain": ""}])
def test_collections_and_logs_are_no_breach_of_one_firm(change):
    assert one(lists.hibp(change), "list.json").is_one_breach is False


def test_a_broken_entry_is_named_by_its_place_and_mended_there():
    content = lists.hibp({}, {"Name": ""}, {"Name": "Other", "BreachDate": "soon"})
    result = read(content, name="pwned.json")
    assert [(each.sheet, each.row, each.column) for each in errors_of(result.problems)] == [
        ("pwned", 2, "Name"), ("pwned", 3, "BreachDate"),
    ]  # fmt: skip
    mended = {"pwned": {(2, "Name"): "Second", (3, "BreachDate"): "2020-02-02"}}
    assert len(good(content, "pwned.json", mended=mended)) == 3


# -- VERIS


def test_an_incident_of_veris():
    record = one(lists.veris(), "x.json")
    assert (record.source, record.name, record.sector) == (BreachSource.VERIS, "Larch Medical Center", "healthcare")
    assert (record.people, record.measure) == (4000, Measure.RECORDS)
    assert (record.began, record.began_precision, record.reported) == (
        date(2014, 6, 1),
        Precision.MONTH,
        date(2014, 8, 11),
    )
    assert record.began_at_vendor is True
    assert [(chain.vendor, chain.client) for chain in record.chains] == [("Moss Couriers", "Larch Medical Center")]
    assert record.cause == "error (Loss)"
    assert record.url == "http://news.example/larch"
    assert record.region == "US-NJ"


def test_a_victim_with_victims_behind_it_is_the_vendor():
    victim = {
        "victim_id": "Perch Billing",
        "industry": "541",
        "secondary": {"victim_id": ["Larch Clinic", "Finch Clinic"], "amount": 2},
    }
    record = one(lists.veris({"victim": victim, "actor": {"external": {}}}), "x.json")
    assert record.began_at_vendor is True
    assert [(chain.vendor, chain.client) for chain in record.chains] == [
        ("Perch Billing", "Larch Clinic"),
        ("Perch Billing", "Finch Clinic"),
    ]


@pytest.mark.parametrize(("actor", "said"), [({"external": {}}, False), ({"unknown": {}}, None), ({}, None)])
def test_where_it_began_is_open_when_no_actor_is_known(actor, said):
    assert one(lists.veris({"actor": actor}), "x.json").began_at_vendor is said


def test_near_misses_are_left_out_and_said():
    result = read(lists.veris({}, {"incident_id": "b", "security_incident": "Near miss"}), name="x.json")
    assert len(result.records) == 1
    assert codes(result) == ["no_incident"]


def test_veris_alone_in_lines_and_in_a_zip():
    single = json.dumps(lists.VERIS_INCIDENT)
    other = json.dumps(lists.VERIS_INCIDENT | {"incident_id": "second"})
    assert len(good(single.encode(), "a.json")) == 1
    assert len(good(f"{single}\n\n{other}\n".encode(), "a.jsonl")) == 2
    assert len(good(files.zipped({"data/a.json": single, "data/b.json": other, "readme.md": "x"}), "vcdb.zip")) == 2


# -- any other list


def test_any_table_with_names_in_common_use():
    row = [
        "7",
        "Larch Shop, Inc.",
        "12,500",
        "Retail",
        "US",
        "Iowa",
        "2024-02-01",
        "2024-01-02",
        "Perch Hosting",
        "names; cards",
        "https://x.example/1",
    ]
    heads = [
        "Case Number",
        "Organization Name",
        "Total Affected",
        "Industry",
        "Country",
        "State",
        "Date Reported",
        "Date Discovered",
        "Third Party",
        "Information Type",
        "Source",
    ]
    record = one(lists.csv_bytes(["Breaches of 2024"], heads, row))
    assert (record.key, record.people, record.sector, record.region) == (
        "7|larch shop, inc.|US-IA|",
        12500,
        "retail",
        "US-IA",
    )
    assert (record.days_to_notice, record.began_at_vendor, record.data) == (30, True, ("names", "cards"))
    assert record.chains[0].vendor == "Perch Hosting"
    assert record.url == "https://x.example/1"


@pytest.mark.parametrize(("said", "meant"), [("yes", True), ("No", False), ("", None), ("Perch", True)])
def test_a_column_for_the_vendor_may_hold_yes_no_or_a_name(said, meant):
    record = one(lists.csv_bytes(["name", "people", "vendor"], ["Larch", "900", said]))
    assert record.began_at_vendor is meant
    assert len(record.chains) == (said == "Perch")


def test_dates_that_can_be_two_are_asked():
    content = lists.csv_bytes(["name", "people", "reported"], ["Larch", "900", "03/04/2024"])
    assert codes(read(content, name="x.csv")) == ["ambiguous_date"]
    assert one_day(content, "day_first") == date(2024, 4, 3)
    assert one_day(content, "month_first") == date(2024, 3, 4)


def one_day(content, order):
    return good(content, "x.csv", day_order=order)[0].reported


def test_links_that_are_no_web_address_are_dropped():
    assert one(lists.csv_bytes(["name", "people", "url"], ["Larch", "900", "javascript:alert(1)"])).url is None


def test_a_key_longer_than_a_column_is_cut_and_hashed():
    record = one(lists.csv_bytes(["name", "people", "id"], ["L" * 390, "900", "7"]))
    assert len(record.key) == KEY_MAX


# -- bad files


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "wrong_kind"),
        (b"<html></html>", "wrong_kind"),
        (b"a,b\n1,2\n", "unknown_list"),
        (b"[1, 2, 3]", "unknown_list"),
        (b'{"cases": []}', "unknown_list"),
        (b'[{"Name": "x", "PwnCount": 1},', "broken_json"),
        (b'[{"Name": "x", "PwnCount": NaN}]', "broken_json"),
        (b"[" * 100_000, "broken_json"),
        (b'{"Name": "\xff"}', "unknown_list"),
        ("name,people\nA,1".encode("utf-16"), "encoding"),
        (b"name,people\nA,\x001", "nul_bytes"),
        (b'name,people\n"A,1\n', "unclosed_quote"),
        (b"name,people\n", "no_rows"),
        (b"PK\x03\x04 cut off", "damaged"),
        (files.zipped({"a.txt": "x"}), "wrong_kind"),
        (files.zipped({"../a.json": "{}"}), "unsafe_name"),
    ],
)
def test_files_that_are_no_list_are_refused_with_the_reason(content, code):
    result = read(content, name="x")
    assert code in codes(result), result.problems
    assert result.records == []


def test_a_bomb_of_json_is_refused():
    bomb = files.zipped({"a.json": "[" + " " * (40 * 2**20) + "]"})
    assert codes(read(bomb, name="x.zip")) == ["zip_bomb"]


# -- the real files, when they are there

real = pytest.mark.skipif(not DATA.is_dir(), reason="the public sample files are not beside this checkout")


@cache
def real_file(name):
    """Read once, for all tests of it."""
    return read(DATA / name)


@real
@pytest.mark.parametrize(
    ("name", "count", "warnings"),
    [
        ("hhs_ocr_breach_portal_raw_2023-10_2026-04.csv", 702, ["same_name_and_date"] * 4),
        ("wa_ag_breach_notifications_sample.csv", 150, []),
        ("hibp_breaches_sample.json", 40, []),
    ],
)
def test_the_real_files_read_without_an_unexplained_row(name, count, warnings):
    result = real_file(name)
    assert len(result.records) == count
    assert codes(result) == warnings
    assert len({record.key for record in result.records}) == count


@real
def test_the_real_portal_has_as_many_placeholders_and_blanks_as_counted_by_hand():
    records = real_file("hhs_ocr_breach_portal_raw_2023-10_2026-04.csv").records
    assert sum(record.is_placeholder for record in records) == 77
    assert sum(record.region is None for record in records) == 2
    assert sum(len(record.places) > 1 for record in records) == 20


@real
def test_the_real_list_of_accounts_has_its_collections():
    records = real_file("hibp_breaches_sample.json").records
    assert sum(record.is_verified is False for record in records) == 8
    assert sum(record.domain is None for record in records) == 10
    assert not any("<" in (record.description or "") for record in records)
