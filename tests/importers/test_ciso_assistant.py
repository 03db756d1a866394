"""The third-party workbook of CISO Assistant: what is there is read, what is not is said."""

from datetime import date

import pytest

from importers.ciso_assistant import read
from importers.register import read as read_register
from registry.domain.register.problems import errors_of
from tests.importers import files

ENTITIES = [
    ["ref_id", "name", "description", "mission", "country", "currency", "parent_entity_id", "dependency", "penetration", "maturity", "trust", "domain"],
    ["ENT-001", "Corvid Mail", "Sends mail", "Customer e-mail", "IE", "EUR", None, 3, 2, 2, 3, "Sales"],
    ["ENT-002", "Moss Hosting", None, None, "DE", "EUR", "ENT-001", None, None, None, None, "IT"],
    [None] * 12,
]  # fmt: skip
SOLUTIONS = [
    ["ref_id", "name", "description", "provider_entity_ref_id", "criticality"],
    ["SOL-1", "Bulk mail", None, "ENT-001", 4],
    ["SOL-2", "Templates", None, "Corvid Mail", 2],
    ["SOL-3", "Lost", None, "ENT-999", 2],
]
CONTRACTS = [
    ["ref_id", "name", "description", "provider_entity_ref_id", "solution_ref_id", "status", "start_date", "end_date", "annual_expense", "currency"],
    ["C-1", "Mail contract", None, "ENT-001", None, "active", "2024-01-01", date(2026, 12, 31), "12,000", "EUR"],
    ["C-2", "Hosting", None, None, "SOL-1", "expired", "2020-01-01", None, None, "EUR"],
    ["C-3", "Draft", None, "ENT-001", None, "draft", None, None, None, None],
]  # fmt: skip
PEOPLE = [
    ["ref_id", "entity_ref_id", "email", "first_name", "last_name", "phone", "role", "description"],
    ["R-1", "ENT-001", "security@corvid.example", "Ada", "Finch", "+353 1", "CISO", None],
    ["R-2", "Moss Hosting", "desk@moss.example", None, None, None, "Account manager", None],
    ["R-3", "ENT-002", None, None, None, None, None, None],
]


BASE = read_register(
    files.workbook(Currencies=[["currency", "usd_per_unit", "as_of"], ["EUR", 1.1, "2026-01-01"]])
).register


def book(**sheets):
    whole = {"Entities": ENTITIES, "Solutions": SOLUTIONS, "Contracts": CONTRACTS, "Representatives": PEOPLE} | sheets
    made = files.workbook(lambda each: [each.remove(each[name]) for name in ("Organisation", "Vendors")], **whole)
    return read(made, name="tprm.xlsx", base=BASE)


def codes(result):
    return [problem.code for problem in result.problems]


def test_what_is_there_becomes_vendors_contracts_and_contacts():
    result = book()
    assert errors_of(result.problems) == []
    corvid, moss = result.facts["vendors"]
    assert (corvid.name, corvid.service, corvid.country, corvid.business_unit) == (
        "Corvid Mail",
        "Bulk mail; Templates",
        "IE",
        "Sales",
    )
    assert (moss.name, moss.service) == ("Moss Hosting", None)
    mail, hosting = result.facts["contracts"]
    assert (mail.vendor, mail.reference, mail.ends, mail.value_per_year, mail.currency) == (
        corvid.code,
        "C-1 Mail contract",
        date(2026, 12, 31),
        12000,
        "EUR",
    )
    assert (hosting.vendor, hosting.currency) == (corvid.code, None)
    ada, desk = result.facts["contacts"]
    assert (ada.vendor, ada.name, ada.role.value) == (corvid.code, "Ada Finch", "security")
    assert (desk.vendor, desk.role.value, desk.name) == (moss.code, "primary", None)


