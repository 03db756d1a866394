"""Whatever the bytes and structures: rows and problems come out, never an exception."""

import io

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers.register import ReadResult, read
from registry.domain.register.problems import errors_of
from registry.reference.register_format import register_format
from tests.importers import files

fuzz = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SHEETS = [form.name for form in register_format().values()]
COLUMNS = sorted({column.name for form in register_format().values() for column in form.columns})
WHOLE = files.workbook()

odd_texts = st.sampled_from(
    ["#N/A", "=1+1", "V-0001", "S-001", "40 %", "1.2M", "03/04/2024", "x" * 5000, "\u202eabc", "yes", "a;b;;c", "-", "1e400",
     "9" * 400, "NaN", "inf", "١٢", "²", "2024-13-45", "31 Feb 2024", "00/00/0000", "Acme Mail", "user.name", "%", "()", "$"]
)  # fmt: skip
cells = st.none() | st.text(max_size=8) | odd_texts | st.integers() | st.floats() | st.booleans() | st.dates()


def holds(result):
    assert isinstance(result, ReadResult)
    assert (result.register is None) == bool(errors_of(result.problems))
    for problem in result.problems:
        assert problem.message
        assert problem.row is None or problem.row >= 1


@fuzz
@given(content=st.binary(max_size=400), name=st.sampled_from(["", "Vendors.csv", "x.xlsx", "x.zip"]))
def test_any_bytes(content, name):
    holds(read(content, name=name))


@fuzz
@given(position=st.integers(0, len(WHOLE) - 1), garbage=st.binary(min_size=1, max_size=30))
def test_a_workbook_with_bytes_overwritten(position, garbage):
    holds(read(WHOLE[:position] + garbage + WHOLE[position + len(garbage) :]))


@fuzz
@given(length=st.integers(0, len(WHOLE)))
def test_a_workbook_cut_anywhere(length):
    holds(read(WHOLE[:length]))


@fuzz
@given(
    sheet=st.sampled_from(SHEETS),
    header=st.lists(st.sampled_from(COLUMNS) | st.text(max_size=5), max_size=12),
    rows=st.lists(st.lists(cells, max_size=12), max_size=6),
)
def test_any_cells_in_any_sheet_of_csv(sheet, header, rows):
    lines = [header, *([("" if cell is None else str(cell)) for cell in row] for row in rows)]
    text = "\n".join(";".join(line) for line in lines)
    holds(read(text.encode("utf-8", "surrogatepass"), name=f"{sheet}.csv", base=read(WHOLE).register))


@fuzz
@given(data=st.data())
def test_any_cells_under_the_right_header_of_a_workbook(data):
    form = data.draw(st.sampled_from(list(register_format().values())))
    names = [column.name for column in form.columns]
    rows = data.draw(st.lists(st.lists(cells, min_size=len(names), max_size=len(names)), max_size=5))
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = form.name
    for row in [names, *rows]:
        sheet.append(
            [openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in row]
        )
    target = io.BytesIO()
    book.save(target)
    holds(read(target.getvalue(), base=read(WHOLE).register))


@fuzz
@given(
    fragments=st.lists(
        st.sampled_from(
            ['<row r="1">', "<row>", '<row r="-5">', '<row r="99999999999">', "</row>", '<c r="A1" t="s"><v>0</v></c>',
             '<c r="A1" t="s"><v>999999</v></c>', "<c><v>1</v></c>", '<c r="ZZZZ9"><v>1</v></c>', '<c t="e"><v>#N/A</v></c>',
             '<c r="B2" t="inlineStr"><is><t>name</t></is></c>', '<c r="A2" t="b"><v>x</v></c>', '<c r="1A"><v>1</v></c>',
             '<c r="A3" s="99"><v>1e999</v></c>', '<c r="A0"><v>1</v></c>', '<c r=""><v/></c>', '<c r="C3" t="d"><v>x</v></c>',
             '<c r="A99999999999999999999"><v>1</v></c>', "<f>1</f>", "text", "<!-- c -->"]
        ),
        max_size=8,
    )
)  # fmt: skip
def test_any_cell_xml(fragments):
    holds(read(files.raw_workbook(files.sheet_xml("".join(fragments))), base=read(WHOLE).register))
