"""What is exported comes back the same."""

import io
import zipfile

from hypothesis import HealthCheck, given, settings

from importers.register import read
from registry.domain.register.problems import errors_of
from reports.register_file import template, write
from tests.importers.registers import registers

quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(register=registers())
def test_an_exported_register_reads_back_equal(register):
    result = read(write(register))
    assert errors_of(result.problems) == []
    assert result.register == register


@quick
@given(register=registers())
def test_importing_an_export_into_its_own_registry_changes_nothing(register):
    result = read(write(register), base=register)
    assert errors_of(result.problems) == []
    assert result.register == register


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(register=registers())
def test_the_same_register_gives_the_same_bytes(register):
    assert write(register) == write(register)


def test_the_template_holds_every_sheet_and_lacks_only_the_organisation():
    result = read(template())
    assert [problem.code for problem in errors_of(result.problems)] == ["missing", "no_vendors"]


def test_the_template_offers_choices():
    with zipfile.ZipFile(io.BytesIO(template())) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert any("encrypted_vendor_key" in sheet and "dataValidation" in sheet for sheet in sheets)
    assert any("Lists!$A$2" in sheet for sheet in sheets)
