"""The command line, `./run ARGS` or `flask --app registry ARGS`; one file per command group."""

import click
from flask import Flask

from registry.cli.audit import audit
from registry.cli.backup import backup, restore
from registry.cli.blast import blast
from registry.cli.demo import demo
from registry.cli.doctor import doctor
from registry.cli.exporting import exporting
from registry.cli.importing import importing
from registry.cli.scheduler import scheduler
from registry.cli.user import user

# Each group adds one line: the commands appear in this order in the help.
COMMANDS: tuple[click.Command, ...] = (
    blast,
    user,
    demo,
    backup,
    restore,
    audit,
    doctor,
    importing,
    exporting,
    scheduler,
)


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
