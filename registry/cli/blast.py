"""`./run blast REGISTER --start V-0001`: a blast radius from a register file alone, with no server and no database."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli.answers import (
    Reading,
    check_budget,
    line_of,
    progress_bar,
    refuse,
    settings_of,
    stopped,
    today,
    with_warnings,
    write_json,
)
from registry.cli.blast_summary import summary_lines
from registry.domain.register.errors import DomainError, InvalidParameter, InvalidRegister, InvalidScenario
from registry.domain.register.problems import errors_of, warnings_of
from registry.domain.register.vocabulary import ScenarioKind

if TYPE_CHECKING:
    from registry.domain.register.facts import Register
    from registry.domain.register.parameters import Parameters
    from registry.domain.scenario.scenario import Scenario
    from registry.domain.scenario.whatif import WhatIf

__all__ = ["blast"]


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
    "--budget", type=float, metavar="AMOUNT", help="Also find the planned controls to place for this much money."
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
    budget: float | None,
    json_target: str | None,
) -> None:
    """Read, ask, answer; every problem of the input is told before leaving with exit code 2."""
    reading = Reading(register)
    try:
        wrong: list[str] = []
        check_budget(budget, wrong)
        scenario = _scenario(
            wrong, start=start, kind=kind, as_of=as_of, iterations=iterations, seed=seed, changes=changes,
            what_ifs=what_ifs,
        )  # fmt: skip
        answer, assumed = _ask(reading, scenario, wrong, budget)
        if json_target is not None:
            write_json(answer, json_target)
    except KeyboardInterrupt:
        stopped()
    if json_target != "-":
        click.echo("\n".join(summary_lines(answer, assumed)))


def _scenario(
    wrong: list[str],
    *,
    start: tuple[str, ...],
    kind: str,
    as_of: datetime | None,
    iterations: int | None,
    seed: int,
    changes: tuple[str, ...],
    what_ifs: tuple[str, ...],
) -> "Scenario":
    from registry.domain.scenario.scenario import Scenario

    return Scenario(
        start=tuple(dict.fromkeys(code.strip() for code in start)),
        kind=ScenarioKind(kind),
        as_of=as_of.date() if as_of is not None else today(),
        what_ifs=_what_ifs(what_ifs, wrong),
        iterations=iterations,
        seed=seed,
        overrides=settings_of(changes, wrong),
    )


def _what_ifs(texts: Sequence[str], wrong: list[str]) -> "tuple[WhatIf, ...]":
    from registry.domain.scenario.whatif import parse_what_if

    found = []
    for text in texts:
        try:
            found.append(parse_what_if(text))
        except InvalidScenario as error:
            wrong.append(f"--what-if {error}")
    return tuple(found)


def _ask(
    reading: Reading, scenario: "Scenario", wrong: list[str], budget: float | None
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the answer as in `--json`, and the datasets whose people nobody counted.

    Leaves the program when anything in the input is wrong.
    """
    from registry.core.compiled import load_compiled
    from registry.domain.register.collector import collector_paused
    from registry.domain.scenario.blast import blast as work_out
    from registry.domain.scenario.blast import to_json
    from registry.reference.load import shipped_parameters

    with collector_paused():
        load_compiled(is_exact_too=False)  # while the file is read
        parameters, result = shipped_parameters(), reading.result()
        wrong.extend(line_of(problem) for problem in errors_of(result.problems))
        wrong.extend(_wrong_question(result.register, parameters, scenario))
        if wrong or result.register is None:
            refuse(wrong or [f"{reading.source} holds no register."])
        try:
            with progress_bar() as progress:
                found = work_out(result.register, parameters, scenario, progress=progress)
            answer, assumed = to_json(found), frozenset(row.code for row in found.datasets if row.is_assumed)
            if budget is not None:
                answer["plan"] = _plan(result.register, parameters, scenario, budget)
        except InvalidRegister as error:
            refuse([line_of(problem) for problem in error.problems])
        except DomainError as error:
            refuse(str(error).splitlines())
        return with_warnings(result, answer, warnings_of(result.problems)), assumed


def _plan(register: "Register", parameters: "Parameters", scenario: "Scenario", budget: float) -> dict[str, Any]:
    from registry.domain.portfolio.budget import budget_plan_json, plan_scenario
    from registry.domain.scenario.blast import outsiders, prepare
    from registry.domain.scenario.prepared import prepared_for
    from registry.domain.scenario.run import run_worlds

    start = outsiders(register, scenario)
    prepared = prepare(register, parameters, kind=scenario.kind, as_of=scenario.as_of, start=start)
    return budget_plan_json(plan_scenario(run_worlds(prepared_for(prepared, scenario), scenario), budget=budget))


def _wrong_question(register: "Register | None", parameters: "Parameters", scenario: "Scenario") -> list[str]:
    """Return what is wrong with the options; without a register only those that need none are looked at."""
    from registry.domain.scenario.scenario import prepare

    lines = _told(lambda: parameters.with_changes(dict(scenario.overrides)))
    if register is None:
        return lines
    if lines:  # what else is wrong shall be told in the same go
        scenario = replace(scenario, overrides=())
    return [*lines, *_told(lambda: prepare(register, parameters, scenario))]


def _told(step: Callable[[], object]) -> list[str]:
    try:
        step()
    except (InvalidParameter, InvalidScenario) as error:
        return str(error).splitlines()
    return []
