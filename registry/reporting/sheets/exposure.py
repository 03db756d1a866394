"""Saved scenarios with the figures of their newest run, the likeliest route to each thing reached, and pictures."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import networkx as nx
from sqlalchemy import func, select

from registry.blast.queries import graph_of
from registry.core.db import session
from registry.core.formats import money, short
from registry.domain.exposure.exposure import PARTS, code_of
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import ControlState
from registry.models.scenarios import RegisterCopy, SavedScenario, ScenarioRun
from registry.reference.load import shipped_parameters
from registry.reporting.cut import Cut, Rows, joined, lines
from registry.scenarios.copies import Inputs, unpack
from registry.scenarios.service import stored_question
from registry.scenarios.show import layout_of, sentence
from registry.scenarios.workout import answer_of
from reports.audit_pack import Bars, NamedPicture
from reports.picture import Caption, draw_picture
from reports.picture_png import draw_png

__all__ = ["dearest_picture", "exposure_sheets", "pictures_and_charts"]

_LEAST = 0.01  # chance below which a thing is not listed as reached
_TARGETS, _PICTURES, _BARS = 200, 3, 10
_AREAS = ("operations", "finance", "brand", "retention")


@dataclass(frozen=True, slots=True)
class _Run:
    """The newest run of a scenario with its inputs."""

    scenario: SavedScenario
    run: ScenarioRun
    inputs: Inputs
    sha256: str

    @property
    def code(self) -> str:
        return f"SC-{self.scenario.id:03d}"


def exposure_sheets(_cut: Cut) -> dict[str, Rows]:
    """Return scenarios and their routes."""
    runs = list(_newest())
    return {
        "12 Scenarios": lines("12 Scenarios", [_scenario(each) for each in runs]),
        "13 Scenario paths": lines("13 Scenario paths", [row for each in runs for row in _paths(each)]),
    }


def pictures_and_charts(
    vendors: list[Mapping[str, object]], currency: str
) -> tuple[tuple[NamedPicture, ...], tuple[Bars, ...]]:
    """Return the blast radius of the scenarios with the largest mean cost, and the vendors with the largest losses."""
    runs = sorted(_newest(), key=lambda each: -json.loads(each.run.result)["cost"]["mean"])[:_PICTURES]
    losses = sorted(
        (
            (row["expected_loss_per_year"], f"{row['code']} {row['name']}")
            for row in vendors
            if row["expected_loss_per_year"]
        ),
        reverse=True,
    )  # type: ignore[type-var]  # the filled ones
    people = sorted(
        ((row["people_at_risk"], f"{row['code']} {row['name']}") for row in vendors if row["people_at_risk"]),
        reverse=True,
    )  # type: ignore[type-var]  # the filled ones
    charts = [
        Bars(title, tuple((label, float(value)) for value, label in found[:_BARS]))  # type: ignore[arg-type]  # numbers
        for title, found in (
            (f"Expected loss a year, {currency}, ten largest", losses),
            ("People at risk, median, ten largest", people),
        )
        if found
    ]
    return tuple(_picture(each) for each in runs), tuple(charts)


def dearest_picture() -> list[str]:
    """Return the blast radius of the scenario with the largest mean cost as an SVG text; none when none was saved."""
    found = sorted(_newest(), key=lambda each: -json.loads(each.run.result)["cost"]["mean"])[:1]
    return [_drawn(each)[0] for each in found]


def _newest() -> Iterator[_Run]:
    newest = select(func.max(ScenarioRun.id)).group_by(ScenarioRun.scenario_id)
    rows = session().execute(
        select(SavedScenario, ScenarioRun, RegisterCopy)
        .join(ScenarioRun, ScenarioRun.scenario_id == SavedScenario.id)
        .join(RegisterCopy, RegisterCopy.id == ScenarioRun.copy_id)
        .where(ScenarioRun.id.in_(newest), SavedScenario.archived_at.is_(None))
        .order_by(SavedScenario.id)
    )
    kept: dict[str, Inputs] = {}
    for scenario, run, copy in rows:
        if copy.sha256 not in kept:
            kept[copy.sha256] = unpack(copy.content, shipped_parameters())
        yield _Run(scenario, run, kept[copy.sha256], copy.sha256)


def _scenario(each: _Run) -> dict[str, object]:
    run, result, answer = each.run, json.loads(each.run.result), answer_of(each.run.answer)
    people, cost, asked = answer["people"], answer["cost"], answer["scenario"]
    parameters = (
        each.inputs.parameters.with_changes(dict(asked["overrides"])) if asked["overrides"] else each.inputs.parameters
    )
    first = result["first_duty"]
    return {
        "code": each.code, "name": each.scenario.name, "start": joined(asked["start"]), "kind": asked["kind"].replace("_", " "),
        "as_of": _day(asked["as_of"]), "what_ifs": joined(asked["what_ifs"]), "parameter_set": result["parameters_hash"],
        "inputs_hash": each.sha256, "seed": int(run.seed), "method": answer["method"].replace("_", " "), "iterations": run.iterations,
        "run_at": run.made_at, "run_by": run.person_name, "people_mean": people["mean"], "people_p05": people["p05"],
        "people_p95": people["p95"], "people_nested": people["nested_mean"], "people_disjoint": people["disjoint_mean"],
        "records_mean": people["records_mean"], "protected_mean": people["protected_mean"], "systems_reached": _reached(answer["systems"], asked),
        "vendors_reached": _reached(answer["vendors"], asked), "datasets_reached": _reached(answer["datasets"], asked),
        "jurisdictions": joined(row["code"] or "unknown" for row in answer["jurisdictions"]),
        "first_duty_hours": first["hours"] if first else None, "cost_model": parameters.cost_model, "cost_p05": cost["p05"],
        "cost_median": cost["p50"], "cost_mean": cost["mean"], "cost_p95": cost["p95"], "cost_cap": _cap(each.inputs, parameters),
        **{area: _area(answer["impact_areas"].get(area), cost["currency"]) for area in _AREAS}, "impact_preset": parameters.impact_preset,
    }  # fmt: skip


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _reached(rows: list[dict[str, Any]], asked: Mapping[str, Any]) -> int:
    return sum(row["probability"] > _LEAST and row["code"] not in asked["start"] for row in rows)


def _area(figures: Mapping[str, float] | None, currency: str) -> str | None:
    return f"{money(figures['cost_mean'], currency)}; {figures['probability']:.1%}" if figures else None


def _cap(inputs: Inputs, parameters: Parameters) -> float | None:
    value = parameters.rows["cost.cap"].value
    return inputs.register.organisation.annual_revenue if isinstance(value, str) else float(value)


# -- 13 ---------------------------------------------------------------------------------------------------------


def _paths(each: _Run) -> Iterator[dict[str, object]]:
    answer = answer_of(each.run.answer)
    scenario = stored_question(each.run.question).scenario(_day(answer["scenario"]["as_of"]))
    graph, parameters, register = graph_of(each.inputs.register, each.inputs.parameters, scenario)
    nodes = {code_of(node): node for node in graph}
    controls: defaultdict[str, list[str]] = defaultdict(list)
    for placement in register.placements:
        if placement.state is ControlState.IN_PLACE:
            controls[placement.fact].append(placement.control)
    kinds = (("vendor", "vendors"), ("system", "systems"), ("dataset", "datasets"), ("process", "processes"))
    targets = [
        (kind, row) for kind, name in kinds for row in answer[name] if row["hops"] and row["probability"] > _LEAST
    ]
    targets.sort(key=lambda pair: (-pair[1]["probability"], pair[1]["code"]))
    hop = _Hops(graph, parameters, str(answer["scenario"]["kind"]), nodes, controls)
    for kind, row in targets[:_TARGETS]:
        low, high = row["interval"]
        for number, (source, target) in enumerate(zip(row["route"], row["route"][1:], strict=False), start=1):
            yield {
                "scenario": each.code, "target": row["code"], "target_kind": kind, "route": 1, "hop": number, "from": source, "to": target,
                **hop.of(source, target), "chance_of_target": row["probability"], "interval_low": low, "interval_high": high,
            }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Hops:
    """Looks up what stands behind one step of a route."""

    graph: "nx.DiGraph[str]"
    parameters: Parameters
    kind: str
    nodes: Mapping[str, str]
    controls: Mapping[str, list[str]]

    def of(self, source: str, target: str) -> dict[str, object]:
        """Return edge kind, facts and chances of a step; the likeliest where several facts make it."""
        edge = self.graph.get_edge_data(self.nodes.get(source, ""), self.nodes.get(target, ""))
        if not edge:
            return {}
        part = max(edge[PARTS], key=lambda each: each.probability)
        return {
            "edge_kind": str(part.kind).replace("_", " "), "fact": joined(part.facts), "p0": self._base(part.kind, part.variant),
            "multiplier": self._multiplier(part.kind, part.variant), "controls": joined(code for fact in part.facts for code in self.controls.get(fact, ())),
            "p": part.probability,
        }  # fmt: skip

    def _base(self, kind: str, variant: str | None) -> float | None:
        names = [f"exposure.{kind}.{variant}", f"exposure.{kind}"]
        return next((self.parameters.number(name) for name in names if name in self.parameters.rows), None)

    def _multiplier(self, kind: str, variant: str | None) -> float | None:
        names = [f"scenario.{self.kind}.{kind}.{variant}", f"scenario.{self.kind}.{kind}"]
        return next((self.parameters.number(name) for name in names if name in self.parameters.rows), None)


# -- pictures ---------------------------------------------------------------------------------------------------


def _picture(each: _Run) -> NamedPicture:
    drawn, width, height = _drawn(each)
    return NamedPicture(f"{each.code} {each.scenario.name}", draw_png(drawn, width=width, height=height), width, height)


def _drawn(each: _Run) -> tuple[str, int, int]:
    result = json.loads(each.run.result)
    layout = layout_of(result)
    cost = result["cost"]
    subtitle = f"{each.scenario.name}. Mean cost {money(cost['mean'], cost['currency'])}; {short(round(result['people']['mean']))} people on average"
    source = f"{result['method']}, seed {each.run.seed}, run {each.run.id}"
    drawn = draw_picture(layout, Caption(title=sentence(result), subtitle=subtitle, source=source))
    width, height = round(layout.width / layout.scale), round(layout.height / layout.scale + 92)
    return drawn, width, height
