"""`./run audit verify`: prove that the audit log was not altered; `./run audit head`: what to keep elsewhere."""

import click
from flask.cli import with_appcontext

from registry.core.audit import Head, head, verify
from registry.core.db import session

__all__ = ["audit"]


@click.group(help="Check the audit log.")
def audit() -> None:
    """Hold the commands of the audit log."""


@audit.command("verify", help="Walk the whole log and name the first entry that was altered; exit 1 when there is one.")
@click.option("--against", metavar="SEQ:HASH", help="A head kept elsewhere: shows a log rewritten to its end, or cut.")
@with_appcontext
def verify_command(against: str | None) -> None:
    """Verify the chain."""
    try:
        expected = Head.parse(against) if against else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--against") from error
    verdict = verify(session(), expected)
    if not verdict.is_whole:
        click.echo(f"ALTERED. {verdict.problem} {verdict.entries:,} entries before it are whole.", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"Whole: {verdict.entries:,} entries. Head: {verdict.head}")


@audit.command(
    "head", help="Print the end of the log, SEQ:HASH, to be kept where nobody with access here can change it."
)
@with_appcontext
def head_command() -> None:
    """Print the head."""
    click.echo(str(head(session())))
