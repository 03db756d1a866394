"""Figures with the what-ifs beside those without, row by row: people, duties, impact areas, cost models."""

from collections.abc import Sequence
from typing import Any

import pycountry

from registry.blast.owed import OwedDuty
from registry.blast.page import Area, DutyRow, ModelRow, PlaceRow, SegmentRow
from registry.domain.scenario.answer import BlastRadius, JurisdictionFigures

__all__ = ["area_rows", "duty_rows", "model_rows", "place_name", "place_rows", "segment_rows"]


def place_rows(now: BlastRadius, before: BlastRadius | None) -> list[PlaceRow]:
    """Return people by jurisdiction, those most affected without the what-ifs first."""
    after, was = _by_code(now), _by_code(before) if before else {}
    rows = []
    for code in {**was, **after}:
        mean, p95 = (after[code].mean, after[code].p95) if code in after else (0.0, 0.0)
        earlier = (was[code].mean if code in was else 0.0) if before else None
        rows.append(PlaceRow(code, place_name(code), mean, p95, earlier))
    return rows


def _by_code(radius: BlastRadius) -> dict[str | None, JurisdictionFigures]:
    return {row.code: row for row in radius.jurisdictions}


def place_name(code: str | None) -> str:
    """Return the name of a country or of a part of one.

    >>> place_name("US-CA"), place_name(None)
    ('California', 'not known')
    """
    if code is None:
        return "not known"
    places: Any = pycountry.subdivisions if "-" in code else pycountry.countries  # without types
    found = places.get(**{"code" if "-" in code else "alpha_2": code})
    return str(getattr(found, "common_name", None) or found.name) if found else code


def segment_rows(now: BlastRadius, before: BlastRadius | None) -> list[SegmentRow]:
    """Return people by segment."""
    after = {row.code: row for row in now.segments}
    was = {row.code: row for row in before.segments} if before else {}
    return [
        SegmentRow(
            code,
            row.name,
            row.people,
            after[code].mean if code in after else 0.0,
            (was[code].mean if code in was else 0.0) if before else None,
        )
        for code, row in {**was, **after}.items()
    ]


def duty_rows(now: Sequence[OwedDuty], before: Sequence[OwedDuty] | None) -> list[DutyRow]:
    """Return the duties, shortest first; those that the what-ifs take away stay in their place, marked."""
    after = {_key(owed): owed for owed in now}
    was = {_key(owed): owed for owed in before or ()}
    rows = [
        DutyRow(
            after.get(key, owed),
            after[key].duty.people.mean if key in after else 0.0,
            None if before is None else (was[key].duty.people.mean if key in was else 0.0),
            is_gone=key not in after,
        )
        for key, owed in {**was, **after}.items()
    ]
    return sorted(rows, key=lambda row: (row.owed.hours is None, row.owed.hours or 0.0)) if before else rows


def _key(owed: OwedDuty) -> tuple[str, str, str]:
    rule = owed.duty.rule
    return rule.law, str(rule.notify), str(owed.duty.bearer)


def area_rows(now: BlastRadius, before: BlastRadius | None) -> tuple[Area, ...]:
    """Return the impact areas with their share of the whole cost."""
    total = sum(area.cost_mean for area in now.impact.areas.values())
    return tuple(
        Area(
            name,
            area.cost_mean,
            area.cost_mean / total if total else 0.0,
            area.probability,
            before.impact.areas[name].cost_mean if before else None,
        )
        for name, area in now.impact.areas.items()
    )


def model_rows(now: BlastRadius, before: BlastRadius | None) -> list[ModelRow]:
    """Return the cost models side by side."""
    was = {row.model: row.mean for row in before.models} if before else {}
    return [ModelRow(row, was.get(row.model)) for row in now.models]
