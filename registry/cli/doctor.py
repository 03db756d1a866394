"""`./run doctor`: look at the installation and say what is wrong and how to mend it."""

import click
from flask.cli import with_appcontext

from registry.core.health import check

__all__ = ["doctor"]


@click.command(help="Check database, tables and disk; exit 1 when something is wrong.")
@with_appcontext
def doctor() -> None:
    """Print one line per check."""
    checks = check()
    for each in checks:
        click.echo(f"{'ok   ' if each.is_well else 'WRONG'}  {each.name}: {each.message}")
    if not all(each.is_well for each in checks):
        raise click.exceptions.Exit(1)
