"""The graph with some planned controls in place, for any selection of them, without building it for each.

Controls on facts that share nothing change different rows and copies, so their graphs are put together row by row.
Only selections within a group of controls that touch the same things are built, each once.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Arrays, with_probabilities
from registry.domain.register.facts import Register
from registry.domain.register.vocabulary import ControlState

__all__ = ["PlacedArrays", "planned_positions", "register_with_placed"]

_COPY_FIELDS = ("share", "storage", "sealed", "weight")


def planned_positions(register: Register) -> tuple[int, ...]:
    """Return the positions among the placements of a register of those that are planned and not yet in place."""
    return tuple(
        place
        for place, row in enumerate(register.placements)
        if row.state is not ControlState.IN_PLACE and row.coverage
    )


def register_with_placed(register: Register, positions: Collection[int]) -> Register:
    """Return a register in which some planned placements, by position, are in place with the coverage planned."""
    return replace(
        register,
        placements=tuple(
            replace(row, state=ControlState.IN_PLACE) if place in positions else row
            for place, row in enumerate(register.placements)
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """Rows and copies that a selection changes, with the arrays that hold their new values."""

    arrays: Arrays
    rows: NDArray[np.int64]
    copies: NDArray[np.int64]


class PlacedArrays:
    """Arrays of a register for any selection of planned placements.

    Parameters
    ----------
    arrays
        Those of the register as it is.
    positions
        Of the placements to choose from; selections below are of places in this sequence.
    build
        From a register to its arrays, under the same conditions as `arrays`.
    """

    def __init__(
        self, arrays: Arrays, register: Register, positions: Sequence[int], build: Callable[[Register], Arrays]
    ) -> None:
        self._arrays = arrays
        self._register = register
        self._positions = tuple(positions)
        self._build = build
        self._changes: dict[frozenset[int], _Change] = {}
        self._groups = self._grouped()

    def with_placed(self, chosen: Collection[int]) -> Arrays:
        """Return the arrays with a selection in place; all draws keep their luck. O(rows), and a build when new."""
        probabilities = self._arrays.probabilities.copy()
        copies = {name: getattr(self._arrays.copies, name).copy() for name in _COPY_FIELDS}
        for group in self._groups:
            selected = group & frozenset(chosen)
            if not selected:
                continue
            change = self._change(selected)
            probabilities[change.rows] = change.arrays.probabilities[change.rows]
            for name, values in copies.items():
                values[change.copies] = getattr(change.arrays.copies, name)[change.copies]
        return replace(with_probabilities(self._arrays, probabilities), copies=replace(self._arrays.copies, **copies))

    def _change(self, selected: frozenset[int]) -> _Change:
        known = self._changes.get(selected)
        if known is None:
            before = self._arrays
            after = self._build(register_with_placed(self._register, {self._positions[place] for place in selected}))
            # a control lowers chances and shares, never to nothing: every row and copy stays where it was
            rows = np.flatnonzero(before.probabilities != after.probabilities)
            touched = np.zeros(len(before.copies.node), dtype=np.bool_)
            for name in _COPY_FIELDS:
                touched |= getattr(before.copies, name) != getattr(after.copies, name)
            known = _Change(after, rows, np.flatnonzero(touched))
            self._changes[selected] = known
        return known

    def _grouped(self) -> list[frozenset[int]]:
        """Put placements together that touch the same fact, row, relationship or copy."""
        groups: list[tuple[set[int], set[object]]] = []
        for place in range(len(self._positions)):
            members, things = {place}, self._touched(place)
            apart = []
            for other_members, other_things in groups:
                if things & other_things:
                    members |= other_members
                    things |= other_things
                else:
                    apart.append((other_members, other_things))
            groups = [*apart, (members, things)]
        return [frozenset(members) for members, _ in groups]

    def _touched(self, place: int) -> set[object]:
        fact = self._register.placements[self._positions[place]].fact
        change = self._change(frozenset({place}))
        things: set[object] = {fact}
        things.update(("row", row) for row in change.rows.tolist())
        things.update(("row", row) for row in self._arrays.rows_of_fact.get(fact, ()))
        things.update(("copy", copy) for copy in change.copies.tolist())
        for flow in self._register.flows:
            if flow.code == fact:  # largest shares and chances are taken over all flows of a copy or a relationship
                things |= {("holder", flow.dataset, flow.recipient), ("pair", flow.sender, flow.recipient)}
        return things

    @property
    def builds(self) -> int:
        """How many graphs were built so far."""
        return len(self._changes)
