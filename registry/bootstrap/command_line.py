"""The Flask command line under the name people typed; settings that cannot be used are told without a traceback."""

import sys

from flask.cli import cli

try:
    cli.main(prog_name="./run")
except Exception as error:
    # Known by name: importing it would load the application before `--app` says where it is.
    if type(error).__name__ != "SettingsError":
        raise
    sys.exit(str(error))
