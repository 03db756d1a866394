"""Lists of sub-processors, pasted or as files: nth parties, what each gets, and what differs from the last list."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers.data_words import categories_in
from importers.register import read as read_register
from importers.subprocessor_list import read
from registry.domain.register.problems import errors_of
from registry.domain.register.vocabulary import Relationship
from tests.importers import files

TODAY = date(2026, 3, 2)
BASE = read_register(
    files.workbook(
        Vendors=[["code", "name", "country", "owner_email"], ["V-0001", "Acme Mail", "DE", "otto@company.example"],
                 ["V-0002", "Orrelby Cloud", "NL", ""], ["V-0003", "Empty Hands", "", ""]],
        Systems=[["name"], ["CRM"]],
        Datasets=[["name", "system", "categories", "people"], ["Profiles", "CRM", "user.name;user.contact.email", 900],
                  ["Payments", "CRM", "user.financial.card", 500]],
        Flows=[["sender", "recipient", "dataset"], ["CRM", "Acme Mail", "Profiles"], ["CRM", "Acme Mail", "Payments"],
               ["Acme Mail", "Orrelby Cloud", "Profiles"]],
    )
).register  # fmt: skip


def listed(text, vendor="V-0001", name="pasted list", **options):
    return read(text.encode(), vendor=vendor, today=TODAY, name=name, base=BASE, **options)


def names(result):
    return [vendor.name for vendor in result.facts.get("vendors", ())]


def flows(result):
    return {(flow.recipient, flow.dataset, flow.categories) for flow in result.facts.get("flows", ())}


@pytest.mark.parametrize(
    "text",
    [
        "Name\tPurpose\tCountry\nNordwind GmbH\thosting\tGermany\nFjord AS\tsupport\tNorway\n",
        "Nordwind GmbH\thosting\tGermany\nFjord AS\tsupport\tNorway\n",
        "• Nordwind GmbH – hosting – Germany\n• Fjord AS – support – Norway\n",
        "1. Nordwind GmbH - hosting - Germany\n2. Fjord AS - support - Norway\n",
        "Sub-processor,Activity,Location\nNordwind GmbH,hosting,Deutschland\nFjord AS,support,Norwegen\n",
        "Nordwind GmbH;hosting;Germany\nFjord AS;support;Norway\n",
    ],
)
def test_lists_are_understood_however_they_were_copied(text):
    result = listed(text)
    assert errors_of(result.problems) == []
    assert [(vendor.name, vendor.country, vendor.relationship) for vendor in result.facts["vendors"]] == [
        ("Nordwind GmbH", "DE", Relationship.NTH_PARTY), ("Fjord AS", "NO", Relationship.NTH_PARTY),
    ]  # fmt: skip


def test_one_name_per_line_is_a_list():
    result = listed("- Nordwind GmbH\n- Fjord AS\n")
    assert names(result) == ["Nordwind GmbH", "Fjord AS"]


def test_a_sub_processor_says_how_we_know_it_and_is_kept_by_the_owner_of_the_vendor():
    vendor = listed("Nordwind GmbH\nFjord AS\n").facts["vendors"][0]
    assert vendor.introduced_by == "Sub-processor list of Acme Mail, 2026-03-02"
    assert vendor.owner_email == "otto@company.example"


def test_without_a_word_on_data_a_sub_processor_gets_everything_the_vendor_has():
    assert flows(listed("Nordwind GmbH\nFjord AS\n", choices={"rows": {"2": "skip"}})) == {
        ("V-0004", "D-001", ()), ("V-0004", "D-002", ()),
    }  # fmt: skip


def test_what_is_said_of_the_data_narrows_it():
    result = listed("Name,Data\nNordwind,E-mail addresses\n")
    assert flows(result) == {("V-0004", "D-001", ("user.contact.email",))}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("Kundendaten aller Art", "unknown_data"),
        ("names and secrets", "unknown_data"),
        ("health records", "data_not_held"),
    ],
)
def test_data_that_is_not_understood_or_not_held_counts_as_everything_and_is_said(data, code):
    result = listed(f"Name,Data\nNordwind,{data}\n")
    assert code in {problem.code for problem in result.problems}
    assert len(flows(result)) == 2
    assert errors_of(result.problems) == []


def test_ranks_are_those_of_the_register_after_the_import():
    assert [entry["rank"] for entry in listed("Nordwind\nFjord\n").asks["entries"]] == [2, 2]


def test_a_registered_flow_is_changed_and_not_doubled():
    result = listed("Name,Purpose\nOrrelby Cloud B.V.,backups\n", choices={"rows": {"2": "V-0002"}})
    found = {flow.dataset: flow for flow in result.facts["flows"]}
    assert (found["D-001"].code, found["D-001"].purpose) == ("F-003", "backups")
    assert names(result) == ["Orrelby Cloud"]


def test_a_vendor_without_data_of_ours_gives_sub_processors_without_flows_and_says_so():
    result = listed("Nordwind\nFjord\n", vendor="V-0003")
    assert "no_data_to_pass_on" in {problem.code for problem in result.problems}
    assert flows(result) == set()
    assert result.asks["entries"][0]["rank"] is None


def test_the_vendor_itself_on_its_list_is_said_and_left_out():
    result = listed("Acme Mail\nNordwind\n")
    assert names(result) == ["Nordwind"]
    assert "itself" in {problem.code for problem in result.problems}


def test_the_difference_to_the_last_list_is_told():
    last = [
        {"name": "Nordwind GmbH", "purpose": "hosting", "country": "Germany", "data": ""},
        {"name": "Fjord AS", "purpose": "support", "country": "", "data": ""},
        {"name": "Gone Ltd", "purpose": "", "country": "", "data": ""},
    ]
    result = listed("Name,Purpose\nNordwind AG,backups\nFjord AS,support\nBrandneu,mail\n", last=last)
    assert [(entry["name"], entry["state"]) for entry in result.asks["entries"]] == [
        ("Nordwind AG", "changed"), ("Fjord AS", "same"), ("Brandneu", "added"),
    ]  # fmt: skip
    assert result.asks["entries"][0]["changes"][0] == ["purpose", "hosting", "backups"]
    assert [item["name"] for item in result.asks["gone"]] == ["Orrelby Cloud", "Gone Ltd"]


def test_without_a_last_list_the_registered_flows_stand_in_for_it():
    result = listed("Orrelby Cloud\nNordwind\n")
    assert [entry["state"] for entry in result.asks["entries"]] == ["same", "added"]
    assert result.asks["gone"] == []


def test_flows_to_who_is_gone_end_today_only_when_said():
    assert all(flow.ends is None for flow in listed("Nordwind\nFjord\n").facts["flows"])
    ended = [
        flow for flow in listed("Nordwind\nFjord\n", choices={"gone": {"V-0002": "end"}}).facts["flows"] if flow.ends
    ]
    assert [(flow.code, flow.ends, flow.dataset) for flow in ended] == [("F-003", TODAY, "D-001")]


def test_places_that_are_no_country_stay_unknown_and_are_said():
    result = listed("Name,Processing location\nNordwind,Germany / Global\n")
    assert {flow.countries_processing for flow in result.facts["flows"]} == {("DE",)}
    assert "no_country" in {problem.code for problem in result.problems}


@pytest.mark.parametrize(
    ("text", "categories"),
    [("Name, E-Mail-Adresse", {"user.name", "user.contact.email"}), ("credit card numbers", {"user.financial.card"}),
     ("IP addresses and device identifiers", {"user.device"}), ("user.health", {"user.health"}), ("stuff", set())],
)  # fmt: skip
def test_words_for_data_are_understood(text, categories):
    found, unknown = categories_in(text)
    assert (set(found), bool(unknown)) == (categories, not categories)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_is_pasted_rows_and_problems_come_out(content):
    result = read(content, vendor="V-0001", today=TODAY, name="pasted list", base=BASE)
    assert (result.register is None) == bool(errors_of(result.problems))
