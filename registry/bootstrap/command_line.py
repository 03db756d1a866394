"""The Flask command line under the name people typed; settings that cannot be used are told without a traceback.

Called as `command_line.py --app ROOT/registry ARGS`. Commands that answer from a file alone are called without the
application, whose loading would take longer than many an answer.
"""

import sys
from importlib import import_module
from pathlib import Path

ALONE = ("blast", "portfolio")


def main() -> None:
    """Run the command that the arguments name."""
    if len(sys.argv) > 3 and sys.argv[3] in ALONE:
        sys.path.insert(0, str(Path(sys.argv[2]).parent))
        command = getattr(import_module(f"registry.cli.{sys.argv[3]}"), sys.argv[3])
        command.main(sys.argv[4:], prog_name=f"./run {sys.argv[3]}")
    from flask.cli import cli

    cli.main(prog_name="./run")


try:
    main()
except KeyboardInterrupt:  # while a command is still loading; a running one says more
    print("Stopped; nothing was written.", file=sys.stderr)
    sys.exit(130)
except Exception as error:
    # Known by name: importing it would load the application before `--app` says where it is.
    if type(error).__name__ != "SettingsError":
        raise
    sys.exit(str(error))
