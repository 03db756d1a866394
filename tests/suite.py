"""The driver behind `./test`: checks the code, finds or starts PostgreSQL and Chromium, runs pytest on all cores.

pytest has the last word: what did not run, and which checks failed, is told in its summary (`tests.completeness`).
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests import servers

BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str]] = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy": ["mypy", "--no-error-summary"],
    "import-linter": ["lint-imports", "--no-cache"],
    "djlint": ["djlint", "--lint", "--quiet", "registry"],
    "codespell": ["codespell"],
}
FAST_CHECKS = ("ruff check", "ruff format")


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for and return pytest's exit code."""
    options, for_pytest = read_options(arguments)
    variables = dict(os.environ)
    if not for_pytest and not options.bench:
        failed = run_checks(FAST_CHECKS if options.fast else tuple(CHECKS))
        variables["REGISTRY_TEST_FAILED_CHECKS"] = ", ".join(failed)
        variables["REGISTRY_TEST_FULL"] = "" if options.fast else "1"
    left_out = {}
    with ExitStack() as stack:
        if options.without_postgres:
            left_out["postgres"] = "asked for"
        else:
            try:
                variables[servers.PG_VARIABLE] = stack.enter_context(servers.postgres())
            except servers.Missing as missing:
                left_out["postgres"] = str(missing)
        if options.without_browser:
            left_out["browser"] = "asked for"
        else:
            try:
                variables[servers.CHROMIUM_VARIABLE] = servers.chromium()
            except servers.Missing as missing:
                left_out["browser"] = str(missing)
        if options.without_office:
            left_out["office"] = "asked for"
        else:
            try:
                variables[servers.OFFICE_VARIABLE] = servers.office()
            except servers.Missing as missing:
                left_out["office"] = str(missing)
        variables["REGISTRY_TEST_NOT_RUN"] = json.dumps(left_out)
        return subprocess.run(pytest_command(options, for_pytest), env=variables, check=False).returncode


def read_options(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Split the options of `./test` from those of pytest."""
    parser = argparse.ArgumentParser(
        prog="./test", description=__doc__, epilog="Further arguments go to pytest.", allow_abbrev=False
    )
    parser.add_argument("--fast", action="store_true", help="ruff, and tests without browser, PostgreSQL and slow ones")
    parser.add_argument("--bench", action="store_true", help="only the benchmarks, one at a time")
    parser.add_argument("--storm", action="store_true", help="also the kill storms and very long runs")
    parser.add_argument("--without-browser", action="store_true", help="leave the browser tests out, knowingly")
    parser.add_argument("--without-postgres", action="store_true", help="leave the PostgreSQL half out, knowingly")
    parser.add_argument("--without-office", action="store_true", help="leave the LibreOffice tests out, knowingly")
    options, for_pytest = parser.parse_known_args(arguments)
    options.without_browser = options.without_browser or options.fast or options.bench
    options.without_office = options.without_office or options.fast or options.bench
    options.without_postgres = options.without_postgres or options.fast
    return options, for_pytest


def run_checks(names: Sequence[str]) -> list[str]:
    """Run the static checks and return the names of those that failed."""
    failed = []
    for name in names:
        began = time.monotonic()
        program, *rest = CHECKS[name]
        passed = subprocess.run([BIN / program, *rest], check=False).returncode == 0
        print(f"{name}: {'passed' if passed else 'FAILED'} ({time.monotonic() - began:.0f} s)", flush=True)
        if not passed:
            failed.append(name)
    return failed


def pytest_command(options: argparse.Namespace, for_pytest: Sequence[str]) -> list[str]:
    """Return how pytest is called."""
    wanted = ["bench"] if options.bench else ["not bench"]
    if not options.storm and not options.bench:
        wanted.append("not storm")
    if options.fast:
        wanted.append("not slow")
    workers = "0" if options.bench else "auto"
    return [
        *(sys.executable, "-m", "pytest", "-p", "tests.completeness", "-m", " and ".join(wanted)),
        *("-n", workers, "--dist", "worksteal"),
        *for_pytest,
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
