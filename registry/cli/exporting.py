"""`./run export register FILE`: the register as a workbook that can be imported again."""

from pathlib import Path

import click
from flask.cli import AppGroup

from registry.core.db import reading
from registry.core.files import write_whole

__all__ = ["exporting"]

exporting = AppGroup("export", help="The register into files.")


@exporting.command("register")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_register(file: Path) -> None:
    """Write everything that is not archived, changed parameters included, as an .xlsx file."""
    from registry.core.register import current
    from reports.register_file import write

    with reading():
        register = current().register
    _save(file, write(register))
    click.echo(f"{file}: {len(register.vendors):,} vendors, {len(register.flows):,} flows.", err=True)


@exporting.command("template")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_template(file: Path) -> None:
    """Write the empty register file, with drop-downs, examples and notes."""
    from reports.register_file import template

    _save(file, template())
    click.echo(f"{file}: fill it and bring it in with: import register {file}", err=True)


def _save(file: Path, content: bytes) -> None:
    try:
        write_whole(file, content, mode=0o640)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
