"""A pytest plugin of `./test`: what did not run is told loudly and is a failure, unless it was asked for.

A suite that skips what it cannot run is green on a machine without a browser. So a missing server fails the run, and
so does a marker under which fewer tests passed than there were, whatever made them disappear.
"""

import json
import os
from collections import Counter

import pytest

# Raised when tests are added; on a full run fewer than these is a failure.
MINIMUM_PASSED = {"postgres": 380, "browser": 40, "office": 1}
ASKED_FOR = "asked for"

_passed: Counter[str] = Counter()
_left_out: Counter[str] = Counter()
_failures: list[str] = []
_lines: list[str] = []


def not_run() -> dict[str, str]:
    """Return marker -> why its tests are left out, as the driver found it."""
    reasons: dict[str, str] = json.loads(os.environ.get("REGISTRY_TEST_NOT_RUN") or "{}")
    return reasons


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, in every worker, what cannot run."""
    reasons = not_run()
    for item in items:
        for marker, reason in reasons.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=f"{marker}: {reason}"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count by marker; with workers this sees the reports of all of them."""
    for marker in MINIMUM_PASSED:
        if marker in report.keywords:
            _passed[marker] += report.when == "call" and report.passed
            _left_out[marker] += report.skipped


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn what is missing into a failure, before the summary is written."""
    if hasattr(session.config, "workerinput"):
        return
    judge(
        not_run(), os.environ.get("REGISTRY_TEST_FAILED_CHECKS", ""), is_full=bool(os.environ.get("REGISTRY_TEST_FULL"))
    )
    if _failures and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def judge(reasons: dict[str, str], failed_checks: str, *, is_full: bool) -> None:
    """Collect what the summary tells, and what of it fails the run."""
    if failed_checks:
        _failures.append(f"FAILED CHECKS: {failed_checks}; their findings stand above the tests")
    for marker, reason in reasons.items():
        if reason == ASKED_FOR:
            _lines.append(f"left out as asked for: {_left_out[marker]} {marker} tests")
        elif _left_out[marker]:
            problem, _, remedy = reason.partition(": ")
            _failures.append(f"NOT RUN ({problem}): {_left_out[marker]} {marker} tests; install: {remedy}")
    for marker, minimum in MINIMUM_PASSED.items():
        if is_full and marker not in reasons and _passed[marker] < minimum:
            _failures.append(f"ONLY {_passed[marker]} {marker} tests passed; there should be at least {minimum}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the block that stands last before pytest's own closing line."""
    if _failures:
        terminalreporter.section("NOT COMPLETE", sep="!", red=True, bold=True)
    for line in [*_failures, *_lines]:
        terminalreporter.write_line(line)
