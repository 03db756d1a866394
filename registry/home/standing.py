"""What Home says of risk: the year all vendors may cost, who costs most, what hangs on few, how it moved in a week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from registry.core.access import Permission, may
from registry.core.actor import Actor, Role
from registry.core.register import current
from registry.portfolio import queries
from registry.portfolio.curve import curve_of
from registry.portfolio.queries import Run

__all__ = ["LeagueLine", "Standing", "standing_for"]

VENDORS_SHOWN, CONCENTRATIONS_SHOWN = 10, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueLine:
    """A vendor by what a year of its events is expected to cost; `moved` is the share it moved by since the last week."""

    row: Mapping[str, Any]
    service: str
    moved: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The latest portfolio; `run` is None until the first one is worked out."""

    run: Run | None
    job: int | None
    vendors: Sequence[LeagueLine] = ()
    concentration: Sequence[Mapping[str, Any]] = ()
    change: float | None = None
    curve: Markup | None = None

    @property
    def highest(self) -> float:
        """The largest expected loss, for the bars."""
        return max((float(line.row["expected_loss"]) for line in self.vendors), default=0.0)

    @property
    def deepest(self) -> float:
        """The largest part of the tail, for the bars."""
        return max((float(line.row["tail_contribution"]) for line in self.vendors), default=0.0)


def standing_for(actor: Actor) -> Standing | None:
    """Return what the CISO and the administrator see first; None for everybody else. Costs five queries at most."""
    if actor.roles.isdisjoint({Role.CISO, Role.ADMINISTRATOR}) or not may(actor, Permission.PORTFOLIO_READ):
        return None
    run = queries.latest()
    if run is None:
        return Standing(run=None, job=queries.open_job())
    before = queries.compared_with(run, "week")
    earlier = {row["code"]: row["expected_loss"] for row in before.vendors} if before else {}
    known = current().register.vendor_by_code
    lines = [
        LeagueLine(
            row=row,
            service=(known[row["code"]].service or "") if row["code"] in known else "",
            moved=_share(earlier.get(row["code"]), row["expected_loss"]),
        )
        for row in run.vendors[:VENDORS_SHOWN]
        if row["counts"]
    ]
    expected = run.result["figures"]["expected"]["value"]
    return Standing(
        run=run,
        job=queries.open_job(),
        vendors=lines,
        concentration=run.result["concentration"][:CONCENTRATIONS_SHOWN],
        change=expected - before.result["figures"]["expected"]["value"] if before else None,
        curve=curve_of(run),
    )


def _share(before: float | None, now: float) -> float | None:
    return None if not before else now / before - 1.0
