"""Spreadsheets of vendors as companies keep them: understood, or asked about, never guessed in silence."""

from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers.likeness import bare_name
from importers.register import read as read_register
from importers.vendor_list import read
from registry.domain.register.problems import Severity, errors_of
from registry.domain.register.vocabulary import Lifecycle, RevenueBand, Tier
from tests.importers import files

BASE = read_register(
    files.workbook(
        Vendors=[["code", "name", "country", "domain", "service"],
                 ["V-0001", "Acme Mail", "DE", "acmemail.example", "newsletters"], ["V-0002", "Region 1 Transport", "", "", ""]],
        Systems=[["name"], ["CRM"]],
        Datasets=[["name", "system", "categories", "people"], ["Profiles", "CRM", "user.name", 900]],
        Currencies=[["currency", "usd_per_unit"], ["EUR", 1.1]],
    )
).register  # fmt: skip


def csv_list(text, **options):
    return read(text.encode(), name="our vendors.csv", base=BASE, **options)


def meanings(result):
    return {column["label"]: column["target"] for column in result.asks["columns"]}


def vendors(result):
    return {vendor.name: vendor for vendor in result.facts.get("vendors", ())}


def told(result, code):
    return [(problem.row, problem.column) for problem in result.problems if problem.code == code]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Vendor;HQ;Owner;Contract end date", ["vendors.name", "vendors.country", "vendors.owner_email", "contracts.ends"]),
        ("Lieferant;Land;Verantwortlicher;Vertragsende",
         ["vendors.name", "vendors.country", "vendors.owner_email", "contracts.ends"]),
        ("Nom du fournisseur;Pays;Responsable;Échéance",
         ["vendors.name", "vendors.country", "vendors.owner_email", "contracts.ends"]),
        ("Nombre del proveedor;País;Responsable;Vencimiento",
         ["vendors.name", "vendors.country", "vendors.owner_email", "contracts.ends"]),
        ("Fornitore;Paese;Responsabile;Scadenza",
         ["vendors.name", "vendors.country", "vendors.owner_email", "contracts.ends"]),
        ("Leveranciersnaam;Land;Eigenaar;Einddatum",
         ["vendors.name", "vendors.country", "vendors.owner_email", "contracts.ends"]),
    ],
)  # fmt: skip
def test_columns_are_understood_by_their_names_in_several_languages(header, expected):
    result = csv_list(f"{header}\nNordwind;Germany;otto@company.example;2027-12-31\n")
    assert list(meanings(result).values()) == expected
    assert errors_of(result.problems) == []
    assert vendors(result)["Nordwind"].country == "DE"
    assert result.facts["contracts"][0].ends == date(2027, 12, 31)


def test_a_slip_in_a_column_name_is_near_enough_and_said():
    result = csv_list("Vendor nmae,Contract end dat\nOne,2027-01-31\n")
    assert meanings(result) == {"Vendor nmae": "vendors.name", "Contract end dat": "contracts.ends"}
    assert {column["why"] for column in result.asks["columns"]} == {"near"}


def test_columns_without_telling_names_are_understood_by_what_is_in_them():
    result = csv_list("A1,B1,C1\nNordwind,one@company.example,Germany\nSüdsee,two@company.example,FR\n")
    assert list(meanings(result).values()) == ["vendors.name", "vendors.owner_email", "vendors.country"]


def test_what_the_person_says_counts_more_than_the_guess_and_what_was_said_before():
    text = "Vendor,Type\nOne,retail\n"
    guessed = csv_list(text)
    assert meanings(guessed)["Type"] == "vendors.tags"
    signature = guessed.asks["signature"]
    before = csv_list(text, remembered={signature: {"Vendor": "vendors.name", "Type": "vendors.sector"}})
    assert vendors(before)["One"].sector == "retail"
    said = {"signature": signature, "columns": {"Vendor": "vendors.name", "Type": ""}}
    assert meanings(csv_list(text, choices=said, remembered={signature: {"Type": "vendors.sector"}}))["Type"] is None


def test_meanings_said_for_other_columns_do_not_count():
    other = {"signature": "0" * 64, "columns": {"Vendor": ""}}
    assert meanings(csv_list("Vendor\nOne\n", choices=other)) == {"Vendor": "vendors.name"}


