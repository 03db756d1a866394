"""Files as people really make them: read right, with every oddity told and every slip placed."""

from datetime import date

import pytest

from importers.register import read
from registry.domain.register.problems import Severity, errors_of, warnings_of
from registry.domain.register.vocabulary import Posture, Relationship
from tests.importers import files

BASE = read(files.workbook(Systems=[["name"], ["CRM"]])).register


def found(result, code):
    return [(problem.sheet, problem.row, problem.column) for problem in result.problems if problem.code == code]


def vendors_csv(text, encoding="utf-8", **options):
    return read(text.encode(encoding), name="Vendors.csv", base=BASE, **options)


def test_the_fixture_is_a_whole_register():
    assert BASE is not None
    assert BASE.vendors[0].name == "Acme Mail"
    assert BASE.systems[0].code == "S-001"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_usual_delimiters_are_found(delimiter):
    result = vendors_csv(
        delimiter.join(["name", "country"])
        + "\n"
        + delimiter.join(["Béla, Kft", "HU"]).replace("Béla, Kft", '"Béla, Kft"')
    )
    assert [(vendor.name, vendor.country) for vendor in result.facts["vendors"]] == [("Béla, Kft", "HU")]


def test_a_line_that_names_the_delimiter_is_obeyed():
    result = vendors_csv("sep=;\nname;country\nOne;DE\n")
    assert result.facts["vendors"][0].country == "DE"
    assert result.facts["vendors"][0].row == 3


def test_windows_text_is_read_and_said():
    result = vendors_csv("name\nCafé Münster\n", "cp1252")
    assert result.facts["vendors"][0].name == "Café Münster"
    assert found(result, "encoding_assumed") == [("Vendors", 2, None)]


def test_a_byte_order_mark_is_no_part_of_the_first_column():
    assert vendors_csv("name\nOne\n", "utf-8-sig").facts["vendors"][0].name == "One"


@pytest.mark.parametrize("name", ["שלום בע״מ", "شركة نسيم", "🦊 Fox & Söhne", "日本郵便"])
def test_names_of_every_script_survive(name):
    assert vendors_csv(f"name\n{name}\n").facts["vendors"][0].name == name


def test_names_of_sheets_and_columns_ignore_case_and_spaces():
    result = read(files.workbook(platform_USE=[["Platform ", " USER", "Kind"], ["acme mail", "V-0002", "SaaS MFA"]],
                                 Vendors=[[" CODE", "Name "], ["v-0001", "Acme Mail"], ["V-0002", "Two"]]))  # fmt: skip
    assert errors_of(result.problems) == []
    assert result.register.platform_uses[0].platform == "V-0001"


def test_a_title_above_the_header_and_blank_rows_keep_the_row_numbers():
    result = read(files.workbook(Vendors=[["Our vendors 2026"], [], ["name", "country"], [], ["One", "Atlantis"]]))
    assert found(result, "unknown_country") == [("Vendors", 5, "country")]


def test_merged_header_cells_leave_a_nameless_column_that_is_told():
    def merge(book):
        book["Vendors"].merge_cells("B1:C1")

    result = read(files.workbook(merge, Vendors=[["name", "service", None], ["One", "mail", "x"]]))
    assert found(result, "unnamed_column") == [("Vendors", 1, None)]
    assert result.register.vendors[0].service == "mail"


def test_hidden_rows_are_read_and_said():
    def hide(book):
        book["Vendors"].row_dimensions[2].hidden = True

    result = read(files.workbook(hide))
    assert len(result.register.vendors) == 1
    assert found(result, "hidden_rows") == [("Vendors", None, None)]


def test_a_lying_dimension_hides_no_rows():
    rows = "".join(
        f'<row r="{n}">{files.text_cell(f"A{n}", "name" if n == 1 else f"Vendor {n}")}</row>' for n in range(1, 30)
    )
    xml = files.sheet_xml(rows).replace("<sheetData>", '<dimension ref="A1:A2"/><sheetData>')
    assert len(read(files.raw_workbook(xml), base=BASE).facts["vendors"]) == 28


def test_a_failed_formula_is_an_error_and_not_a_blank():
    xml = files.sheet_xml(
        f'<row r="1">{files.text_cell("A1", "name")}{files.text_cell("B1", "country")}</row>'
        f'<row r="2">{files.text_cell("A2", "One")}<c r="B2" t="e"><f>VLOOKUP(1,2,3)</f><v>#N/A</v></c></row>'
    )
    result = read(files.raw_workbook(xml), base=BASE)
    assert found(result, "error_value") == [("Vendors", 2, "country")]


def test_a_formula_gives_its_stored_value_and_one_without_is_an_error():
    xml = files.sheet_xml(
        f'<row r="1">{files.text_cell("A1", "name")}{files.text_cell("B1", "service")}</row>'
        f'<row r="2">{files.text_cell("A2", "One")}<c r="B2" t="str"><f>A2</f><v>One!</v></c></row>'
        f'<row r="3">{files.text_cell("A3", "Two")}<c r="B3"><f>A3</f><v></v></c></row>'
    )
    result = read(files.raw_workbook(xml), base=BASE)
    assert result.facts["vendors"][0].service == "One!"
    assert found(result, "formula_without_value") == [("Vendors", 3, "service")]


