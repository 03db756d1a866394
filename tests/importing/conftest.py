"""Pages and commands of imports read files in the process of the test; the child process has tests of its own."""

import pytest

from tests.reading import reads_here

__all__ = ["reads_here"]


@pytest.fixture(autouse=True)
def _quick(request: pytest.FixtureRequest) -> None:
    if not request.module.__name__.endswith(("sandbox", "crash", "long_files")):
        request.getfixturevalue("reads_here")
