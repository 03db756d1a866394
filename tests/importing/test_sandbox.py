"""Reading in a child process: the same answer, and a broken child costs a sentence."""

import pickle

from importers.apart import Allowance, _Answer, read_apart
from importers.base import Limits
from tests.importers import files


def test_the_child_gives_what_the_reader_gives(tmp_path):
    path = tmp_path / "register.xlsx"
    path.write_bytes(files.workbook(Vendors=[["name"], ["One"], ["one"]]))
    result = read_apart(path)
    assert [(problem.code, problem.row) for problem in result.problems if problem.row == 3][0] == ("duplicate_name", 3)
    assert result.counts == {"organisation": 1, "vendors": 2}
    assert result.tables == {}


def test_a_base_and_the_tables_travel_too():
    base = read_apart(files.workbook(), name="register.xlsx").register
    result = read_apart(b"name,service\nacme mail,post\n", name="Vendors.csv", base=base, keep_tables=True)
    assert result.facts["vendors"][0].code == "V-0001"
    assert result.tables["vendors"].rows[1] == ["acme mail", "post"]


def test_a_child_without_memory_is_a_problem_and_no_crash():
    rows = "name\n" + "".join(f"Vendor {number}\n" for number in range(150_000))
    result = read_apart(rows.encode(), name="Vendors.csv", allowance=Allowance(memory_bytes=90 * 2**20))
    assert [problem.code for problem in result.problems] == ["too_demanding"]


def test_a_child_that_takes_too_long_is_ended():
    result = read_apart(files.workbook(), name="register.xlsx", allowance=Allowance(wall_seconds=0))
    assert [problem.code for problem in result.problems] == ["too_slow"]


def test_limits_reach_the_child():
    result = read_apart(b"name\n1\n2\n3\n", name="Vendors.csv", limits=Limits(rows_max=2))
    assert [problem.code for problem in result.problems] == ["too_many_rows"]


def test_an_answer_cannot_run_anything():
    for thing in (print, pickle.loads, Exception, __import__("os").system):
        try:
            _Answer(__import__("io").BytesIO(pickle.dumps(thing))).load()
        except pickle.UnpicklingError:
            continue
        raise AssertionError(thing)


def test_a_file_of_forty_megabytes_is_read_or_refused_within_the_limits():
    text = b"Vendor,Note\n" + b"".join(b"Vendor %d,%s\n" % (number, b"x" * 4000) for number in range(10_000))
    assert len(text) > 40_000_000
    result = read_apart(text, name="Vendors.csv", reader="vendor_list", base=read_apart(files.workbook()).register)
    assert result.counts == {"vendors": 10_000}
