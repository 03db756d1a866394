"""How far the reading of a file is: readers tell it as they go, and whoever runs one may listen.

Most callers do not care, and a reader called directly tells nobody.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["EVERY_ROWS", "Listener", "heard", "tell"]

# Takes the share that is done, from 0 to 1, and what is being done.
Listener = Callable[[float, str], None]

EVERY_ROWS = 2_000
_listener: ContextVar[Listener | None] = ContextVar("reading_listener", default=None)


@contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """Have a listener hear what readers tell within."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(share: float, words: str) -> None:
    """Say how far the reading is; nothing happens when nobody listens.

    >>> with heard(lambda share, words: print(f"{share:.0%} {words}")):
    ...     tell(0.5, "Flows: 2,000 of 4,000 rows")
    50% Flows: 2,000 of 4,000 rows
    """
    listener = _listener.get()
    if listener is not None:
        listener(share, words)
