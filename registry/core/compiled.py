"""Loads the compiled simulation before it is needed; imports nothing that a command from a file would not."""

from datetime import date

__all__ = ["load_compiled"]


def load_compiled() -> None:
    """Load the compiled simulation, or compile it, by asking a tiny question of each of its ways."""
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
    for fraction in ("drawn", "mean"):  # fixed fractions take the exact way, drawn ones the simulation
        blast(register, shipped_parameters().with_changes({"exposed_fraction": fraction}), scenario)
