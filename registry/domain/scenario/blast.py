"""From a register and a question to the blast radius: compile once, ask many times.

`blast` answers one question. A server keeps what `prepare` returns for a revision of the register, a kind of
scenario and a date, and asks it again and again: graph and arrays are the expensive part.
"""

from collections.abc import Callable
from typing import Final

from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from registry.domain.scenario.answer import BestCut, BlastRadius, to_json
from registry.domain.scenario.cascade import Progress
from registry.domain.scenario.cuts import try_cuts
from registry.domain.scenario.prepared import Prepared, outsiders, prepare, prepared_for
from registry.domain.scenario.reading import read
from registry.domain.scenario.run import draw_luck, run_worlds
from registry.domain.scenario.scenario import Scenario

__all__ = ["BlastRadius", "Prepared", "ask", "best_cuts", "blast", "draw_luck", "outsiders", "prepare", "to_json"]

_CUTS_SHOWN: Final = 10


def blast(
    register: Register,
    parameters: Parameters,
    scenario: Scenario,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int | None = None,
) -> BlastRadius:
    """Answer one question.

    Parameters
    ----------
    register
        The facts, without errors. Its sheet of changed parameters is applied.
    parameters
        Those of the installation, or `shipped_parameters()`.
    scenario
        Start, kind, date, what-ifs, overrides, seed, and how many worlds or which error.
    progress
        Called from this thread with (worlds done, worlds to do as far as known).
    cancelled
        Asked from this thread about twenty times a second; true stops the run.
    threads
        Default: every processor this process may use. The digits do not depend on it.

    Returns
    -------
    BlastRadius
        `to_json` turns it into the layout of `./run blast --json`.

    Raises
    ------
    InvalidScenario, InvalidParameter, InvalidRegister, UnknownCode
        A question that cannot be asked of this register; the message says why.
    Cancelled
        When `cancelled` said so.

    Notes
    -----
    Building the graph is linear in the facts; each world costs about 10 ns per edge out of what it reaches.

    Examples
    --------
    >>> from datetime import date
    >>> from registry.domain.register.facts import Dataset, Flow, Organisation, System, Vendor
    >>> from registry.reference.load import shipped_parameters
    >>> register = Register(
    ...     organisation=Organisation(name="Us"),
    ...     vendors=(Vendor(code="V-0001", name="Mail"),),
    ...     systems=(System(code="S-001", name="Shop"),),
    ...     datasets=(Dataset(code="D-001", name="Orders", system="S-001", categories=("user",), people=1000),),
    ...     flows=(Flow(code="F-001", sender="S-001", recipient="V-0001", dataset="D-001", people_share=0.5),),
    ... )
    >>> question = Scenario(start=("V-0001",), as_of=date(2026, 1, 1), overrides=(("exposed_fraction", "1"),))
    >>> answer = blast(register, shipped_parameters(), question)
    >>> answer.method, answer.datasets[0].probability, answer.people.headline.mean
    ('exact', 0.7, 350.0)
    """
    prepared = prepare(
        register, parameters, kind=scenario.kind, as_of=scenario.as_of, start=outsiders(register, scenario)
    )
    return ask(prepared, scenario, progress=progress, cancelled=cancelled, threads=threads)


def ask(
    prepared: Prepared,
    scenario: Scenario,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int | None = None,
    cuts: int = _CUTS_SHOWN,
) -> BlastRadius:
    """Answer a question on a prepared register; compiles again only when the question changes the facts.

    Parameters
    ----------
    cuts
        How many single cuts to show at most; 0 saves the time of trying them (see `best_cuts`).
    """
    ready = prepared_for(prepared, scenario)
    run = run_worlds(ready, scenario, progress=progress, cancelled=cancelled, threads=threads)
    tried = try_cuts(run, count=cuts, cancelled=cancelled, threads=threads) if cuts else ()
    return read(run, tried)


def best_cuts(
    prepared: Prepared,
    scenario: Scenario,
    *,
    count: int = _CUTS_SHOWN,
    cancelled: Callable[[], bool] | None = None,
    threads: int | None = None,
) -> tuple[BestCut, ...]:
    """Return the single cuts that save most, on the worlds of the scenario: see `cuts.try_cuts`."""
    run = run_worlds(prepared_for(prepared, scenario), scenario, cancelled=cancelled, threads=threads)
    return try_cuts(run, count=count, cancelled=cancelled, threads=threads)