def test_errors_as_text_in_a_csv_are_errors():
    assert found(vendors_csv("name,country\nOne,#N/A\n"), "error_value") == [("Vendors", 2, "country")]


def test_numbers_as_text_and_text_as_numbers_are_understood():
    result = read(files.workbook(Segments=[["name", "people"], [2024, "1,200"], ["Two", "1.2M"], ["Three", 40.0]]))
    assert [(segment.name, segment.people) for segment in result.register.segments] == [
        ("2024", 1200), ("Two", 1_200_000), ("Three", 40),
    ]  # fmt: skip


def test_shares_come_as_numbers_or_percentages():
    sheets = {
        "Segments": [["name", "people"], ["Customers", 10]],
        "Jurisdictions": [
            ["segment", "jurisdiction", "share"],
            ["customers", "Germany", "40 %"],
            ["Customers", "us-ca", 0.4],
        ],
    }
    result = read(files.workbook(**sheets))
    assert [(row.jurisdiction, row.share) for row in result.register.jurisdictions] == [("DE", 0.4), ("US-CA", 0.4)]


def test_a_share_of_forty_is_asked_about():
    sheets = {
        "Segments": [["name", "people"], ["Customers", 10]],
        "Jurisdictions": [["segment", "jurisdiction", "share"], ["Customers", "DE", 40]],
    }
    result = read(files.workbook(**sheets))
    assert found(result, "out_of_range") == [("Jurisdictions", 2, "share")]
    assert any("Write 0.4 or 40 %" in problem.message for problem in result.problems)


def test_two_columns_of_one_name_are_an_error_only_when_both_hold_values():
    result = vendors_csv("name,country,Country\nOne,DE,FR\n")
    assert found(result, "duplicate_column") == [("Vendors", 1, "country")]
    assert errors_of(vendors_csv("name,country,Country\nOne,DE,\n").problems) == []


def test_unknown_columns_are_warned_of_and_three_hundred_do_not_flood():
    wide = ",".join(["name", *(f"extra {number}" for number in range(300))])
    result = vendors_csv(wide + "\nOne\n")
    assert errors_of(result.problems) == []
    told = [problem.message for problem in result.problems if problem.code == "unknown_column"]
    assert len(told) == 21
    assert "280 further" in told[-1]


def test_a_misspelt_column_gets_a_proposal():
    result = vendors_csv("name,contry\nOne,DE\n")
    assert "country?" in warnings_of(result.problems)[0].message


def test_words_are_taken_in_any_case_and_near_misses_get_a_proposal():
    result = vendors_csv("name,relationship,posture\nOne,NTH party,Very Strong\nTwo,directt,fair\n")
    assert result.facts["vendors"][0].relationship is Relationship.NTH_PARTY
    assert result.facts["vendors"][0].posture is Posture.VERY_STRONG
    assert "Did you mean direct?" in errors_of(result.problems)[0].message


def test_na_is_a_country_and_said_to_be_one():
    result = vendors_csv("name,country\nOne,NA\nTwo,N/A\n")
    assert [vendor.country for vendor in result.facts["vendors"]] == ["NA", None]
    assert found(result, "na_is_namibia") == [("Vendors", 2, "country")]


def test_ambiguous_dates_are_asked_and_then_read_as_said():
    text = "currency,usd_per_unit,as_of\nEUR,1.1,03/04/2024\n"
    asked = read(text.encode(), name="Currencies.csv", base=BASE)
    assert found(asked, "ambiguous_date") == [("Currencies", 2, "as_of")]
    told = read(text.encode(), name="Currencies.csv", base=BASE, day_order="day_first")
    assert told.facts["currencies"][0].as_of == date(2024, 4, 3)


def test_a_number_in_a_date_column_is_read_as_spreadsheets_count_and_said():
    result = read(b"currency,usd_per_unit,as_of\nEUR,1.1,45292\n", name="Currencies.csv", base=BASE)
    assert result.facts["currencies"][0].as_of == date(2024, 1, 1)
    assert [problem.severity for problem in result.problems] == [Severity.WARNING]


def test_blank_codes_get_the_next_free_ones_in_row_order():
    result = read(files.workbook(Vendors=[["code", "name"], [None, "Zed"], ["V-0007", "Seven"], [None, "Alpha"]]))
    assert [(vendor.code, vendor.name) for vendor in result.register.vendors] == [
        ("V-0008", "Zed"), ("V-0007", "Seven"), ("V-0009", "Alpha"),
    ]  # fmt: skip


def test_codes_of_archived_facts_are_not_given_again():
    result = vendors_csv("name\nNew\n", reserved=["V-0005"])
    assert result.facts["vendors"][0].code == "V-0006"


