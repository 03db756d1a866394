"""Things that are done in one place only, and things the project does not say."""

import ast
import re
import subprocess
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from registry.settings import SECRETS, Settings

ROOT = Path(__file__).resolve().parents[2]
CODE = ("registry", "importers", "reports")
LONG_LINES = 400
DATA_FILES = {"vendors.py", "flows.py", "customers.py", "ways.py"}  # the tables of the demo company


def code_files() -> Iterator[Path]:
    for top in CODE:
        for path in sorted((ROOT / top).rglob("*.py")):
            if not {"bootstrap", "versions"} & set(path.parts):
                yield path


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func)


def calls(wanted: Callable[[str], bool], *, allowed: tuple[str, ...]) -> list[str]:
    """Return where a call is made outside the places that may."""
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {name_of(node)}"
        for path in code_files()
        if not str(path.relative_to(ROOT)).startswith(allowed)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and wanted(name_of(node))
    ]


def test_only_the_clock_asks_for_the_time():
    asking = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"}
    assert calls(asking.__contains__, allowed=("registry/core/clock.py",)) == []


def test_raw_sql_is_written_in_core_and_with_the_tables_only():
    raw = {"text", "sa.text", "sqlalchemy.text"}
    assert calls(raw.__contains__, allowed=("registry/core/", "registry/migrations/", "registry/models/base.py")) == []


def test_nothing_is_printed():
    assert calls("print".__eq__, allowed=()) == []


def test_workbooks_are_opened_by_one_reader():
    assert (
        calls(lambda name: name.endswith("load_workbook"), allowed=("importers/xlsx_table.py", "reports/workbook.py"))
        == []
    )


def test_cells_are_written_by_one_writer():
    writers = ("reports/workbook.py", "reports/register_file.py")
    assert calls(lambda name: re.fullmatch(r"(ws|sheet|worksheet)\.append", name) is not None, allowed=writers) == []


def test_long_files_are_known():
    long = {
        str(path.relative_to(ROOT)): count
        for path in code_files()
        if path.name not in DATA_FILES and (count := len(path.read_text(encoding="utf-8").splitlines())) > LONG_LINES
    }
    if long:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn(f"to be split: {long}", stacklevel=1)
    assert all(count < 2 * LONG_LINES for count in long.values()), long


def test_every_setting_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [f"REGISTRY_{name.upper()}" for name in Settings.model_fields]
    names += [f"REGISTRY_{name.upper()}_FILE" for name in SECRETS]
    assert [name for name in names if f"`{name}`" not in readme] == []


def test_the_readme_names_no_setting_that_does_not_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    known = {f"REGISTRY_{name.upper()}" for name in Settings.model_fields}
    known |= {f"REGISTRY_{name.upper()}_FILE" for name in SECRETS}
    named = set(re.findall(r"REGISTRY_[A-Z_]+[A-Z]", readme))
    assert {name for name in named if not name.startswith("REGISTRY_TEST_")} <= known


def commands(group: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            yield from commands(command, f"{path} {name}".strip())
    if path:
        yield path, group


def test_every_command_and_option_has_help():
    from registry.cli import COMMANDS

    silent = []
    named = [(module, name) for module, names in COMMANDS.items() for name in names]
    for module, name in named:
        command = getattr(import_module(f"registry.cli.{module}"), name)
        for path, each in commands(command, command.name or ""):
            if not each.help:
                silent.append(path)
            options = (option for option in each.params if isinstance(option, click.Option))
            silent += [f"{path} {option.name}" for option in options if not option.help and not option.hidden]
    assert silent == []


# What stands in the text of the project must be true for whoever clones it.
FOREIGN = re.compile(r"(?<![\w.])/(work|Users)/|pypi\.org|pythonhosted|registry\.npmjs")
MAY_NAME_HOSTS = ("registry/web/static/vendor/", "requirements")


def tracked_texts() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_the_project_speaks_of_itself_alone():
    found = []
    for path in tracked_texts():
        name = str(path.relative_to(ROOT))
        if name.startswith(MAY_NAME_HOSTS) or not path.is_file() or path == Path(__file__).resolve():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{name}:{number} {hit[0]}"
            for number, line in enumerate(text.splitlines(), 1)
            if (hit := FOREIGN.search(line))
        ]
    assert found == []


def test_migrations_are_numbered_without_gaps_and_each_follows_the_one_before():
    files = sorted((ROOT / "registry" / "migrations" / "versions").glob("*.py"))
    numbers = [path.name[:4] for path in files]
    assert numbers == [f"{number:04}" for number in range(1, len(files) + 1)]
    for path, before in zip(files[1:], numbers, strict=False):
        text = path.read_text(encoding="utf-8")
        assert f'revision = "{path.name[:4]}"' in text
        assert f'down_revision = "{before}"' in text
