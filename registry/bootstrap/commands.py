"""What `./run` and `./test` do with their arguments."""

import argparse
import os
from pathlib import Path

import database
import environment
import serving
import trial
from environment import ROOT, SetUpFailed, say

DESCRIPTION = """\
Set up and start the registry. With a first argument that is no option, the arguments go to its command line:
./run blast REGISTER.xlsx --start V-0001, ./run user add, ./run backup DIR, ./run audit verify; ./run help lists them."""


def main(arguments: list[str]) -> int:
    """Run `run ...` or `test ...` and return the exit code."""
    # compiled code belongs to this checkout, whatever data it works on, and never among the sources
    os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "instance" / "numba"))
    purpose, rest = arguments[0], arguments[1:]
    try:
        return test(rest) if purpose == "test" else run(rest)
    except SetUpFailed as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


def run(arguments: list[str]) -> int:
    """Serve the registry, try it once, or hand the arguments to the Flask command line."""
    if arguments and not arguments[0].startswith("-"):
        return command_line(arguments)
    options = read_options(arguments)
    python = environment.ready("run", wheelhouse=options.wheelhouse)
    if options.once:
        return trial.run(python)
    place = serving.Place(
        host=options.host, port=options.port, data=data_folder(options.data), wants_demo=not options.no_demo
    )
    return serving.run(python, place)


def read_options(arguments: list[str]) -> argparse.Namespace:
    """Parse the options of `./run`."""
    parser = argparse.ArgumentParser(
        prog="./run", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--port", type=int, default=8000, help="port to listen on; the next free one when it is busy (default 8000)"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on; other than loopback only with --no-demo"
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder of database, evidence and keys (default instance)"
    )
    parser.add_argument("--no-demo", action="store_true", help="start with an empty register and no demo sign-ins")
    parser.add_argument(
        "--wheelhouse", type=Path, metavar="DIR", help="install from the wheels in this folder, without a network"
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="start in a temporary folder, try the main pages, stop; exit 0 when all work",
    )
    return parser.parse_args(arguments)


def data_folder(given: Path | None) -> Path:
    """Return the data folder: the option, else the setting, else `instance`."""
    return (given or Path(os.environ.get("REGISTRY_DATA_DIR") or ROOT / "instance")).absolute()


def command_line(arguments: list[str]) -> int:
    """Become the Flask command line, with the database brought up to date when the command needs one."""
    python = environment.ready("run")
    variables = serving.variables(data_folder(None))
    if arguments == ["help"]:
        arguments = ["--help"]
    if database.needs_upgrade(arguments, data_folder(None), variables):
        serving.upgrade(python, variables)
    flask = serving.flask_command(python, arguments)
    os.execve(flask[0], flask, variables)  # Ctrl-C and exit code are the command's own


def test(arguments: list[str]) -> int:
    """Become the test driver, which runs with the environment of the development lock."""
    python = environment.ready("test")
    os.chdir(ROOT)
    driver = [str(python), "-m", "tests.suite", *arguments]
    os.execv(driver[0], driver)
