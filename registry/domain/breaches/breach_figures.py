"""What many public breaches say together: counts by year, usual sizes, days to notice, and where a number stands.

Public lists have no denominator: they tell how large breaches are and how they divide, never how likely one is.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

__all__ = ["FEWEST_TO_PLACE", "LISTED_FROM", "Placing", "Sizes", "counts_by_year", "place", "sizes_of"]

# The lists of authorities begin at 500 people; what is smaller is not in them, so nothing can be placed below.
LISTED_FROM = 500
# Fewer records of one's own sector than this tell less than those of all sectors together.
FEWEST_TO_PLACE = 30

Word = TypeVar("Word", bound=Hashable)
Counted = TypeVar("Counted")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many numbers there are, the middle one, and the one that 19 of 20 do not pass; None without any."""

    count: int
    p50: int | None
    p95: int | None


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a number of people stands among public breaches.

    Attributes
    ----------
    share_below
        Share of the breaches that are smaller, those of the same size counted half.
    count
        How many breaches it was compared with.
    is_below_the_lists
        Whether it is smaller than what the lists record at all, so that only "smaller" can be said.
    """

    share_below: float
    count: int
    is_below_the_lists: bool


def sizes_of(numbers: Iterable[int]) -> Sizes:
    """Return the usual sizes; each is a number that really occurs (inverse of the empirical distribution).

    >>> sizes_of([500, 1_000, 90_000])
    Sizes(count=3, p50=1000, p95=90000)
    """
    found = np.fromiter(numbers, dtype=np.int64)
    if not found.size:
        return Sizes(0, None, None)
    middle, high = np.quantile(found, [0.5, 0.95], method="inverted_cdf")
    return Sizes(int(found.size), int(middle), int(high))


def place(people: float, sizes: Sequence[int]) -> Placing | None:
    """Say where a number of people stands among the sizes of public breaches; None when there are none.

    >>> place(1_000, [500, 1_000, 2_000, 90_000])
    Placing(share_below=0.375, count=4, is_below_the_lists=False)
    """
    if not sizes:
        return None
    found = np.asarray(sizes)
    below = np.count_nonzero(found < people) + np.count_nonzero(found == people) / 2
    return Placing(float(below) / len(found), len(found), is_below_the_lists=people < LISTED_FROM)


def counts_by_year(
    rows: Iterable[Counted], year: Callable[[Counted], int], word: Callable[[Counted], Word]
) -> Mapping[int, Counter[Word]]:
    """Count rows by year and word, years without a row between the first and the last included.

    >>> dict(counts_by_year([(2023, "a"), (2025, "a")], lambda row: row[0], lambda row: row[1]))
    {2023: Counter({'a': 1}), 2024: Counter(), 2025: Counter({'a': 1})}
    """
    found: dict[int, Counter[Word]] = {}
    for row in rows:
        found.setdefault(year(row), Counter())[word(row)] += 1
    if not found:
        return {}
    return {each: found.get(each, Counter()) for each in range(min(found), max(found) + 1)}
