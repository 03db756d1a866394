"""Compiles the simulation while nobody waits for it: the first question of a person finds it ready.

Compiled code is kept in the data folder, so only the first start of an installation takes the half minute.
"""

import threading
from datetime import date

from registry.core import logs

__all__ = ["warm_in_background"]

log = logs.get_logger(__name__)


def warm_in_background() -> threading.Thread:
    """Start compiling in a thread that ends with the process; a failure is logged and shows again when asked."""
    thread = threading.Thread(target=_warm, name="warming", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    from registry.domain.blast import blast
    from registry.domain.facts import Dataset, Flow, Organisation, Register, System, Vendor
    from registry.domain.scenario import Scenario
    from registry.reference.load import shipped_parameters

    register = Register(
        organisation=Organisation(name="-"),
        vendors=(Vendor(code="V-0001", name="-"),),
        systems=(System(code="S-001", name="-"),),
        datasets=(Dataset(code="D-001", name="-", system="S-001", categories=("user",), people=1),),
        flows=(Flow(code="F-001", sender="S-001", recipient="V-0001", dataset="D-001"),),
    )
    scenario = Scenario(start=("V-0001",), as_of=date(2026, 1, 1), iterations=1024)
    try:
        for fraction in ("drawn", "mean"):  # fixed fractions take the exact way, drawn ones the simulation
            blast(register, shipped_parameters().with_changes({"exposed_fraction": fraction}), scenario)
    except Exception:
        log.exception("warming_failed")
    else:
        log.info("simulation_ready")
