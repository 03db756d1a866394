"""`./run blast REGISTER --start V-0001`: a blast radius from a register file alone, with no server and no database."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from registry.cli.blast_summary import summary_lines
from registry.core.clock import system_clock
from registry.domain.errors import DomainError, InvalidParameter, InvalidRegister, InvalidScenario
from registry.domain.facts import Register
from registry.domain.parameters import Parameters
from registry.domain.problems import Problem, errors_of, warnings_of
from registry.domain.scenario import Scenario, prepare
from registry.domain.vocabulary import ScenarioKind
from registry.domain.whatif import WhatIf, parse_what_if

__all__ = ["blast"]

EXIT_BAD_INPUT = 2
EXIT_STOPPED = 130  # as shells do for a program that was interrupted


@click.command(help="Work out what a breach would reach, from a register file: .xlsx, a zip or folder of CSV files.")
@click.argument("register", type=click.Path(path_type=Path))
@click.option(
    "--start", multiple=True, required=True, metavar="CODE", help="Vendor or system that is breached; can repeat."
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in ScenarioKind]),
    default="data_theft",
    show_default=True,
    help="What is assumed to happen at the start.",
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day asked about (default: today).")
@click.option("--iterations", type=int, help="Worlds to simulate (default: until the error is within the target).")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same digits.")
@click.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a parameter for this run; can repeat."
)
@click.option(
    "--what-if", "what_ifs", multiple=True, metavar="TEXT", help="Change a fact, such as cut:F-014; can repeat."
)
@click.option(
    "--json", "json_target", metavar="FILE|-", help="Write the whole answer as JSON, to a file or to the screen."
)
def blast(
    *,
    register: Path,
    start: tuple[str, ...],
    kind: str,
    as_of: datetime | None,
    iterations: int | None,
    seed: int,
    changes: tuple[str, ...],
    what_ifs: tuple[str, ...],
    json_target: str | None,
) -> None:
    """Read, ask, answer; every problem of the input is told before leaving with exit code 2."""
    wrong: list[str] = []
    overrides = _overrides(changes, wrong)
    scenario = Scenario(
        start=tuple(dict.fromkeys(code.strip() for code in start)),
        kind=ScenarioKind(kind),
        as_of=as_of.date() if as_of is not None else _today(),
        what_ifs=_what_ifs(what_ifs, wrong),
        iterations=iterations,
        seed=seed,
        overrides=overrides,
    )
    try:
        answer = _ask(register, scenario, wrong)
        if json_target is not None:
            _write_json(answer, json_target)
    except KeyboardInterrupt:
        click.echo("Stopped; nothing was written.", err=True)
        sys.exit(EXIT_STOPPED)
    if json_target != "-":
        click.echo("\n".join(summary_lines(answer)))


def _today() -> date:
    return system_clock().astimezone().date()


def _overrides(changes: Sequence[str], wrong: list[str]) -> tuple[tuple[str, str], ...]:
    found = {}
    for change in changes:
        key, sign, value = change.partition("=")
        if not sign or not key.strip():
            wrong.append(f"--set {change}: write it as KEY=VALUE, such as exposure.pivot.admin=0.5.")
        else:
            found[key.strip()] = value.strip()
    return tuple(found.items())


def _what_ifs(texts: Sequence[str], wrong: list[str]) -> tuple[WhatIf, ...]:
    found = []
    for text in texts:
        try:
            found.append(parse_what_if(text))
        except InvalidScenario as error:
            wrong.append(f"--what-if {error}")
    return tuple(found)


def _ask(source: Path, scenario: Scenario, wrong: list[str]) -> dict[str, Any]:
    """Return the answer as in `--json`; leaves the program when anything in the input is wrong."""
    from importers.register import read
    from registry.domain.blast import blast as work_out
    from registry.domain.blast import to_json
    from registry.reference.load import shipped_parameters

    parameters = shipped_parameters()
    result = read(source)
    wrong.extend(_line(problem) for problem in errors_of(result.problems))
    wrong.extend(_wrong_question(result.register, parameters, scenario))
    if wrong or result.register is None:
        _refuse(wrong or [f"{source} holds no register."])
    try:
        with _progress() as progress:
            answer = to_json(work_out(result.register, parameters, scenario, progress=progress))
    except InvalidRegister as error:
        _refuse([_line(problem) for problem in error.problems])
    except DomainError as error:
        _refuse(str(error).splitlines())
    return {
        "register": {"sha256": result.sha256, "counts": result.counts},
        **{key: value for key, value in answer.items() if key not in {"register", "warnings"}},
        "warnings": _warnings(answer.get("warnings", []), warnings_of(result.problems)),
    }


def _wrong_question(register: Register | None, parameters: Parameters, scenario: Scenario) -> list[str]:
    """Return what is wrong with the options; without a register only those that need none are looked at."""
    try:
        if register is None:
            parameters.with_changes(dict(scenario.overrides))
        else:
            prepare(register, parameters, scenario)
    except (InvalidParameter, InvalidScenario) as error:
        return str(error).splitlines()
    return []


def _line(problem: Problem) -> str:
    place = problem.place()
    return f"{place}: {problem.message}" if place else problem.message


def _warnings(told: list[dict[str, Any]], read: list[Problem]) -> list[dict[str, Any]]:
    """Return the warnings of the answer and of the reader, each once."""
    found = [*told]
    found.extend(
        {
            "sheet": problem.sheet,
            "row": problem.row,
            "column": problem.column,
            "code": problem.code,
            "message": problem.message,
        }
        for problem in read
    )
    seen = set()
    return [row for row in found if (key := tuple(row.values())) not in seen and not seen.add(key)]  # type: ignore[func-returns-value]


def _refuse(lines: Sequence[str]) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    click.echo(f"{len(lines)} problem(s); nothing was simulated.", err=True)
    sys.exit(EXIT_BAD_INPUT)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
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


def _write_json(answer: dict[str, Any], target: str) -> None:
    text = json.dumps(answer, indent=2, ensure_ascii=False, allow_nan=False)
    if target == "-":
        click.echo(text)
        return
    path = Path(target)
    try:
        _replace_file(path, text + "\n")
    except OSError as error:
        _refuse([f"--json {target}: {error.strerror or error}; choose another place."])
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
