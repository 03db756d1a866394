"""What the commands that answer from a register file share: reading it, refusing, progress, writing the answer.

Light to import: the file is read in a child process from the first moment on, while everything else loads.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from math import inf
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn

import click

from importers.apart import read_apart
from importers.result import ReadResult
from registry.core.clock import system_clock
from registry.domain.register.problems import Problem, problem_json

__all__ = [
    "EXIT_STOPPED",
    "Reading",
    "check_budget",
    "line_of",
    "progress_bar",
    "refuse",
    "settings_of",
    "stopped",
    "today",
    "with_warnings",
    "write_json",
]

EXIT_BAD_INPUT = 2
EXIT_STOPPED = 130  # as shells do for a program that was interrupted


def today() -> date:
    """Return the day it is here."""
    return system_clock().astimezone().date()


class Reading:
    """A register file that is being read, in a child process with limits."""

    def __init__(self, source: Path) -> None:
        """Begin at once; the thread ends with the program, so that Ctrl-C waits for nobody."""
        self.source = source
        self._found: list[ReadResult] = []
        self._thread = Thread(target=lambda: self._found.append(read_apart(source)), name="reading", daemon=True)
        self._thread.start()

    def result(self) -> ReadResult:
        """Wait for the end, and return what was found."""
        self._thread.join()
        if not self._found:
            raise RuntimeError("Reading broke off; the traceback above says where.")
        return self._found[0]


def settings_of(changes: Sequence[str], wrong: list[str]) -> tuple[tuple[str, str], ...]:
    """Return the values of `--set`, and add what cannot be read to the list of what is wrong."""
    found = {}
    for change in changes:
        key, sign, value = change.partition("=")
        if not sign or not key.strip():
            wrong.append(f"--set {change}: write it as KEY=VALUE, such as exposure.pivot.admin=0.5.")
        else:
            found[key.strip()] = value.strip()
    return tuple(found.items())


def check_budget(budget: float | None, wrong: list[str]) -> None:
    """Add what is wrong with `--budget` to the list of what is wrong."""
    if budget is not None and not 0.0 <= budget < inf:
        wrong.append(f"--budget {budget:g}: give an amount of 0 or more, in the organisation's currency.")


def line_of(problem: Problem) -> str:
    """Say a problem and its place in one line."""
    place = problem.place()
    return f"{place}: {problem.message}" if place else problem.message


def with_warnings(result: ReadResult, answer: dict[str, Any], read: Sequence[Problem]) -> dict[str, Any]:
    """Return an answer with its register, and the warnings of model and reader, each once."""
    told = [*answer.pop("warnings", ()), *(problem_json(problem) for problem in read)]
    once = {tuple(row.values()): row for row in reversed(told)}
    return {
        "register": {"sha256": result.sha256, "counts": result.counts},
        **{key: value for key, value in answer.items() if key != "register"},
        "warnings": list(reversed(once.values())),
    }


def refuse(lines: Sequence[str]) -> NoReturn:
    """Tell every problem and leave."""
    for line in lines:
        click.echo(line, err=True)
    click.echo(f"{len(lines)} problem(s); nothing was simulated.", err=True)
    sys.exit(EXIT_BAD_INPUT)


def stopped() -> NoReturn:
    """Leave after Ctrl-C."""
    click.echo("Stopped; nothing was written.", err=True)
    sys.exit(EXIT_STOPPED)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None] | None]:
    """Give a function that draws a bar on the terminal; None where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1000, label="Simulating", file=sys.stderr) as bar:
        shown = 0

        def show(done: int, total: int) -> None:
            nonlocal shown
            now = 1000 * done // max(total, 1)
            if now > shown:
                bar.update(now - shown)
                shown = now

        yield show


def write_json(answer: dict[str, Any], target: str) -> None:
    """Write an answer to a file, whole or not at all, or to the screen for `-`."""
    text = json.dumps(answer, indent=2, ensure_ascii=False, allow_nan=False)
    if target == "-":
        click.echo(text)
        return
    path = Path(target)
    try:
        _replace_file(path, text + "\n")
    except OSError as error:
        refuse([f"--json {target}: {error.strerror or error}; choose another place."])
    click.echo(f"Written: {path}", err=True)


def _replace_file(path: Path, text: str) -> None:
    """Write a file whole or not at all: a reader sees the old one or the new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:  # also on Ctrl-C: nothing half written may stay behind
        Path(temporary).unlink(missing_ok=True)
        raise
