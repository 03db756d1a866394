"""Reads an untrusted file in a child process with limits on memory and time, for pages and commands alike.

A parser that is led astray then costs its own process and not the server: memory it may not have ends it, and the
person reads a sentence. What comes back is unpickled with a closed list of types, so a child that was taken over
cannot make the parent run anything.
"""

import io
import os
import pickle
import re
import subprocess
import sys
import threading
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import importers
from importers.base import Unreadable
from importers.progress import Listener
from importers.readers import READERS
from importers.result import ReadResult

__all__ = ["Allowance", "read_apart", "run_apart"]

_ROOT = Path(importers.__file__).resolve().parent.parent
_MODULES = frozenset({
    "importers.base", "importers.result", "registry.domain.register.facts", "registry.domain.register.facts_of_ours",
    "registry.domain.register.facts_of_vendors", "registry.domain.register.problems", "registry.domain.register.vocabulary",
})  # fmt: skip
_PLAIN_TYPES = frozenset({
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"), ("datetime", "timedelta"),
    ("builtins", "frozenset"), ("builtins", "set"),
})  # fmt: skip

_LINE_MAX = 400
_PROGRESS = re.compile(rb"progress ([01]\.[0-9]{3}) ([^\r\n]*)\n")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the child may use; the address space holds code and libraries besides the 512 MB of work."""

    memory_bytes: int = 768 * 2**20
    cpu_seconds: int = 90
    wall_seconds: int = 180


def read_apart(
    source: Path | bytes,
    *,
    reader: str = "register",
    name: str = "",
    allowance: Allowance | None = None,
    told: Listener | None = None,
    **options: Any,
) -> ReadResult:
    """Read a file whose outcome is facts in a child process.

    Parameters
    ----------
    source, name
        The file: its path, or its bytes and its name.
    reader
        Row of `importers.readers` that answers with a `ReadResult`.
    allowance
        What the child may use.
    told
        Hears how far the reading is; what it raises ends the child.
    options
        Further arguments of the reader.

    Returns
    -------
    ReadResult
        With one problem when the child needed too much or broke down.
    """
    options.setdefault("keep_tables", False)
    arguments = {
        "source": source.resolve() if isinstance(source, Path) else source,
        "name": name or (source.name if isinstance(source, Path) else ""),
        **options,
    }
    try:
        result = run_apart(reader, arguments, allowance, told)
    except Unreadable as error:
        return ReadResult(register=None, problems=[error.as_problem()], counts={}, sha256="")
    assert isinstance(result, ReadResult)
    return result


def run_apart(
    reader: str, arguments: Mapping[str, Any], allowance: Allowance | None = None, told: Listener | None = None
) -> Any:
    """Call a reader of `importers.readers` in a child process and return its answer.

    Raises
    ------
    Unreadable
        When the child needed too much memory or time, or broke down.
    """
    answer = _asked(pickle.dumps((reader, dict(arguments)), protocol=5), allowance or Allowance(), told)
    try:
        return _Answer(io.BytesIO(answer), READERS[reader].answers_with).load()
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError) as error:
        raise Unreadable(
            "unreadable", "The file could not be read. Save it again from a spreadsheet program."
        ) from error


def _asked(request: bytes, allowance: Allowance, told: Listener | None) -> bytes:
    """Give a request to a child and return what it answers; the three pipes are served at once, so none can fill up."""
    command = [sys.executable, "-m", "importers", str(allowance.memory_bytes), str(allowance.cpu_seconds)]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(  # noqa: S603, the command is ours, what is untrusted goes through the pipe
            command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=_ROOT, env=environment
        ) as process,
        ThreadPoolExecutor(3) as pool,
    ):
        is_over = threading.Event()
        late = pool.submit(_end_late, process, is_over, allowance.wall_seconds)
        try:
            pool.submit(_give, process, request)
            answer = pool.submit(_out(process).read)
            _hear(process, told)
            returned = process.wait()
        finally:
            is_over.set()
            process.kill()
    if late.result():
        raise Unreadable("too_slow", f"Reading the file took more than {allowance.wall_seconds} seconds. Split it.")
    if returned != 0:
        raise Unreadable("too_demanding", "Reading the file needs more memory or time than one file may use. Split it.")
    return answer.result()


def _give(process: subprocess.Popen[bytes], request: bytes) -> None:
    assert process.stdin is not None
    with suppress(OSError), process.stdin:  # a child that ended reads no more
        process.stdin.write(request)


def _out(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout


def _end_late(process: subprocess.Popen[bytes], is_over: threading.Event, seconds: float) -> bool:
    """End a child that takes too long; tells whether it did."""
    if is_over.wait(seconds):
        return False
    process.kill()
    return True


def _hear(process: subprocess.Popen[bytes], told: Listener | None) -> None:
    """Pass on how far the child says it is, until it says no more; its other lines mean nothing."""
    assert process.stderr is not None
    while line := process.stderr.readline(_LINE_MAX):
        found = _PROGRESS.fullmatch(line) if told else None
        if found and told:
            told(float(found[1]), found[2].decode("utf-8", "replace"))


class _Answer(pickle.Unpickler):
    """Takes facts, problems, plain values and the types a reader answers with, and nothing that could run."""

    def __init__(self, content: io.BytesIO, answers_with: Collection[str] = ()) -> None:
        super().__init__(content)
        self.modules = _MODULES.union(answers_with)

    def find_class(self, module: str, name: str) -> Any:
        """Return a type of the closed list."""
        if (module, name) in _PLAIN_TYPES:
            return super().find_class(module, name)
        if module in self.modules and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not expected")
