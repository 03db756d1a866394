"""What is worked out from the other sheets: the summary, what changed since the previous pack, and random samples."""

import hashlib
import random
from collections.abc import Iterator, Mapping

from registry.reporting.cut import Cut, Rows, first_by, lines
from reports.cells import Plain
from reports.pack_measures import MEASURES, Measure, amount_of
from reports.pack_plan import planned_sheets

__all__ = ["compared_sheets"]

_SAMPLE = 25
_SAMPLED = ("02 Vendors", "03 Data access", "04 Data flows", "06 Assessments", "08 Evidence")
Named = Mapping[str, Plain]


def compared_sheets(cut: Cut, tables: Mapping[str, Rows], pack_id: str) -> dict[str, Rows]:
    """Return the sheets that rest on others."""
    changes = lines("15 Changes", _changes(cut, tables))
    samples = lines("25 Samples", _samples(cut, tables, pack_id))
    known = {**tables, "15 Changes": changes, "25 Samples": samples}
    return {"01 Summary": lines("01 Summary", _summary(cut, known)), "15 Changes": changes, "25 Samples": samples}


def _summary(cut: Cut, tables: Mapping[str, Rows]) -> Iterator[dict[str, object]]:
    before = first_by(cut.previous_rows("01 Summary"), "measure")
    for measure in MEASURES:
        top = amount_of(measure.numerator, tables)
        below = amount_of(measure.denominator, tables) if measure.denominator else None
        value = top if below is None else (top / below if below else None)
        previous = before.get((measure.name,), {}).get("value")
        moved = value - previous if isinstance(value, int | float) and isinstance(previous, int | float) else None
        yield {
            "measure": measure.name, "definition": measure.definition, "numerator": top, "denominator": below, "value": value,
            "unit": measure.unit, "target": measure.target or None, "previous_value": previous, "change": moved, "detail_sheet": _where(measure),
        }  # fmt: skip


def _where(measure: Measure) -> str:
    tests = [f"{each.column} {each.test} {each.value}".strip() for each in measure.numerator.conditions]
    return measure.numerator.sheet + (f", filter: {' and '.join(tests)}" if tests else "")


# -- 15 ---------------------------------------------------------------------------------------------------------


def _changes(cut: Cut, tables: Mapping[str, Rows]) -> Iterator[dict[str, object]]:
    if cut.previous is None:
        yield {"kind": "first pack", "name": "There is no previous pack to compare with."}
        return
    last = _last_changes(tables)
    for kind, table, row in _moves(cut, tables):
        found = last.get((table, str(row["code"])), {})
        yield {
            "kind": kind, **row, "at_utc": found.get("at_utc"), "change_log_number": found.get("number"), "reason": found.get("reason"),
        }  # fmt: skip


def _moves(cut: Cut, tables: Mapping[str, Rows]) -> Iterator[tuple[str, str, dict[str, object]]]:
    old, new = _keyed(cut.previous_rows("02 Vendors")), _keyed(_named("02 Vendors", tables))
    for code in sorted(old.keys() | new.keys(), key=str):
        before, after = old.get(code), new.get(code)
        if before is None or after is None:
            word = "new vendor" if before is None else "removed vendor"
            yield word, "vendor", _move(code, before, after, "lifecycle")
            continue
        for field, word in (
            ("tier", "tier move"),
            ("last_score", "score move"),
            ("lifecycle", "lifecycle move"),
            ("categories", "new category"),
        ):
            if before[field] != after[field]:
                yield word, "vendor", _move(code, before, after, field)
    flows_old, flows_new = _keyed(cut.previous_rows("04 Data flows")), _keyed(_named("04 Data flows", tables))
    for code in sorted(flows_old.keys() | flows_new.keys(), key=str):
        before, after = flows_old.get(code), flows_new.get(code)
        if before is None:
            yield "new flow", "flow", _move(code, before, after, "to", people="people")
        elif after is None or (before["ends"] is None and after["ends"] is not None):
            yield "ended flow", "flow", _move(code, before, after, "ends", people="people")
        elif before["categories"] != after["categories"]:
            yield "new category", "flow", _move(code, before, after, "categories", people="people")
    yield from _controls(cut, tables)


def _controls(cut: Cut, tables: Mapping[str, Rows]) -> Iterator[tuple[str, str, dict[str, object]]]:
    old = {row["row_id"]: row for row in cut.previous_rows("03 Data access")}
    seen: set[Plain] = set()
    for row in _named("03 Data access", tables):
        before, fact = old.get(row["row_id"]), str(row["row_id"]).partition("/")[0]
        if before is None or before["controls_in_place"] == row["controls_in_place"] or fact in seen:
            continue
        seen.add(fact)
        moved = {
            "code": fact,
            "name": row["vendor_name"],
            "previous": before["controls_in_place"],
            "current": row["controls_in_place"],
        }
        yield "control placed or removed", "placement", moved


def _move(
    code: Plain, before: Named | None, after: Named | None, field: str, *, people: str = "people_at_risk"
) -> dict[str, object]:
    known = after or before or {}
    old, new = (row.get(people) if row else 0 for row in (before, after))
    change = new - old if isinstance(old, int | float) and isinstance(new, int | float) else None
    return {
        "code": code, "name": known.get("name") or f"{known.get('from')} to {known.get('to')}", "previous": _text(before, field),
        "current": _text(after, field), "people_change": change,
    }  # fmt: skip


def _text(row: Named | None, field: str) -> str | None:
    value = row.get(field) if row else None
    return None if value is None else str(value)


def _named(sheet: str, tables: Mapping[str, Rows]) -> list[dict[str, Plain]]:
    names = planned_sheets()[sheet].names
    return [dict(zip(names, row, strict=True)) for row in tables[sheet]]


def _keyed(rows: list[dict[str, Plain]]) -> dict[Plain, dict[str, Plain]]:
    return {row["code"]: row for row in rows}


def _last_changes(tables: Mapping[str, Rows]) -> dict[tuple[str, str], Named]:
    return {(str(row["entity"]), str(row["code"])): row for row in _named("14 Change log", tables)}


# -- 25 ---------------------------------------------------------------------------------------------------------


def _samples(cut: Cut, tables: Mapping[str, Rows], pack_id: str) -> Iterator[dict[str, object]]:
    """Draw rows with a seed nobody chose: the first digits of the hash of the pack's name and of the population."""
    for sheet in _SAMPLED:
        keys = sorted(_key(sheet, row) for row in tables[sheet])
        seed = int(hashlib.sha256(f"{pack_id}|{sheet}|{'|'.join(keys)}".encode()).hexdigest()[:12], 16)
        drawn = random.Random(seed).sample(keys, min(_SAMPLE, len(keys)))  # noqa: S311 -- to be repeated, not to be secret
        for position, key in enumerate(drawn, start=1):
            yield {
                "sample": f"Random sample of {sheet}", "population_sheet": sheet, "population": len(keys), "drawn": len(drawn), "seed": seed,
                "position": position, "key": key, "method": "Python random.Random(seed).sample(sorted keys, drawn)", "drawn_by": "the application",
                "drawn_at_utc": cut.at,
            }  # fmt: skip


def _key(sheet: str, row: list[Plain]) -> str:
    return str(row[planned_sheets()[sheet].names.index("row_id" if sheet.startswith("03") else "code")])
