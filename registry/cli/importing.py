"""`./run import KIND FILE`: a file into the registry from the machine itself, all or nothing."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from registry.core.actor import Actor
from registry.core.db import writing
from registry.core.errors import CoreError
from registry.domain.register.errors import DomainError, InvalidRegister
from registry.domain.register.problems import Problem, errors_of

if TYPE_CHECKING:  # named late, to keep the start of commands fast
    from registry.importing.kinds import Plan

__all__ = ["importing"]

importing = AppGroup("import", help="Files into the registry.")
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
    _import(file, "register", dry_run=dry_run)


@importing.command("breaches")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
def import_breaches(file: Path, *, dry_run: bool) -> None:
    """Import a public list of breaches: HHS portal, Washington, Have I Been Pwned, VERIS, or any table.

    Exit code 0: clean, or warnings only; 2: any error, and nothing was written.
    """
    _import(file, "breaches", dry_run=dry_run)


def _import(file: Path, kind: str, *, dry_run: bool) -> None:
    from registry.importing import service
    from registry.importing.kinds import Upload

    upload = Upload(file, file.name)
    try:
        with writing():
            checked = service.look(ACTOR, upload, kind)
            _tell(checked.problems)
            _tell_counts(checked)
            if errors_of(checked.problems):
                _leave("Nothing was written. Mend the errors above and import again.")
            if dry_run:
                click.echo("Nothing was written: this was a dry run.")
            elif checked.is_empty:
                click.echo("Everything in the file is registered already; nothing was written.")
            else:
                number = service.import_now(ACTOR, upload, checked, kind)
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


def _tell_counts(plan: "Plan") -> None:
    described = plan.describe()
    new, changed, same = (sum(described[part].values()) for part in ("new", "changed", "same"))
    click.echo(f"{new:,} new, {changed:,} changed, {same:,} the same.")


def _leave(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(EXIT_BAD_INPUT)