def test_values_are_brought_into_form():
    result = csv_list(
        "Vendor;Country;Criticality;Status;Website;Owner;Annual cost;DPA;Notice period;Breach notice;Revenue;Tags\n"
        "Nordwind;Allemagne;sehr hoch;in Betrieb;https://www.nordwind.example/de;Otto <otto@company.example>;"
        "€ 12.000,50 / Jahr;unterzeichnet;6 weeks;72h;1.2M;a, b\n"
    )
    assert errors_of(result.problems) == []
    vendor, contract = vendors(result)["Nordwind"], result.facts["contracts"][0]
    assert (vendor.country, vendor.tier_override, vendor.lifecycle) == ("DE", Tier.CRITICAL, Lifecycle.ACTIVE)
    assert (vendor.domain, vendor.owner_email) == ("nordwind.example", "otto@company.example")
    assert (vendor.revenue_band, vendor.tags) == (RevenueBand.UNDER_10M, ("a", "b"))
    assert (contract.value_per_year, contract.currency) == (12000.5, "EUR")
    assert (contract.dpa_signed, contract.notice_days, contract.breach_notice_hours) == (True, 42, 72)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("Country", '"Atlanta, Georgia"', "country_from_place"), ("Criticality", "1", "tier_from_scale"),
     ("Contract end", "evergreen", "no_end"), ("Annual cost", "100 per month", "monthly"),
     ("Notice period", "3 months", "days_from_months"), ("Contact email", "a@x.example; b@x.example", "several_addresses"),
     ("Contract end", "46387", "date_from_number")],
)  # fmt: skip
def test_what_could_be_doubted_is_read_and_said(column, value, code):
    result = csv_list(f"Vendor,{column}\nNordwind,{value}\n")
    assert errors_of(result.problems) == []
    assert told(result, code) == [(2, column)]


def test_a_date_that_can_be_two_is_asked_about_and_read_as_said():
    text = "Vendor,Contract end\nOne,03/04/2027\n"
    assert told(csv_list(text), "ambiguous_date") == [(2, "Contract end")]
    assert csv_list(text, day_order="day_first").facts["contracts"][0].ends == date(2027, 4, 3)
    assert csv_list(text, day_order="month_first").facts["contracts"][0].ends == date(2027, 3, 4)


def test_a_slip_in_a_country_is_answered_with_the_nearest_name_and_not_a_code():
    result = csv_list("Vendor,Country\nOne,Indai\n")
    assert "Did you mean India?" in errors_of(result.problems)[0].message


def test_problems_name_the_list_s_own_sheet_row_and_column():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Lieferanten 2026"
    for row in [["Our vendors"], [], ["Lieferant", "Land", "Seit"], ["Eins", "Germny", datetime(2020, 1, 2)]]:
        sheet.append(row)
    result = read(files.saved(book), base=BASE)
    problem = errors_of(result.problems)[0]
    assert (problem.sheet, problem.row, problem.column) == ("Lieferanten 2026", 4, "Land")
    assert result.quoted["Lieferanten 2026", 4, "Land"] == "Germny"
    mended = read(files.saved(book), base=BASE, mended={"Lieferanten 2026": {(4, "Land"): "Germany"}})
    assert errors_of(mended.problems) == []
    assert vendors(mended)["Eins"].country == "DE"


@pytest.mark.parametrize(
    "name",
    [
        "ACME Mail Inc.",
        "Acme Mail GmbH & Co. KG",
        "The Acme Mail Company",
        "Acmé Mail S.à r.l.",
        "Mail Acme",
        "Acme Mial",
    ],
)
def test_a_registered_vendor_under_another_spelling_is_asked_about(name):
    result = csv_list(f"Vendor,Country\n{name},FR\n")
    assert told(result, "maybe_same") == [(None, None)]
    assert result.asks["same"][0]["options"][0][0] == "V-0001"


@pytest.mark.parametrize(("answer", "codes"), [("V-0001", ["V-0001"]), ("new", ["V-0003"]), ("skip", [])])
def test_a_doubtful_row_becomes_what_was_said(answer, codes):
    result = csv_list("Vendor,Country\nACME Mail Inc.,FR\n", choices={"rows": {"2": answer}})
    assert errors_of(result.problems) == []
    assert [vendor.code for vendor in result.facts.get("vendors", ())] == codes


def test_merging_keeps_the_registered_name_and_whatever_the_list_leaves_blank():
    result = csv_list("Vendor,Country,Service\nACME Mail Inc.,FR,\n", choices={"rows": {"2": "V-0001"}})
    vendor = result.facts["vendors"][0]
    assert (vendor.name, vendor.country, vendor.service) == ("Acme Mail", "FR", "newsletters")


def test_one_domain_is_one_vendor_until_said_otherwise():
    result = csv_list("Vendor,Website\nSomething Else,http://acmemail.example\n")
    assert result.asks["same"][0]["options"][0][2] == "the same domain, acmemail.example"


def test_the_same_name_is_the_same_vendor_without_asking():
    result = csv_list("Vendor,Country\n acme  MAIL ,FR\n")
    assert result.asks["same"] == []
    assert result.facts["vendors"][0].code == "V-0001"


def test_names_that_differ_in_a_number_are_not_the_same():
    assert csv_list("Vendor\nRegion 2 Transport\n").asks["same"] == []


def test_two_rows_of_one_vendor_are_asked_about_and_merged_with_what_belongs_to_them():
    text = "Vendor,Contact email\nNordwind AG,one@nordwind.example\nNordwind,two@nordwind.example\n"
    assert csv_list(text).asks["same"][0]["options"][0][0] == "row:2"
    result = csv_list(text, choices={"rows": {"3": "row:2"}})
    assert list(vendors(result)) == ["Nordwind AG"]
    assert [contact.vendor for contact in result.facts["contacts"]] == ["V-0003", "V-0003"]


