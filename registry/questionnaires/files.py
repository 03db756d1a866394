"""Reads an uploaded questionnaire in a child process with limits, as every file from outside."""

from typing import Any

from importers.base import Unreadable
from registry.importing.sandbox import run_apart

__all__ = ["Unreadable", "read_file"]


def read_file(content: bytes) -> Any:
    """Return the data of a questionnaire file, to be checked.

    Raises
    ------
    Unreadable
        When the file cannot be read; the text names every problem.
    """
    answer = run_apart("questionnaire", {"source": content})
    if answer.problems:
        raise Unreadable("unreadable", " ".join(answer.problems[:20]))
    return answer.data
