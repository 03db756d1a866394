"""Reads an untrusted file in a child process with limits on memory and time, for pages and commands alike.

A parser that is led astray then costs its own process and not the server: memory it may not have ends it, and the
person reads a sentence. What comes back is unpickled with a closed list of types, so a child that was taken over
cannot make the parent run anything.
"""

import io
import os
import pickle
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import importers
from importers.base import Limits
from importers.dates import DayOrder
from importers.register import ReadResult
from importers.register_rows import Mended
from registry.domain.facts import Register
from registry.domain.problems import Problem, Severity

__all__ = ["Allowance", "read_apart"]

_ROOT = Path(importers.__file__).resolve().parent.parent
_MODULES = frozenset({
    "registry.domain.facts", "registry.domain.vocabulary", "registry.domain.problems",
    "importers.register", "importers.base",
})  # fmt: skip
_PLAIN_TYPES = frozenset({
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"), ("datetime", "timedelta"),
    ("builtins", "frozenset"), ("builtins", "set"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the child may use; the address space holds code and libraries besides the 512 MB of work."""

    memory_bytes: int = 768 * 2**20
    cpu_seconds: int = 90
    wall_seconds: int = 180


def read_apart(  # noqa: PLR0913, the options of the reader and two of its own
    source: Path | bytes,
    *,
    name: str = "",
    base: Register | None = None,
    reserved: Collection[str] = (),
    day_order: DayOrder = None,
    mended: Mapping[str, Mended] | None = None,
    limits: Limits | None = None,
    keep_tables: bool = False,
    allowance: Allowance | None = None,
) -> ReadResult:
    """Read a register as `importers.register.read` does, in a child process.

    Returns
    -------
    ReadResult
        With one problem when the child needed too much or broke down.
    """
    request = {
        "source": source.resolve() if isinstance(source, Path) else source,
        "name": name or (source.name if isinstance(source, Path) else ""),
        "base": base,
        "reserved": tuple(reserved),
        "day_order": day_order,
        "mended": mended,
        "limits": limits,
        "keep_tables": keep_tables,
    }
    allowance = allowance or Allowance()
    command = [sys.executable, "-m", "importers", str(allowance.memory_bytes), str(allowance.cpu_seconds)]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(  # noqa: S603, see the import
            command,
            input=pickle.dumps(request, protocol=5),
            capture_output=True,
            timeout=allowance.wall_seconds,
            check=False,
            cwd=_ROOT,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return _failed("too_slow", f"Reading the file took more than {allowance.wall_seconds} seconds. Split it.")
    if done.returncode != 0:
        return _failed("too_demanding", "Reading the file needs more memory or time than one file may use. Split it.")
    try:
        result = _Answer(io.BytesIO(done.stdout)).load()
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError):
        return _failed("unreadable", "The file could not be read. Save it again from a spreadsheet program.")
    assert isinstance(result, ReadResult)
    return result


class _Answer(pickle.Unpickler):
    """Takes facts, problems and plain values, and nothing that could run."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a type of the closed list."""
        if (module, name) in _PLAIN_TYPES:
            return super().find_class(module, name)
        if module in _MODULES and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not expected")


def _failed(code: str, message: str) -> ReadResult:
    problem = Problem(severity=Severity.ERROR, code=code, message=message)
    return ReadResult(register=None, problems=[problem], counts={}, sha256="")