def test_the_export_names_providers_lists_solutions_and_escapes_formulas():
    result = book(
        Solutions=[
            ["ref_id", "name", "description", "provider_entity_ref_id", "provider", "criticality"],
            ["SOL-1", "Bulk mail", None, None, "Corvid Mail", 4],
            ["SOL-2", "Racks", None, "ENT-002", "Moss Hosting", 2],
        ],
        Contracts=[
            ["ref_id", "name", "description", "provider_entity_ref_id", "provider", "solution_ref_id", "solution", "status", "start_date", "end_date", "annual_expense", "currency", "domain"],
            ["C-1", "Mail", None, None, None, "SOL-9\nSOL-1", "Gone\nBulk mail", "active", "2024-01-01", None, None, None, None],
            ["C-2", "Racks", None, None, "Moss Hosting", None, None, "active", "2024-01-01", None, None, None, None],
        ],
        Representatives=[
            ["email", "first_name", "last_name", "description", "phone", "role", "provider_entity_ref_id", "provider"],
            ["ada@corvid.example", "Ada", "Finch", None, "'+353 1 234", "CISO", None, "Corvid Mail"],
        ],
    )  # fmt: skip
    assert errors_of(result.problems) == []
    corvid, moss = result.facts["vendors"]
    assert (corvid.service, moss.service) == ("Bulk mail", "Racks")
    assert [contract.vendor for contract in result.facts["contracts"]] == [corvid.code, moss.code]
    (ada,) = result.facts["contacts"]
    assert (ada.vendor, ada.phone) == (corvid.code, "+353 1 234")
    assert not any(word in problem.message for problem in result.problems for word in ('"provider"', '"solution"'))


def test_what_is_not_read_is_said_with_its_column():
    result = book()
    said = [problem.message for problem in result.problems if problem.code == "unread_column"]
    for column in ("dependency", "penetration", "maturity", "trust", "parent_entity_id", "criticality"):
        assert any(f'"{column}"' in message for message in said), column
    assert {"unknown_entity", "no_end", "draft", "nobody"} <= set(codes(result))


def test_a_mistake_is_told_in_the_words_of_the_workbook_and_mended_there():
    bad = [*ENTITIES[:2], ["ENT-002", "Moss Hosting", None, None, "Germny", *[None] * 7]]
    result = book(Entities=bad)
    (problem,) = errors_of(result.problems)
    assert (problem.sheet, problem.row, problem.column) == ("Entities", 3, "country")
    assert result.quoted["Entities", 3, "country"] == "Germny"
    content = files.workbook(
        lambda each: [each.remove(each[name]) for name in ("Organisation", "Vendors")], Entities=bad
    )
    mended = read(content, base=BASE, mended={"Entities": {(3, "country"): "DE"}})
    assert errors_of(mended.problems) == []


def test_a_second_import_changes_nothing_and_deletes_nothing():
    content = files.workbook(
        Vendors=[
            ["code", "name", "country", "service"],
            ["V-0001", "corvid mail", "IE", "By hand"],
            ["V-0002", "Acme", "DE", None],
        ],
        Contracts=[["vendor", "reference", "notice_days"], ["V-0001", "C-1 Mail contract", 30]],
    )
    base = read_register(content).register
    made = files.workbook(
        lambda each: [each.remove(each[name]) for name in ("Organisation", "Vendors")],
        Entities=[["name", "country", "mission"], ["Corvid Mail", None, None], ["Acme", "DE", "Glue"]],
        Contracts=[["ref_id", "name", "provider_entity_ref_id"], ["C-1", "Mail contract", "Corvid Mail"]],
    )
    result = read(made, base=base)
    assert errors_of(result.problems) == []
    corvid = next(vendor for vendor in result.facts["vendors"] if vendor.code == "V-0001")
    assert (corvid.country, corvid.service) == ("IE", "By hand")
    (contract,) = result.facts["contracts"]
    assert (contract.code, contract.notice_days) == (base.contracts[0].code, 30)


def test_a_vendor_under_another_spelling_is_pointed_out():
    base = read_register(files.workbook(Vendors=[["name"], ["Corvid Mail Limited"]])).register
    made = files.workbook(
        lambda each: [each.remove(each[name]) for name in ("Organisation", "Vendors")], Entities=ENTITIES[:2]
    )
    assert "maybe_same" in codes(read(made, base=base))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF", "wrong_kind"),
        (files.workbook(), "no_sheets"),
        (b"a,b\n1,2\n", "no_sheets"),
        (b"PK\x03\x04", "damaged"),
    ],
)
def test_other_files_are_refused_with_the_reason(content, code):
    result = read(content, name="x")
    assert code in codes(result)
    assert result.register is None
