"""Filled-in questionnaires are read in the process of the test; the child process has tests of its own."""

import pytest

from tests.reading import reads_here

__all__ = ["reads_here"]


@pytest.fixture(autouse=True)
def _quick(reads_here: None) -> None:
    """Every test here."""
