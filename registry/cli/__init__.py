"""The command line, `./run ARGS` or `flask --app registry ARGS`; one file per command group."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

# Each group adds one line, its module and its commands, which appear in this order in the help. Named and not
# imported: `blast` and `portfolio` also run by themselves, without what the others load.
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "blast": ("blast",),
    "portfolio": ("portfolio",),
    "user": ("user",),
    "demo": ("demo",),
    "backup": ("backup", "restore"),
    "audit": ("audit",),
    "report": ("report",),
    "doctor": ("doctor",),
    "importing": ("importing",),
    "exporting": ("exporting",),
    "scheduler": ("scheduler",),
}


def init_app(app: "Flask") -> None:
    """Register the commands."""
    for module, names in COMMANDS.items():
        for name in names:
            app.cli.add_command(getattr(import_module(f"registry.cli.{module}"), name))
