"""How long a workbook of 100,000 rows and 15 columns takes, beside XlsxWriter in its constant-memory mode."""

import resource
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from reports.workbook import CellKind, Sheet, SheetColumn, stream_workbook

ROWS, SECONDS_MAX, MEMORY_MAX_MB = 100_000, 15.0, 300.0
KINDS = (CellKind.TEXT, CellKind.COUNT, CellKind.NUMBER, CellKind.SHARE, CellKind.DAY)


def _rows():
    day = date(2026, 1, 1)
    for number in range(ROWS):
        yield [f"V-{number:05d}", number, number * 1.5, 0.25, day] * 3


@pytest.mark.bench
def test_a_hundred_thousand_rows_beside_xlsxwriter(tmp_path: Path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    columns = tuple(SheetColumn(f"c{place}", kind, note="what it is") for place, kind in enumerate(KINDS * 3))
    with (tmp_path / "ours.xlsx").open("wb") as target:
        stream_workbook(
            [Sheet("Rows", columns, _rows())], target, title="Rows", made_at=datetime(2026, 1, 1, tzinfo=UTC)
        )
    ours = time.perf_counter() - began
    added = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    began = time.perf_counter()
    book = xlsxwriter.Workbook(str(tmp_path / "theirs.xlsx"), {"constant_memory": True})
    sheet, days = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(_rows()):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, place, value, days)
            else:
                sheet.write(number, place, value)
    book.close()
    theirs = time.perf_counter() - began
    print(f"ours {ours:.1f} s, {added:.0f} MB added; XlsxWriter {theirs:.1f} s")
    assert ours <= SECONDS_MAX
    assert added <= MEMORY_MAX_MB