def test_certificates_are_known_by_their_usual_names():
    result = csv_list('Vendor,Certifications\nNordwind,"ISO 27001:2022, SOC 2 Type II; none"\n')
    assert [certificate.certificate for certificate in result.facts["certificates"]] == ["ISO27001", "SOC2_T2"]


def test_a_registered_dataset_gives_a_flow_and_an_unknown_one_is_said():
    result = csv_list("Vendor,Dataset,Records\nNordwind,profiles;Payments,1.2M\n")
    flow = result.facts["flows"][0]
    assert (flow.sender, flow.recipient, flow.dataset, flow.people) == ("S-001", "V-0003", "D-001", 1_200_000)
    assert told(result, "unknown_dataset") == [(2, "Dataset")]


def test_totals_and_rows_without_a_name_are_said_and_not_imported():
    result = csv_list("Vendor,Annual cost\nNordwind,5\n,7\nTotal,12\n")
    assert list(vendors(result)) == ["Nordwind"]
    assert told(result, "not_an_entry") == [(3, "Vendor"), (4, "Vendor")]


def test_cells_that_do_not_fit_are_left_blank_when_asked_to_and_each_is_said():
    text = "Vendor,Owner,Contract end\nNordwind,nobody,03/04/2027\n"
    result = csv_list(text, choices={"is_lenient": True})
    assert told(result, "left_blank") == [(2, "Owner")]
    assert told(result, "ambiguous_date") == [(2, "Contract end")]
    assert vendors(result)["Nordwind"].owner_email is None


def test_an_amount_goes_when_its_currency_cannot_be_read():
    text = "Vendor,Annual cost,Currency\nNordwind,500,Taler\n"
    result = csv_list(text, choices={"is_lenient": True})
    assert [(contract.value_per_year, contract.currency) for contract in result.facts["contracts"]] == [(None, None)]


def test_the_sheet_that_looks_most_like_the_list_is_taken_and_another_can_be():
    book = openpyxl.Workbook()
    book.active.append(["Read me first", "please"])
    for title, name in (("Vendors 2025", "Old"), ("Vendors 2026", "New")):
        sheet = book.create_sheet(title)
        for row in [["Vendor", "Country", "Owner"], [name, "DE", ""], *([] if name == "Old" else [["More", "", ""]])]:
            sheet.append(row)
    content = files.saved(book)
    assert "New" in vendors(read(content, base=BASE))
    assert list(vendors(read(content, base=BASE, choices={"sheet": "Vendors 2025"}))) == ["Old"]


def test_columns_of_one_name_are_told_apart():
    result = csv_list("Vendor,Contact,Contact\nNordwind,Ann,Ben\n")
    assert list(meanings(result)) == ["Vendor", "Contact", "Contact (C)"]


def test_a_list_without_any_name_column_says_so():
    result = csv_list("Amount,Also\n1,2\n3,4\n")
    assert told(result, "no_name_column") == [(1, None)]


def test_what_the_list_lacks_is_said_once_and_not_in_every_row():
    result = csv_list("Vendor\n" + "".join(f"Nordwind {letter}-{letter * 9}\n" for letter in "abcdefghij"))
    about_posture = [problem.message for problem in result.problems if problem.code == "unknown_posture"]
    assert about_posture == ["10 rows: The posture is not known: it counts as weak."]


@pytest.mark.parametrize(
    ("name", "bare"),
    [("Foo Sp. z o.o.", "foo"), ("Société Générale S.A.", "societe generale"), ("AG", "ag"), ("Acme A/S", "acme"),
     ("L.L. Bean, Inc.", "ll bean"), ("🦊 Fox & Söhne GmbH", "fox sohne"), ("שלום בע״מ", "שלום בע מ"), ("!!!", "")],
)  # fmt: skip
def test_legal_forms_are_no_part_of_a_name(name, bare):
    assert bare_name(name) == bare


anything = st.none() | st.text(max_size=12) | st.sampled_from(
    ["#N/A", "=1+1", "V-0001", "40 %", "1.2M", "03/04/2024", "Acme Mail Inc", "skip", "Total", "user@x.example", "DE"])  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    header=st.lists(st.sampled_from(["Vendor", "Land", "Owner", "Ends", "Cost", "DPA", "Dataset", "Records"]) | st.text(max_size=6),
                    min_size=1, max_size=8),
    rows=st.lists(st.lists(anything, max_size=8), max_size=6),
    decisions=st.dictionaries(st.sampled_from(["2", "3", "x"]), st.sampled_from(["new", "skip", "V-0001", "row:2", "row:9", "?"])),
    is_lenient=st.booleans(),
)  # fmt: skip
def test_whatever_is_in_a_list_rows_and_problems_come_out(header, rows, decisions, is_lenient):
    lines = [
        "\t".join((cell or "").replace("\t", " ").replace("\n", " ").replace("\r", " ") for cell in row)
        for row in [header, *rows]
    ]
    content = "\n".join(lines).replace('"', "'").encode("utf-8", "surrogatepass")
    result = read(content, name="list.csv", base=BASE, choices={"rows": decisions, "is_lenient": is_lenient})
    assert (result.register is None) == bool(errors_of(result.problems))
    assert all(problem.message and problem.severity in Severity for problem in result.problems)