def test_a_row_without_code_that_names_a_registered_vendor_is_that_vendor():
    result = vendors_csv("name,service\n acme MAIL ,newsletters\n")
    vendor = result.facts["vendors"][0]
    assert (vendor.code, vendor.service, vendor.country) == ("V-0001", "newsletters", "DE")
    assert len(result.register.vendors) == 1


def test_columns_the_file_lacks_keep_the_registered_values_and_blank_cells_clear_them():
    result = vendors_csv("code,name,country\nV-0001,Acme Mail,\n")
    assert result.facts["vendors"][0].country is None


def test_references_resolve_by_code_or_name_in_the_file_and_then_in_the_registry():
    text = "vendor,system,kind\nacme mail,crm,admin\nV-0001,S-001,network\n"
    result = read(text.encode(), name="Access.csv", base=BASE)
    assert errors_of(result.problems) == []
    assert [(row.code, row.vendor, row.system) for row in result.facts["access"]] == [
        ("A-001", "V-0001", "S-001"), ("A-002", "V-0001", "S-001"),
    ]  # fmt: skip


def test_an_unknown_reference_names_the_nearest():
    result = read(b"vendor,system,kind\nAcme Mial,CRM,admin\n", name="Access.csv", base=BASE)
    assert found(result, "unknown_reference") == [("Access", 2, "vendor")]
    assert '"acme mail" (V-0001)' in errors_of(result.problems)[0].message


def test_a_name_of_a_system_and_a_vendor_is_asked_about():
    sheets = {
        "Systems": [["name"], ["Acme Mail"]],
        "Processes": [["name"], ["Orders"]],
        "Dependencies": [["process", "depends_on"], ["Orders", "Acme Mail"]],
    }
    assert found(read(files.workbook(**sheets)), "ambiguous_reference") == [("Dependencies", 2, "depends_on")]


def test_one_slip_is_told_once_although_other_rows_build_on_it():
    sheets = {
        "Systems": [["code", "name"], ["S-001", "CRM"]],
        "Datasets": [["code", "name", "system", "categories"], ["D-001", "Profiles", "CRM", "user.nam"]],
        "Flows": [["sender", "recipient", "dataset"], ["CRM", "Acme Mail", "Profiles"]],
    }
    result = read(files.workbook(**sheets))
    assert [(problem.sheet, problem.row, problem.column) for problem in errors_of(result.problems)] == [
        ("Datasets", 2, "categories")
    ]
    assert "user.name?" in errors_of(result.problems)[0].message


def test_every_problem_is_told_at_once():
    result = vendors_csv(
        "name,country,owner_email,annual_breach_probability\n,DE,,\nOne,Nowhereland,not an address,2\n"
    )
    assert {(row, column) for _, row, column in (
        (problem.sheet, problem.row, problem.column) for problem in errors_of(result.problems)
    )} == {(2, "name"), (3, "country"), (3, "owner_email"), (3, "annual_breach_probability")}  # fmt: skip


def test_the_same_register_reads_equal_from_workbook_zip_and_folder(tmp_path):
    texts = {
        "Organisation.csv": "name,sector,country\nExample Retail,retail,DE\n",
        "Vendors.csv": "code,name,country\nV-0001,Acme Mail,DE\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    zipped = files.zipped({f"register/{name}": text for name, text in texts.items()} | {"__MACOSX/._Vendors.csv": "x"})
    whole = read(files.workbook()).register
    assert whole is not None
    assert read(tmp_path).register == read(zipped).register == whole


def test_a_single_sheet_is_known_by_its_columns():
    result = read(b"vendor,certificate\nAcme Mail,ISO27001\n", name="export (1).csv", base=BASE)
    assert list(result.facts) == ["certificates"]


def test_a_single_sheet_that_fits_several_is_asked_about():
    result = read(b"code,name\n,Something\n", name="list.csv", base=BASE)
    assert [problem.code for problem in result.problems] == ["which_sheet"]


def test_a_missing_organisation_is_an_error_of_a_whole_register_only():
    result = read(b"name\nOne\n", name="Vendors.csv")
    assert [problem.code for problem in errors_of(result.problems)] == ["missing_sheet"]


def test_a_missing_required_column_is_told_once():
    result = read(b"sender,dataset\nS-001,D-001\nS-001,D-001\n", name="Flows.csv", base=BASE)
    assert found(result, "missing_column") == [("Flows", 1, "recipient")]


def test_a_number_without_end_in_a_date_column_is_a_problem():
    rows = f'<row r="1">{files.text_cell("A1", "currency")}{files.text_cell("B1", "usd_per_unit")}'
    rows += f'{files.text_cell("C1", "as_of")}</row><row r="2">{files.text_cell("A2", "EUR")}'
    rows += '<c r="B2"><v>1.1</v></c><c r="C2"><v>1e999</v></c></row>'
    result = read(files.raw_workbook(files.sheet_xml(rows), name="Currencies"), base=BASE)
    assert found(result, "not_a_date") == [("Currencies", 2, "as_of")]
