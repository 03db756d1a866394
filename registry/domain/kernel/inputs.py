"""What the kernel takes: arrays of a graph and the luck of a scenario, in its own order; and memory for a thread."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from registry.domain.exposure.arrays import Arrays, Floats, key_of

if TYPE_CHECKING:
    from registry.domain.kernel.kernel import Bodies, Chances, PackedEdges, Scratch
    from registry.domain.kernel.live import Edges

__all__ = ["Luck", "kernel_bodies", "kernel_chances", "kernel_edges", "kernel_scratch", "packed_edges"]

_AREAS: Final = ("operations", "finance", "brand", "retention")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Luck:
    """Everything drawn besides the cascade: fractions taken, days a service stands still, areas hit.

    `fractions` has shape (storages, 1024), `area_limits` (4,), `area_factor` (4, 4) lower triangular.
    """

    fractions: Floats
    area_limits: Floats
    area_factor: Floats
    days_mu: float
    days_sigma: float

    @property
    def is_fixed(self) -> bool:
        """Whether people follow from the reached nodes alone."""
        return bool(np.all(self.fractions == self.fractions[:, :1]))


def kernel_edges(arrays: Arrays) -> "Edges":
    """Return the rows of a graph, forwards and backwards, as the league takes them; O(rows log rows)."""
    from registry.domain.kernel.live import Edges

    back_rows = np.argsort(arrays.targets, kind="stable").astype(np.int32)
    back_offsets = np.searchsorted(arrays.targets[back_rows], np.arange(len(arrays.nodes) + 1)).astype(np.int64)
    return Edges(
        arrays.offsets,
        arrays.targets,
        arrays.thresholds,
        arrays.keys,
        back_offsets,
        arrays.sources[back_rows],
        back_rows,
    )


def packed_edges(arrays: Arrays) -> "PackedEdges":
    """Return the rows of a graph as the search from one start takes them."""
    from registry.domain.kernel.kernel import PackedEdges

    words = np.empty((len(arrays.targets), 2), dtype=np.uint64)
    words[:, 0] = arrays.keys
    words[:, 1] = (arrays.thresholds.astype(np.uint64) << np.uint64(32)) | arrays.targets.astype(np.uint64)
    return PackedEdges(arrays.offsets, words.reshape(-1))


def kernel_bodies(arrays: Arrays) -> "Bodies":
    """Return copies, people and processes as the kernel takes them."""
    from registry.domain.kernel.kernel import Bodies

    copies, population, stoppable = arrays.copies, arrays.population, arrays.stoppable
    return Bodies(
        copy_of_node=arrays.copy_of_node,
        process_of_node=arrays.process_of_node,
        copy_dataset=copies.dataset,
        copy_share=copies.share,
        copy_storage=copies.storage,
        copy_sealed=copies.sealed,
        copy_home=copies.home,
        copy_weight=copies.weight,
        copy_key=copies.key,
        dataset_people=population.dataset_people,
        dataset_residual=population.residual,
        dataset_found=population.found,
        coverage_offsets=population.coverage_offsets,
        coverage_segments=population.coverage_segments,
        coverage_shares=population.coverage_shares,
        segment_people=population.segment_people,
        jurisdiction_offsets=population.jurisdiction_offsets,
        jurisdiction_columns=population.jurisdiction_columns,
        jurisdiction_shares=population.jurisdiction_shares,
        rto_days=stoppable.rto_days,
        margin_per_day=stoppable.margin_per_day,
    )


def kernel_scratch(arrays: Arrays) -> "Scratch":
    """Return fresh working memory for one thread."""
    from registry.domain.kernel.kernel import Scratch

    nodes, datasets, segments = (
        len(arrays.nodes), len(arrays.population.datasets), len(arrays.population.segments)
    )  # fmt: skip
    widest = int(np.diff(arrays.offsets).max(initial=0))
    return Scratch(
        node_stamps=np.zeros(nodes, dtype=np.int64),
        queue=np.zeros(nodes + 1, dtype=np.int32),
        live=np.zeros(widest + 1, dtype=np.int32),
        dataset_stamps=np.zeros(datasets, dtype=np.int64),
        datasets=np.zeros(datasets, dtype=np.int32),
        dataset_values=np.zeros((4, datasets)),
        segment_stamps=np.zeros(segments, dtype=np.int64),
        segments=np.zeros(segments, dtype=np.int32),
        segment_values=np.zeros((4, segments)),
    )


def kernel_chances(luck: Luck) -> "Chances":
    """Return what is drawn besides the cascade as the kernel takes it."""
    from registry.domain.kernel.kernel import Chances

    keys = [key_of("availability|days"), *(key_of(f"area|{area}") for area in _AREAS)]
    # a set of tables may be read-only; the compiled code is made for arrays that are not
    return Chances(
        np.array(luck.fractions),
        np.array(luck.area_limits),
        np.array(luck.area_factor),
        float(luck.days_mu),
        float(luck.days_sigma),
        np.array(keys, dtype=np.uint64),
    )
