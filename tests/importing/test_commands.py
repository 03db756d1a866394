"""`import register` and `export register` from the command line."""

import pytest

from importers.register import read
from registry.core.db import db
from registry.core.register import current
from registry.models.importing import ImportRun
from tests.importers import files

FULL = {
    "Vendors": [["code", "name", "country"], ["V-0001", "Acme Mail", "DE"], ["V-0002", "Béla Kft", "HU"]],
    "Systems": [["code", "name", "hosted_by"], ["S-001", "CRM", "Béla Kft"]],
    "Segments": [["name", "people"], ["Customers", 1000]],
    "Jurisdictions": [["segment", "jurisdiction", "share"], ["Customers", "US-CA", "40 %"]],
    "Datasets": [["name", "system", "categories", "people"], ["Profiles", "CRM", "user.name;user.contact", 900]],
    "Coverage": [["dataset", "segment", "share"], ["Profiles", "Customers", 0.9]],
    "Flows": [["sender", "recipient", "dataset", "starts"], ["CRM", "Acme Mail", "Profiles", "2024-01-31"]],
    "Placements": [["control", "fact"], ["MFA", "F-001"]],
    "Contracts": [["vendor", "reference", "value_per_year"], ["V-0001", "MSA 1", 12000.5]],
    "Contacts": [["vendor", "email"], ["V-0001", "ciso@acme.example"]],
    "Parameters": [["key", "value", "reason"], ["exposure.pivot.admin", "0.5", "own tests"]],
}


@pytest.fixture
def cli(db_app):
    return lambda *arguments: db_app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


@pytest.fixture
def register_file(tmp_path):
    path = tmp_path / "register.xlsx"
    path.write_bytes(files.workbook(**FULL))
    return path


def test_a_dry_run_tells_and_writes_nothing(cli, register_file):
    result = cli("import", "register", register_file, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "13 new, 0 changed, 0 the same" in result.output
    assert current().register.vendors == ()


def test_an_import_then_an_export_gives_the_same_register(cli, register_file, tmp_path):
    result = cli("import", "register", register_file)
    assert result.exit_code == 0, result.output
    assert cli("export", "register", tmp_path / "out.xlsx").exit_code == 0
    exported = read(tmp_path / "out.xlsx")
    assert exported.register == read(register_file).register
    again = cli("import", "register", tmp_path / "out.xlsx")
    assert again.exit_code == 0
    assert "registered already" in again.output


def test_an_error_writes_nothing_and_exits_with_two(cli, tmp_path):
    path = tmp_path / "register.xlsx"
    path.write_bytes(files.workbook(Vendors=[["name", "country"], ["One", "DE"], ["Two", "Nowhereland"]]))
    result = cli("import", "register", path)
    assert result.exit_code == 2
    assert "Vendors, row 3, column country" in result.output
    assert current().register.vendors == ()
    assert db.session.query(ImportRun).count() == 0


def test_a_second_import_changes_only_what_differs(cli, register_file, tmp_path):
    cli("import", "register", register_file)
    path = tmp_path / "Vendors.csv"
    path.write_text("name,service\nAcme Mail,newsletters\nNew Vendor,post\n")
    result = cli("import", "register", path)
    assert "1 new, 1 changed, 0 the same" in result.output
    vendors = {vendor.name: vendor for vendor in current().register.vendors}
    assert (vendors["Acme Mail"].service, vendors["Acme Mail"].country) == ("newsletters", "DE")
    assert vendors["New Vendor"].code == "V-0003"


def test_a_missing_file_exits_with_two(cli, tmp_path):
    assert cli("import", "register", tmp_path / "nowhere.xlsx").exit_code == 2


def test_the_template_is_written(cli, tmp_path):
    assert cli("export", "template", tmp_path / "template.xlsx").exit_code == 0
    assert (tmp_path / "template.xlsx").stat().st_size > 5000
