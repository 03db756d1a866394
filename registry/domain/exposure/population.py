"""The people behind the datasets as flat arrays: who is found in which dataset, and where they live."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.register.facts import Register

__all__ = ["UNKNOWN_JURISDICTION", "Population", "compile_population"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]

UNKNOWN_JURISDICTION: Final = None  # what no share covers; always the last column


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Who is found in which dataset, and where they live.

    `dataset_people`, `found` (people its coverage accounts for) and `residual` (those it does not, never below 0)
    have one element per dataset, in people. Coverage is a compressed sparse matrix dataset -> segment, shares a
    compressed sparse matrix segment -> jurisdiction whose last column is "unknown" and gets what no share
    covers, so every row adds up to 1 at least. `assumed` names the datasets whose people are not known.
    """

    datasets: tuple[str, ...]
    dataset_people: Floats
    found: Floats
    residual: Floats
    assumed: frozenset[str]
    segments: tuple[str, ...]
    segment_people: Floats
    coverage_offsets: Offsets
    coverage_segments: Ints
    coverage_shares: Floats
    jurisdictions: tuple[str | None, ...]
    jurisdiction_offsets: Offsets
    jurisdiction_columns: Ints
    jurisdiction_shares: Floats


def compile_population(register: Register, people: Mapping[str, float]) -> Population:
    """Read datasets, segments, coverage and jurisdictions of a register into arrays.

    Parameters
    ----------
    register
        A register without errors.
    people
        People of every dataset by code, unknown counts at their worst: see `exposure.people_by_dataset`.

    Returns
    -------
    Population
        Sorted by code; repeated coverage or share rows of one pair add up.

    Examples
    --------
    >>> from registry.domain.register.facts import Coverage, Dataset, Organisation, Segment
    >>> orders = Dataset(code="D-001", name="Orders", system="S-001", categories=("user",), people=700)
    >>> buyers = Segment(code="G-01", name="Buyers", people=1000)
    >>> half = Coverage(dataset="D-001", segment="G-01", share=0.5)
    >>> register = Register(organisation=Organisation(name="Us"), datasets=(orders,), segments=(buyers,), coverage=(half,))
    >>> population = compile_population(register, {"D-001": 700})
    >>> population.found.tolist(), population.residual.tolist()
    ([500.0], [200.0])
    """
    datasets = tuple(sorted(register.dataset_by_code))
    segments = tuple(sorted(segment.code for segment in register.segments))
    segment_people = {segment.code: float(segment.people) for segment in register.segments}
    coverage = _sparse(
        ((row.dataset, row.segment, row.share) for row in register.coverage), row_names=datasets, column_names=segments
    )
    by_segment = np.array([segment_people[code] for code in segments], dtype=np.float64)
    counted = np.array([people[code] for code in datasets], dtype=np.float64)
    found = np.array(
        [
            np.sum(by_segment[coverage[1][start:stop]] * coverage[2][start:stop])
            for start, stop in zip(coverage[0][:-1], coverage[0][1:], strict=True)
        ],
        dtype=np.float64,
    )
    places = tuple(sorted({row.jurisdiction for row in register.jurisdictions}))
    shares = _jurisdiction_shares(register, segments, places)
    return Population(
        datasets=datasets,
        dataset_people=counted,
        found=found,
        residual=np.maximum(0.0, counted - found),
        assumed=frozenset(dataset.code for dataset in register.datasets if dataset.people is None),
        segments=segments,
        segment_people=by_segment,
        coverage_offsets=coverage[0],
        coverage_segments=coverage[1],
        coverage_shares=coverage[2],
        jurisdictions=(*places, UNKNOWN_JURISDICTION),
        jurisdiction_offsets=shares[0],
        jurisdiction_columns=shares[1],
        jurisdiction_shares=shares[2],
    )


def _jurisdiction_shares(
    register: Register, segments: Sequence[str], places: Sequence[str]
) -> tuple[Offsets, Ints, Floats]:
    unknown = ""  # sorts nowhere: the column is appended by hand below
    rest = dict.fromkeys(segments, 1.0)
    cells = sorted((row.segment, row.jurisdiction, row.share) for row in register.jurisdictions)
    for segment, _, share in cells:
        rest[segment] -= share
    # a rest below one person in a hundred thousand million is rounding of the typed shares
    cells += [(segment, unknown, share) for segment, share in rest.items() if share > 1e-11]
    return _sparse(cells, row_names=segments, column_names=(*places, unknown))


def _sparse(
    cells: Iterable[tuple[str, str, float]], *, row_names: Sequence[str], column_names: Sequence[str]
) -> tuple[Offsets, Ints, Floats]:
    columns = {name: position for position, name in enumerate(column_names)}
    by_row: dict[str, dict[int, float]] = {name: {} for name in row_names}
    for row, column, value in sorted(cells):
        position = columns[column]
        by_row[row][position] = by_row[row].get(position, 0.0) + value
    lengths = [len(by_row[name]) for name in row_names]
    flat = [cell for name in row_names for cell in sorted(by_row[name].items())]
    return (
        np.array([0, *accumulate(lengths)], dtype=np.int64),
        np.array([position for position, _ in flat], dtype=np.int32),
        np.array([value for _, value in flat], dtype=np.float64),
    )
