"""The arrows between the parts of the code, beyond what import-linter says in pyproject."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PURE = ("registry.domain", "registry.reference", "importers", "reports")
HEAVY = {"flask", "sqlalchemy", "wtforms", "numba", "werkzeug", "apscheduler"}
NO_FEATURES = {"bootstrap", "cli", "core", "demo", "domain", "help", "jobs", "migrations", "models", "reference", "web"}
# The base of all features that keep facts; its forms are there to be built upon.
BASE_FEATURE = "facts"
# Within a feature each may know those after it.
ORDER = ("views", "forms", "service", "queries")


@cache
def features() -> list[Path]:
    packages = (path.parent for path in (ROOT / "registry").glob("*/__init__.py"))
    return sorted(path for path in packages if path.name not in NO_FEATURES)


def python_files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


@cache
def imported(path: Path) -> set[str]:
    """Return the full names that a file imports, `from a import b` as `a.b`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def modules_of(package: str) -> list[str]:
    base = ROOT / package.replace(".", "/")
    files = (path.relative_to(ROOT).with_suffix("") for path in python_files(base))
    return [".".join(path.parts).removesuffix(".__init__") for path in files]


@pytest.mark.parametrize("package", PURE)
def test_pure_packages_load_nothing_heavy(package):
    """Each in a fresh interpreter, since this one has loaded everything; numba only where the kernel is."""
    names = [name for name in modules_of(package) if not name.startswith("registry.domain.kernel.")]
    code = f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(loaded.stdout.split())


def test_loading_the_application_factory_loads_no_flask():
    code = "import sys, registry; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(loaded.stdout.split())


def test_views_are_imported_by_their_own_feature_alone():
    foreign = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in python_files(ROOT / "registry")
        for feature in features()
        for name in imported(path)
        if feature not in path.parents
        for part in (("views",) if feature.name == BASE_FEATURE else ("views", "forms"))
        if name.startswith(f"registry.{feature.name}.{part}")
    ]
    assert foreign == []


def test_inside_a_feature_the_arrows_run_from_views_to_queries():
    backwards = []
    for feature in features():
        for path in python_files(feature):
            part = path.relative_to(feature).parts[0].removesuffix(".py")
            if part not in ORDER:
                continue
            above = [f"registry.{feature.name}.{name}" for name in ORDER[: ORDER.index(part)]]
            backwards += [
                f"{path.relative_to(ROOT)} imports {name}" for name in imported(path) if name.startswith(tuple(above))
            ]
    assert backwards == []


def test_every_feature_stands_in_the_layers():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in settings["contracts"] if contract["type"] == "layers")
    named = " ".join(layers)
    assert [path.name for path in features() if f"registry.{path.name})" not in named] == []


def test_every_folder_with_code_is_a_package():
    folders = {path.parent for top in ("registry", "importers", "reports") for path in python_files(ROOT / top)}
    without = [path for path in folders if not (path / "__init__.py").exists() and path.name != "bootstrap"]
    assert without == []
