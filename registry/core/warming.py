"""Compiles the simulation while nobody waits for it: the first question of a person finds it ready.

Compiled code is kept in the data folder, so only the first start of an installation takes the half minute.
"""

import threading

from registry.core import logs
from registry.core.compiled import load_compiled

__all__ = ["warm_in_background"]

log = logs.get_logger(__name__)


def warm_in_background() -> threading.Thread:
    """Start compiling in a thread that ends with the process; a failure is logged and shows again when asked."""
    thread = threading.Thread(target=_warm, name="warming", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    try:
        load_compiled()
    except Exception:
        log.exception("warming_failed")
    else:
        log.info("simulation_ready")
