"""Loads the compiled simulation before it is needed; imports nothing that a command from a file would not."""

from datetime import date

__all__ = ["load_compiled"]


def load_compiled(*, is_exact_too: bool = True) -> None:
    """Load the compiled simulation, or compile it, by asking a tiny question of each of its ways.

    `is_exact_too`: also the enumeration, which only small graphs and fixed fractions need.
    """
    from registry.domain.register.facts import Dataset, Flow, Organisation, Register, System, Vendor
    from registry.domain.scenario.blast import blast
    from registry.domain.scenario.scenario import Scenario
    from registry.reference.load import shipped_parameters

    register = Register(
        organisation=Organisation(name="-"),
        vendors=(Vendor(code="V-0001", name="-"),),
        systems=(System(code="S-001", name="-"),),
        datasets=(Dataset(code="D-001", name="-", system="S-001", categories=("user",), people=1),),
        flows=(Flow(code="F-001", sender="S-001", recipient="V-0001", dataset="D-001"),),
    )
    scenario = Scenario(start=("V-0001",), as_of=date(2026, 1, 1), iterations=1024)
    simulated = shipped_parameters().with_changes({"constant.exact_uncertain_edges_max": 0})
    blast(register, simulated, scenario)
    if is_exact_too:
        blast(register, shipped_parameters().with_changes({"exposed_fraction": "mean"}), scenario)
