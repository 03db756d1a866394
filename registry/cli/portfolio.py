"""`./run portfolio REGISTER`: all vendors of a register file, and what a year of their events costs."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

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
from registry.cli.portfolio_summary import summary_lines
from registry.domain.portfolio.budget import PLAN_LAYOUT
from registry.domain.portfolio.portfolio import YEARS, Question
from registry.domain.portfolio.portfolio_json import LAYOUT, portfolio_json
from registry.domain.register.errors import DomainError, InvalidParameter, InvalidRegister
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.problems import errors_of, warnings_of
from registry.domain.scenario.scenario import with_changed_parameters

__all__ = ["portfolio"]

_HELP = f"""\
Rank all vendors of a register file (.xlsx, a zip or folder of CSV files) by what their events cost, and simulate
years of them: expected loss, value at risk, tail, the chance of exceeding the risk appetite.

\b
{LAYOUT}
  plan (with --budget only): {PLAN_LAYOUT}
"""


@click.command(help=_HELP)
@click.argument("register", type=click.Path(path_type=Path))
@click.option("--years", type=int, default=YEARS, show_default=True, help="Years to simulate.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same digits.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day asked about (default: today).")
@click.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a parameter for this run; can repeat."
)
@click.option("--no-band", is_flag=True, help="Leave out the uncertainty band; several times faster.")
@click.option(
    "--cluster", metavar="ADDRESS", help="Run the worlds on a Dask cluster, such as tcp://10.0.0.5:8786; same digits."
)
@click.option(
    "--budget", type=float, metavar="AMOUNT", help="Also find the planned controls to place for this much money."
)
@click.option(
    "--json", "json_target", metavar="FILE|-", help="Write the whole answer as JSON, to a file or to the screen."
)
def portfolio(
    *,
    register: Path,
    years: int,
    seed: int,
    as_of: datetime | None,
    changes: tuple[str, ...],
    no_band: bool,
    cluster: str | None,
    budget: float | None,
    json_target: str | None,
) -> None:
    """Read, simulate, answer; every problem of the input is told before leaving with exit code 2."""
    wrong: list[str] = []
    check_budget(budget, wrong)
    question = Question(
        as_of=as_of.date() if as_of is not None else today(),
        years=years,
        seed=seed,
        has_band=not no_band,
        overrides=settings_of(changes, wrong),
    )
    try:
        answer = _ask(register, question, wrong, cluster=cluster, budget=budget)
        if json_target is not None:
            write_json(answer, json_target)
    except KeyboardInterrupt:
        stopped()
    if json_target != "-":
        click.echo("\n".join(summary_lines(answer)))


def _ask(
    source: Path, question: Question, wrong: list[str], *, cluster: str | None, budget: float | None
) -> dict[str, Any]:
    """Return the answer as in `--json`; leaves the program when anything in the input is wrong."""
    from registry.domain.portfolio.budget import budget_plan_json, plan_year
    from registry.domain.portfolio.portfolio import portfolio as work_out
    from registry.reference.load import shipped_parameters

    parameters = shipped_parameters()
    result = Reading(source).result()
    wrong.extend(line_of(problem) for problem in errors_of(result.problems))
    wrong.extend(question.wrong())
    wrong.extend(_wrong_settings(result.register, parameters, question))
    if wrong or result.register is None:
        refuse(wrong or [f"{source} holds no register."])
    with ExitStack() as open_until_done:
        crew = None
        try:
            if cluster is not None:
                from registry.core.cluster import connected

                crew = open_until_done.enter_context(connected(cluster))
            progress = open_until_done.enter_context(progress_bar())
            answer = work_out(result.register, parameters, question, crew=crew, progress=progress)
            told = portfolio_json(answer, overrides=question.overrides)
            if budget is not None:
                plan = plan_year(result.register, parameters, question, budget=budget, crew=crew)
                told["plan"] = budget_plan_json(plan)
        except InvalidRegister as error:
            refuse([line_of(problem) for problem in error.problems])
        except DomainError as error:
            refuse(str(error).splitlines())
    return with_warnings(result, told, warnings_of(result.problems))


def _wrong_settings(register: Register | None, parameters: Parameters, question: Question) -> list[str]:
    """Return what is wrong with `--set`."""
    try:
        known = parameters if register is None else with_changed_parameters(register, parameters)
        known.with_changes(dict(question.overrides))
    except InvalidParameter as error:
        return str(error).splitlines()
    return []
