"""What the controls in place do to a fact: lower its chances, the share taken, or change how data is protected."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.domain.register.facts import Placement, Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import ControlState, EdgeKind, Protection

__all__ = ["Safeguards", "safeguards_in_place", "stronger"]

_STRENGTH = {protection: place for place, protection in enumerate(Protection)}


def stronger(one: Protection, other: Protection) -> Protection:
    """Return the stronger of two protections.

    >>> stronger(Protection.TOKENISED, Protection.PSEUDONYMISED)
    <Protection.TOKENISED: 'tokenised'>
    """
    return max(one, other, key=_STRENGTH.__getitem__)


@dataclass(frozen=True, slots=True)
class Safeguards:
    """All controls in place on one fact, put together.

    `everywhere` multiplies the chance of every edge of the fact, `by_kind` those of one kind; `floor` is the least
    that all of them may leave of a chance. `share` multiplies the share taken.
    """

    floor: float
    everywhere: float
    by_kind: dict[str, float]
    share: float
    protection: Protection

    def factor(self, kind: EdgeKind) -> float:
        """Return what is left of the chance of an edge of this kind."""
        return max(self.floor, self.everywhere * self.by_kind.get(kind, 1.0))


def safeguards_in_place(register: Register, parameters: Parameters) -> dict[str, Safeguards]:
    """Return the safeguards of every fact that has a control in place, by the code of the fact.

    Raises
    ------
    KeyError
        A placement names a control that nobody knows.
    """
    placements: dict[str, list[Placement]] = {}
    for placement in register.placements:
        if placement.state is ControlState.IN_PLACE and placement.coverage > 0:
            placements.setdefault(placement.fact, []).append(placement)
    own = {
        control.code: (control.acts_on, _own_efficacy(control.efficacy, parameters.own_efficacy(control.code)))
        for control in register.controls
    }
    shipped = {
        code: (control.acts_on, parameters.control(code).efficacy) for code, control in parameters.controls.items()
    }
    effects = {**shipped, **own}
    floor = parameters.constant("control_floor")
    return {fact: _together(placed, effects, floor) for fact, placed in placements.items()}


def _own_efficacy(typed: float | None, changed: float | None) -> float | None:
    return typed if changed is None else changed


def _together(
    placements: Iterable[Placement], effects: dict[str, tuple[tuple[str, ...], float | None]], floor: float
) -> Safeguards:
    everywhere, share, protection = 1.0, 1.0, Protection.NONE
    by_kind: dict[str, float] = {}
    # multiplied in a fixed order, so that the last bit does not depend on the order of rows
    for placement in sorted(placements, key=lambda row: (row.control, row.coverage)):
        acts_on, efficacy = effects[placement.control]
        left = 1.0 - (efficacy or 0.0) * placement.coverage
        for target in acts_on:
            if target == "probability":
                everywhere *= left
            elif target == "exposure":
                share *= left
            elif target.startswith("protection:"):
                protection = stronger(protection, Protection(target.removeprefix("protection:")))
            else:
                by_kind[target] = by_kind.get(target, 1.0) * left
    return Safeguards(floor, everywhere, by_kind, share, protection)
