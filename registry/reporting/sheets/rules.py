"""Method and parameters with their sources, and what the register leaves unknown."""

from collections.abc import Iterator

from sqlalchemy import select

from registry.administration.queries import group_of
from registry.core.db import session
from registry.models.audit import AuditChange, AuditEntry
from registry.models.parameters import ParameterChange
from registry.models.portfolio import PortfolioRun
from registry.quality.kinds import Level
from registry.quality.queries import unsafeguarded_countries
from registry.quality.survey import survey
from registry.reporting.cut import Cut, Rows, first_by, lines

__all__ = ["rule_sheets"]

_FORMULAS: tuple[tuple[str, str], ...] = (
    ("edge probability", "min(1, p0 x multiplier x max(constant.control_floor, product(1 - efficacy x coverage)))"),
    ("people of a scenario", "sum over segments N x (1 - product over datasets (1 - e_d x coverage)); e_d = 1 - product over copies (1 - share x fraction)"),
    ("cost of an event", "ln C = cost.calibrated.intercept + cost.calibrated.slope x ln U + ln multipliers + cost.sigma x z, capped at cost.cap or annual revenue"),
    ("chance of a breach a year", "frequency base x revenue band x sector x posture, capped; a chance typed on the vendor replaces it"),
    ("expected loss a year", "sum over events of rate x mean cost, over the worlds of the portfolio run"),
    ("inherent risk", "strongest rule of tier.*; within a tier by the logarithm of people between the thresholds"),
    ("residual risk", "inherent risk x (1 - effectiveness)"),
    ("effectiveness", "score / 100 x effectiveness.most x product over open findings (1 - effectiveness.open_finding.SEVERITY) x (1 - effectiveness.expired_evidence)^expired"),
    ("score of an assessment", "sum(weight x points) / sum(weight) over shown, scored questions; capped when a non-negotiable question fails"),
)  # fmt: skip
_SEVERITIES = {Level.HIGH: "error", Level.MEDIUM: "warning", Level.LOW: "hint"}


def rule_sheets(cut: Cut) -> dict[str, Rows]:
    """Return the sheets about method and data quality."""
    return {
        "16 Method": lines("16 Method", [*_formulas(), *_portfolio(), *_parameters(cut)]),
        "17 Data quality": lines("17 Data quality", _quality(cut)),
    }


def _formulas() -> Iterator[dict[str, object]]:
    for name, text in _FORMULAS:
        yield {
            "item": "formula", "key": name, "text": text, "source": "documentation of the product, How figures are computed",
            "certainty": "derived", "changed_in_period": "no",
        }  # fmt: skip


def _portfolio() -> Iterator[dict[str, object]]:
    run = session().scalar(select(PortfolioRun).order_by(PortfolioRun.made_at.desc(), PortfolioRun.id.desc()).limit(1))
    if run is None:
        yield {
            "item": "portfolio run",
            "key": "none",
            "text": "No portfolio was run: people_at_risk and expected losses are empty.",
        }
        return
    for key, value in (
        ("id", run.id),
        ("as of", run.as_of),
        ("years", run.years),
        ("seed", run.seed),
        ("parameters", run.parameters),
    ):
        yield {
            "item": "portfolio run", "key": key, "value": str(value), "source": f"worked out for {run.person_name}",
            "effective_from": run.made_at.date(), "certainty": "derived",
        }  # fmt: skip


def _parameters(cut: Cut) -> Iterator[dict[str, object]]:
    changes = {
        row.key: row for row in session().scalars(select(ParameterChange).where(ParameterChange.archived_at.is_(None)))
    }
    who = _changed_by()
    for key, parameter in cut.parameters.rows.items():
        change = changes.get(key)
        since = change.updated_at if change else None
        yield {
            "item": group_of(key), "key": key, "value": parameter.text, "unit": parameter.unit, "text": parameter.note,
            "source": change.reason if change else parameter.source, "year": str(parameter.year), "certainty": parameter.certainty,
            "effective_from": since.date() if since else None, "changed_in_period": bool(since and since >= cut.since),
            "previous_value": str(parameter.shipped) if change else None,
            "changed_by": f"{who.get(str(change.id), 'unknown')}: {change.reason}" if change else None,
        }  # fmt: skip


def _changed_by() -> dict[str, str]:
    rows = session().execute(
        select(AuditChange.row_key, AuditEntry.actor)
        .join(AuditEntry, AuditEntry.work_id == AuditChange.work_id)
        .where(AuditChange.table_name == "parameter_change")
        .order_by(AuditEntry.seq)
    )
    return {row.row_key: row.actor for row in rows}


def _quality(cut: Cut) -> Iterator[dict[str, object]]:
    home = cut.register.organisation.country
    found = survey(cut.register, cut.parameters, cut.today, unsafeguarded=unsafeguarded_countries(home))
    before = first_by(cut.previous_rows("17 Data quality"), "rule", "code", "field")
    for line in found.lines:
        problem = line.problem
        known = before.get((line.kind.code, problem.subject, problem.column))
        yield {
            "rule": line.kind.code, "rule_text": line.kind.label, "severity": _SEVERITIES[line.kind.level], "entity": problem.sheet,
            "code": problem.subject, "name": found.about(line), "field": problem.column, "message": problem.message, "owner": line.owner,
            "open_since": known["open_since"] if known else str(cut.today), "in_previous_pack": known is not None if cut.previous else None,
        }  # fmt: skip
