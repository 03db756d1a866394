"""`./run import register FILE`: a file into the register from the machine itself, all or nothing."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from registry.core.actor import Actor
from registry.core.db import writing
from registry.core.errors import CoreError
from registry.domain.errors import DomainError, InvalidRegister
from registry.domain.problems import Problem, errors_of

__all__ = ["importing"]

importing = AppGroup("import", help="Files into the register.")
ACTOR = Actor.system("command line")
EXIT_BAD_INPUT = 2
LISTED_MAX = 200


@importing.command("register")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
def import_register(file: Path, *, dry_run: bool) -> None:
    """Import a register: .xlsx, a zip or folder of CSV files, or a single sheet.

    Exit code 0: clean, or warnings only; 2: any error, and nothing was written.
    """
    from registry.importing import service

    try:
        with writing():
            checked = service.look(ACTOR, file, file.name)
            _tell(checked.problems)
            _tell_counts(checked)
            if errors_of(checked.problems):
                _leave("Nothing was written. Mend the errors above and import again.")
            if dry_run:
                click.echo("Nothing was written: this was a dry run.")
            elif checked.difference.is_empty:
                click.echo("Everything in the file is registered already; nothing was written.")
            else:
                number = service.import_now(ACTOR, file, checked)
                click.echo(f"Written as import {number}.")
    except InvalidRegister as error:
        _tell(error.problems)
        _leave("Nothing was written.")
    except (CoreError, DomainError) as error:
        _leave(f"{error} Nothing was written.")


def _tell(problems: list[Problem] | tuple[Problem, ...]) -> None:
    for problem in problems[:LISTED_MAX]:
        place = f"{problem.place()}: " if problem.place() else ""
        click.echo(f"{problem.severity.value}: {place}{problem.message}", err=True)
    if len(problems) > LISTED_MAX:
        click.echo(f"... and {len(problems) - LISTED_MAX:,} more.", err=True)


def _tell_counts(checked: "object") -> None:
    difference = checked.difference  # type: ignore[attr-defined]  # named late, to keep the start of commands fast
    click.echo(
        f"{difference.new_count:,} new, {len(difference.changed):,} changed, {difference.same_count:,} the same."
    )


def _leave(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(EXIT_BAD_INPUT)
