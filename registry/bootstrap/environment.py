"""Make the virtual environment from the lock: complete, from checked files, or not at all.

The environment is made without pip, because Debian's `python3` has neither pip nor ensurepip; the pip
wheel beside this file does the installing, after its hash was compared. A stamp in the environment says
from which lock, Python and pip it was made; it is written last, so an interrupted set-up leaves none and
the next one starts clean. Everything said here goes to stderr: stdout belongs to the command.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PIP_WHEEL = Path(__file__).parent / "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"

# The second lock holds everything the first does, so an environment made for tests also runs the registry.
LOCKS = {"run": "requirements.txt", "test": "requirements-dev.txt"}

# These would make pip install somewhere else than into the environment; all other settings are the user's.
MISLEADING = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_PYTHON", "PYTHONHOME", "PYTHONPATH")


class SetUpFailed(Exception):
    """The environment could not be made; the message says why and what to do."""


def say(message: str) -> None:
    """Tell the person at the terminal."""
    print(message, file=sys.stderr, flush=True)


def folder() -> Path:
    """Return where the environment lives: `.venv`, or elsewhere for tests and read-only checkouts."""
    return Path(os.environ.get("REGISTRY_TEST_VENV") or ROOT / ".venv").absolute()


def python_of(environment: Path) -> Path:
    """Return the interpreter of an environment."""
    return environment / "bin" / "python"


def ready(purpose: str, *, wheelhouse: Path | None = None) -> Path:
    """Return the interpreter of an environment that holds the lock of `purpose`; make it when needed."""
    environment = folder()
    if is_complete(environment, purpose):
        return python_of(environment)
    environment.parent.mkdir(parents=True, exist_ok=True)
    with only_one(environment.with_name(environment.name + ".lock")):
        if not is_complete(environment, purpose):
            make(environment, purpose, wheelhouse=wheelhouse)
    return python_of(environment)


def is_complete(environment: Path, purpose: str) -> bool:
    """Say whether the environment was made, to the end, from the present lock, Python and pip."""
    if not python_of(environment).exists():  # also when the Python it points to was removed
        return False
    stamps = ["test"] if purpose == "test" else ["run", "test"]
    return any(read(stamp_file(environment, name)) == stamp(name) for name in stamps)


def stamp_file(environment: Path, purpose: str) -> Path:
    """Return the file that holds the stamp."""
    return environment / f"registry-{purpose}.stamp"


def stamp(purpose: str) -> str:
    """Return what an environment is made from, as one hash."""
    lock = (ROOT / LOCKS[purpose]).read_bytes()
    python = f"{sys.version}|{sysconfig.get_platform()}".encode()
    return hashlib.sha256(b"\0".join([lock, python, PIP_SHA256.encode()])).hexdigest()


def read(path: Path) -> str:
    """Return the text of a file, empty when there is none."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


@contextmanager
def only_one(lock_file: Path) -> Iterator[None]:
    """Let one set-up work at a time; a second start waits and then finds the work done."""
    try:
        handle = lock_file.open("w")
    except OSError as error:
        raise SetUpFailed(
            f"Cannot write {lock_file} ({error.strerror}): the folder must be writable for the set-up."
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is setting up; waiting for it ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make(environment: Path, purpose: str, *, wheelhouse: Path | None) -> None:
    """Make the environment from nothing and stamp it."""
    check_pip()
    began = time.monotonic()
    say(f"Setting up {environment} from {LOCKS[purpose]} (once; some 600 MB, less than a minute as a rule) ...")
    quiet = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    for name in LOCKS:
        stamp_file(environment, name).unlink(missing_ok=True)
    call(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(environment)],
        quiet,
        "make a virtual environment",
    )
    source = ["--no-index", "--find-links", str(wheelhouse.absolute())] if wheelhouse else []
    # fmt: off
    call(
        [
            str(python_of(environment)), "-I", str(PIP_WHEEL / "pip"), "install", "-qq", "--no-input", "--progress-bar", "off",
            "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:", *source, "--requirement", str(ROOT / LOCKS[purpose]),
        ],
        quiet,
        "install the locked packages",
    )
    # fmt: on
    stamp_file(environment, purpose).write_text(stamp(purpose) + "\n", encoding="utf-8")
    say(f"Set up in {time.monotonic() - began:.0f} s.")


def check_pip() -> None:
    """Refuse a pip wheel that is not the one this file names."""
    found = hashlib.sha256(PIP_WHEEL.read_bytes()).hexdigest() if PIP_WHEEL.exists() else "no file"
    if found != PIP_SHA256:
        raise SetUpFailed(
            f"{PIP_WHEEL} is not the file it should be (SHA-256 {found}, wanted {PIP_SHA256}): fetch the checkout anew."
        )


def call(command: list[str], variables: dict[str, str], aim: str) -> None:
    """Run one step of the set-up with its output on stderr."""
    if subprocess.run(command, env=variables, stdout=sys.stderr, check=False).returncode != 0:
        raise SetUpFailed(
            f"Could not {aim}; the lines above say why. Without a way to a package index, fetch the wheels elsewhere\n"
            f"(`pip download --require-hashes --only-binary :all: -r requirements.txt -d DIR`) and start with --wheelhouse DIR."
        )
