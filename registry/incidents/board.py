"""The board of an incident as it stands now: worked out anew at each look from scope, moments, rules and decisions."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.core.db import session
from registry.core.dutyrules import RuleInForce, data_kinds, rules_in_force
from registry.core.mailrules import policy
from registry.domain.duties.clocks import clocks
from registry.domain.duties.obligations import Exposure, Headcount, duties
from registry.domain.incidents.duty_board import (
    BoardLine,
    Decision,
    LineState,
    board,
    kept_duties,
    known_exposure,
    next_due,
)
from registry.domain.incidents.incident import Trigger
from registry.incidents.queries import moments_of
from registry.incidents.scope import Known, known_of
from registry.models.duties import DutyOutcome, IncidentDuty
from registry.models.incidents import Incident
from registry.models.organisation import OrganisationRole
from registry.models.scenarios import ScenarioRun
from registry.scenarios.workout import answer_of

__all__ = ["Board", "Prediction", "board_of", "prediction_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the frozen register says, as far as duties and forecasts need it; `categories` by dataset."""

    exposure: Exposure
    categories: Mapping[str, tuple[str, ...]]
    people: Headcount
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The duties of an incident and what they rest on; `prediction` None while nothing was worked out."""

    lines: tuple[BoardLine, ...]
    rules: Mapping[str, RuleInForce]
    moments: Mapping[str, datetime]
    exposure: Exposure | None
    prediction: Prediction | None
    has_roles: bool
    is_known: bool
    zone: ZoneInfo

    @property
    def next(self) -> BoardLine | None:
        """The open duty of ours whose time runs out first."""
        return next_due(self.lines)

    @property
    def open(self) -> tuple[BoardLine, ...]:
        """What somebody of us must still do or waive."""
        return tuple(line for line in self.lines if line.is_open)

    @property
    def not_started(self) -> tuple[BoardLine, ...]:
        """Open duties whose trigger nobody recorded."""
        return tuple(line for line in self.open if line.state is LineState.NOT_STARTED)

    @property
    def missing_triggers(self) -> tuple[str, ...]:
        """Moments that would start clocks and that nobody recorded, most clocks first."""
        wanted = Counter(line.rule.trigger for line in self.not_started if line.rule.trigger in set(Trigger))
        return tuple(trigger for trigger, _ in wanted.most_common())

    @property
    def theirs(self) -> tuple[BoardLine, ...]:
        """What the vendor owes us."""
        return tuple(line for line in self.lines if not line.is_ours)

    def ours(self, state: str) -> tuple[BoardLine, ...]:
        """Return our duties in a state."""
        return tuple(line for line in self.lines if line.is_ours and line.state == state)

    def line(self, code: str) -> BoardLine | None:
        """Return one line."""
        return next((line for line in self.lines if line.rule.code == code), None)


def prediction_of(scenario_id: int) -> Prediction | None:
    """Return what the newest run of the incident's scenario says; one query."""
    run = session().scalar(
        select(ScenarioRun).where(ScenarioRun.scenario_id == scenario_id).order_by(ScenarioRun.id.desc()).limit(1)
    )
    return None if run is None else _prediction(run)


def _prediction(run: ScenarioRun) -> Prediction:
    answer = answer_of(run.answer)
    reached = [each for each in answer["datasets"] if each["probability"] > 0]
    categories = {each["code"]: tuple(each["categories"]) for each in reached}
    people = answer["people"]
    total = Headcount(people["mean"], people["p95"])
    return Prediction(
        exposure=Exposure(
            people={each["code"]: Headcount(each["mean"], each["p95"]) for each in answer["jurisdictions"]},
            data_kinds=frozenset(data_kinds(key for keys in categories.values() for key in keys)),
            all_protected=people["mean"] > 0 and people["protected_mean"] >= people["mean"],
            counts_known=not _is_assumed(run),
        ),
        categories=categories,
        people=total,
        result=answer,
    )


def _is_assumed(run: ScenarioRun) -> bool:
    return bool(json.loads(run.result)["is_assumed"])


def board_of(row: Incident) -> Board:
    """Return the board; about seven queries."""
    rules = {each.rule.code: each for each in rules_in_force()}
    moments = moments_of(row.id)
    prediction = prediction_of(row.scenario_id)
    known = known_of(row.id)
    exposure = _exposure(prediction, known)
    decided = {each.rule: each for each in _decided(row.id)}
    roles = set(session().scalars(select(OrganisationRole.role)))
    mail = policy()
    zone = ZoneInfo(mail.zone)
    reached = set(prediction.categories if prediction else ()) | set(known.categories if known else ())
    in_force = [each.rule for each in rules.values() if each.is_active and each.dataset in {None, *reached}]
    on = row.declared_at.astimezone(zone).date()
    measured = duties(in_force, exposure, roles, on) if exposure else []
    measured = kept_duties(measured, decided.keys(), {code: each.rule for code, each in rules.items()})
    done = {code: each.outcome_at for code, each in decided.items() if each.outcome is DutyOutcome.DONE}
    running = clocks(
        measured,
        moments,
        zone=zone,
        is_business_day=mail.rules.is_working,
        submitted={code: at for code, at in done.items() if at is not None},
    )
    decisions = {code: _decision(each) for code, each in decided.items() if each.outcome is not DutyOutcome.OPEN}
    return Board(
        lines=tuple(board(running, decisions, seen=decided.keys())),
        rules=rules,
        moments=moments,
        exposure=exposure,
        prediction=prediction,
        has_roles=bool(roles),
        is_known=known is not None,
        zone=zone,
    )


def _exposure(prediction: Prediction | None, known: Known | None) -> Exposure | None:
    expected = prediction.exposure if prediction else None
    if known is None:
        return expected
    kinds = data_kinds(key for keys in known.categories.values() for key in keys)
    nobody = Exposure(people={}, data_kinds=frozenset(), counts_known=False)
    return known_exposure(known.counts, kinds, expected or nobody, is_final=known.revision.is_final)


def _decided(incident_id: int) -> list[IncidentDuty]:
    return list(session().scalars(select(IncidentDuty).where(IncidentDuty.incident_id == incident_id)))


def _decision(row: IncidentDuty) -> Decision:
    return Decision(
        is_done=row.outcome is DutyOutcome.DONE,
        at=row.outcome_at or row.seen_at,
        person=row.person_name or "",
        words=row.evidence or "",
        file_id=row.file_id,
    )
