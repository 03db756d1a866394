"""The tables of a blast radius as files: complete, whatever the page shows of them."""

from collections.abc import Callable, Mapping

from registry.blast.asking import Subject, reach
from registry.blast.behind import rank_facts
from registry.blast.described import describe_facts
from registry.blast.owed import owed_duties
from reports.workbook import CellKind, Sheet, SheetColumn

__all__ = ["NAMES", "make"]

_SHARE, _COUNT, _MONEY = CellKind.SHARE, CellKind.COUNT, CellKind.MONEY


def _reached(subject: Subject) -> Sheet:
    columns = (
        SheetColumn("Kind"),
        SheetColumn("Code"),
        SheetColumn("Name"),
        SheetColumn("Where"),
        SheetColumn("Hops", _COUNT),
        SheetColumn("Chance", _SHARE),
        SheetColumn("Chance, low", _SHARE),
        SheetColumn("Chance, high", _SHARE),
        SheetColumn("Chance without the what-ifs", _SHARE),
        SheetColumn("People", _COUNT),
        SheetColumn("People assumed"),
        SheetColumn("Protected"),
        SheetColumn("Categories"),
        SheetColumn("Likeliest route", width=60),
        SheetColumn("Facts on it", width=30),
    )
    rows = [
        (
            thing.kind,
            thing.code,
            thing.name,
            thing.place,
            thing.hops,
            0.0 if thing.is_gone else thing.chance.value,
            0.0 if thing.is_gone else thing.chance.low,
            0.0 if thing.is_gone else thing.chance.high,
            thing.before.value if thing.before else None,
            round(thing.people),
            thing.is_people_assumed,
            thing.is_protected,
            ", ".join(thing.categories),
            " → ".join(thing.route.codes),
            ", ".join(thing.route.facts),
        )
        for thing in reach(subject)
    ]
    return Sheet("Reached", columns, rows)


def _people(subject: Subject) -> Sheet:
    radius = subject.answered.radius
    columns = (
        SheetColumn("Of"),
        SheetColumn("Code"),
        SheetColumn("Name"),
        SheetColumn("Mean", _COUNT),
        SheetColumn("95th percentile", _COUNT),
    )
    rows: list[tuple[object, ...]] = [
        ("segment", row.code, row.name, round(row.mean), round(row.p95)) for row in radius.segments
    ]
    rows += [("jurisdiction", row.code or "", "", round(row.mean), round(row.p95)) for row in radius.jurisdictions]
    return Sheet("People", columns, rows)


def _duties(subject: Subject) -> Sheet:
    answered = subject.answered
    triage = answered.parameters.constant("own_triage_hours")
    owed = owed_duties(
        answered.register, reach(subject), answered.radius, on=answered.scenario.as_of, triage_hours=triage
    )
    columns = (
        SheetColumn("Law", width=40),
        SheetColumn("Tell"),
        SheetColumn("By"),
        SheetColumn("Within"),
        SheetColumn("Hours", CellKind.NUMBER),
        SheetColumn("Hours left after the vendor's notice and our triage", CellKind.NUMBER),
        SheetColumn("Standing"),
        SheetColumn("People", _COUNT),
        SheetColumn("Why", width=60),
        SheetColumn("Source", width=40),
        SheetColumn("Certainty"),
    )
    rows = [
        (
            each.duty.rule.law,
            str(each.duty.rule.notify),
            str(each.duty.bearer),
            each.duty.rule.period.words() if each.duty.rule.period else each.duty.rule.wording,
            each.hours,
            each.margin_hours,
            str(each.duty.standing),
            round(each.duty.people.mean),
            "; ".join(each.duty.reasons),
            f"{each.duty.rule.source}, {each.duty.rule.year}",
            str(each.duty.rule.certainty),
        )
        for each in owed
    ]
    return Sheet("Duties", columns, rows)


def _money(subject: Subject) -> Sheet:
    radius = subject.answered.radius
    before = subject.before.radius if subject.before else None
    names = ("p05", "p50", "mean", "p90", "p95", "p99", "tail_mean_95")
    columns = (
        SheetColumn("What"),
        SheetColumn(f"Amount, {radius.cost.currency}", _MONEY),
        SheetColumn("Without the what-ifs", _MONEY),
        SheetColumn("Chance", _SHARE),
    )
    rows: list[tuple[object, ...]] = [
        (f"cost {name}", getattr(radius.cost, name), getattr(before.cost, name) if before else None, None)
        for name in names
    ]
    rows += [(f"area {name}", area.cost_mean, None, area.probability) for name, area in radius.impact.areas.items()]
    rows += [("losing more than", loss, None, chance) for loss, chance in radius.exceedance]
    rows += [(f"cutting {cut.fact} saves", cut.saving, None, cut.saving_share) for cut in radius.best_cuts]
    return Sheet("Money", columns, rows)


def _facts(subject: Subject) -> Sheet:
    shown = subject.shown
    columns = (
        SheetColumn("Fact"),
        SheetColumn("Carries as"),
        SheetColumn("Says", width=60),
        SheetColumn("Chance", _SHARE),
        SheetColumn("Source of the chance", width=60),
        SheetColumn("Controls", width=40),
    )
    nodes = {thing.node for thing in reach(subject)}
    rows = [
        (
            fact.code,
            fact.kind,
            fact.sentence,
            fact.chance,
            fact.source,
            ", ".join(f"{control.code} {control.state}" for control in fact.controls),
        )
        for fact in describe_facts(shown.register, shown.parameters, rank_facts(shown.graph, nodes))
    ]
    return Sheet("Facts", columns, rows)


_MAKERS: Mapping[str, Callable[[Subject], Sheet]] = {
    "reached": _reached,
    "people": _people,
    "duties": _duties,
    "money": _money,
    "facts": _facts,
}
NAMES = tuple(_MAKERS)


def make(name: str, subject: Subject) -> Sheet:
    """Return one of the tables by its name."""
    return _MAKERS[name](subject)
