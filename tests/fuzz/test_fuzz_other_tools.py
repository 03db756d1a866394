"""Files of other tools: whatever the bytes, cells and structures, rows and problems come out."""

import io

import openpyxl
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers import ciso_assistant, fides
from importers.register import ReadResult
from importers.register import read as read_register
from registry.domain.register.problems import errors_of
from tests.importers import files
from tests.importers.test_fides import MANIFEST

fuzz = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
BASE = read_register(files.workbook()).register
odd = st.sampled_from(
    [
        "ENT-001",
        "Acme Mail",
        "#N/A",
        "=1",
        "draft",
        "active",
        "2024-01-01",
        "1.2M",
        "x" * 5000,
        "DE",
        "V-0001",
        "\u202ea",
        " ",
    ]
)
cells = st.none() | st.text(max_size=8) | odd | st.integers(-(10**12), 10**12) | st.booleans() | st.dates()
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["shop", "mailer", "customers", "user.name", "system"])
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "fides_key",
                    "name",
                    "egress",
                    "ingress",
                    "type",
                    "fields",
                    "collections",
                    "data_categories",
                    "privacy_declarations",
                    "dataset_references",
                    "x",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


def holds(result):
    assert isinstance(result, ReadResult)
    assert (result.register is None) == bool(errors_of(result.problems))
    for problem in result.problems:
        assert problem.message
        assert problem.row is None or problem.row >= 1


@fuzz
@given(content=st.binary(max_size=300))
def test_any_bytes(content):
    holds(ciso_assistant.read(content, name="x", base=BASE))
    holds(fides.read(content, name="x", base=BASE))


@fuzz
@given(text=st.text(max_size=200))
def test_any_text_as_a_manifest(text):
    holds(fides.read(text.encode("utf-8", "replace"), name="x.yml", base=BASE))


@fuzz
@given(position=st.integers(0, len(MANIFEST)), text=st.text(max_size=12))
def test_a_manifest_with_something_written_into_it(position, text):
    holds(
        fides.read(
            (MANIFEST[:position] + text + MANIFEST[position:]).encode("utf-8", "replace"), name="x.yml", base=BASE
        )
    )


@fuzz
@given(systems=anything, datasets=anything)
def test_any_structure_as_a_manifest(systems, datasets):
    text = yaml.safe_dump({"system": systems, "dataset": datasets})
    holds(fides.read(text.encode(), name="x.yml", base=BASE))


@fuzz
@given(data=st.data())
def test_any_cells_in_the_sheets_of_the_workbook(data):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet, columns in ciso_assistant.SHEETS.items():
        names = [*columns, "trust"]
        made = book.create_sheet(sheet)
        made.append(names)
        for row in data.draw(st.lists(st.lists(cells, min_size=len(names), max_size=len(names)), max_size=4)):
            clean = [
                openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell
                for cell in row
            ]
            made.append(clean)
    target = io.BytesIO()
    book.save(target)
    holds(ciso_assistant.read(target.getvalue(), base=BASE))
