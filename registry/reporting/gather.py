"""A pack from one instant of the database: every sheet, the pictures, the counts they must agree with."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from registry.administration.queries import parameters_in_force
from registry.core import audit
from registry.core.db import session
from registry.core.migrate import head_revision
from registry.core.register import load
from registry.domain.scenario.scenario import with_changed_parameters
from registry.models.accounts import Person
from registry.models.assessments import Assessment, Evidence
from registry.models.audit import AuditEntry
from registry.models.findings import Acceptance, Finding
from registry.models.flows import Flow
from registry.models.mail import Reminder
from registry.models.scenarios import SavedScenario, ScenarioRun
from registry.models.vendors import Certificate, Vendor
from registry.reporting.cut import Cut, Quarter, Rows, lines, one_instant
from registry.reporting.sheets.assessments import assessment_sheets
from registry.reporting.sheets.compared import compared_sheets
from registry.reporting.sheets.exposure import exposure_sheets, pictures_and_charts
from registry.reporting.sheets.findings import finding_sheets
from registry.reporting.sheets.log import log_sheets
from registry.reporting.sheets.register import register_sheets
from registry.reporting.sheets.rules import rule_sheets
from reports.audit_pack import PackContent
from reports.cells import Plain
from reports.pack_plan import DORA, planned_sheets

__all__ = ["Before", "gather"]

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Before:
    """The pack before this one: its name, the hash of its file, and what it held."""

    pack_id: str
    sha256: str
    content: PackContent


def gather(quarter: Quarter, pack_id: str, maker: str, *, before: Before | None, progress: Progress) -> PackContent:
    """Read everything at one instant.

    Raises
    ------
    NoQuarter
        The quarter has not begun.
    TooManyChanges
        The change log of the period is longer than a sheet.
    """
    with one_instant() as (at, connection):
        head = audit.head(session())  # the first read: from here on everything is of this instant
        register = load(connection)
        quarter.refuse_when_ahead(at.date())
        parameters = with_changed_parameters(register, parameters_in_force())
        cut = Cut(
            at=at,
            quarter=quarter,
            register=register,
            parameters=parameters,
            previous=before.content if before else None,
        )
        tables = _tables(cut, pack_id, progress)
        populations = _populations(cut)
        names = planned_sheets()["02 Vendors"].names
        vendors = [dict(zip(names, row, strict=True)) for row in tables["02 Vendors"]]
        pictures, charts = pictures_and_charts(vendors, register.organisation.currency)
    return PackContent(
        pack_id=pack_id,
        made_at=at,
        cover=_cover(cut, pack_id, maker, before),
        tables={title: tables[title] for title in sorted(tables)},
        populations=populations,
        head_number=head.seq,
        head_hash=head.hash,
        pictures=pictures,
        charts=charts,
    )


def _tables(cut: Cut, pack_id: str, progress: Progress) -> dict[str, Rows]:
    steps: tuple[tuple[str, Callable[[Cut], dict[str, Rows]]], ...] = (
        ("Vendors and flows", register_sheets),
        ("Assessments", assessment_sheets),
        ("Findings and acceptances", finding_sheets),
        ("Scenarios", exposure_sheets),
        ("Change log and people", log_sheets),
        ("Method and data quality", rule_sheets),
    )
    tables: dict[str, Rows] = {}
    for number, (words, make) in enumerate(steps):
        progress(number / (len(steps) + 1), words)
        tables |= make(cut)
    progress(len(steps) / (len(steps) + 1), "Comparison with the previous pack")
    tables[DORA] = lines(DORA, [{"template": "not in use", "in_use": "no"}])
    return tables | compared_sheets(cut, tables, pack_id)


def _populations(cut: Cut) -> dict[str, int]:
    """Count the same populations by questions of their own."""

    def count(model: Any, *which: Any) -> int:
        return session().scalar(select(func.count()).select_from(model).where(*which)) or 0

    with_run = (
        select(func.count(ScenarioRun.scenario_id.distinct()))
        .join(SavedScenario)
        .where(SavedScenario.archived_at.is_(None))
    )
    evidence = count(Evidence, Evidence.archived_at.is_(None)) + count(Certificate, Certificate.archived_at.is_(None))
    return {
        "02 Vendors": count(Vendor, Vendor.archived_at.is_(None)),
        "04 Data flows": count(Flow, Flow.archived_at.is_(None)),
        "06 Assessments": count(Assessment),
        "08 Evidence": evidence,
        "09 Findings": count(Finding),
        "10 Acceptances": count(Acceptance),
        "11 Reminders": count(Reminder, Reminder.planned_at >= cut.since),
        "12 Scenarios": session().scalar(with_run) or 0,
        "22 People and rights": count(Person),
    }


@cache
def _application_version() -> str:
    text = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def _cover(cut: Cut, pack_id: str, maker: str, before: Before | None) -> tuple[tuple[str, Plain], ...]:
    at: datetime = cut.at.replace(tzinfo=None, microsecond=0)
    last = session().scalar(select(func.max(AuditEntry.seq)))
    assert last is None or isinstance(last, int)
    is_running = cut.today <= cut.quarter.last
    return (
        ("organisation", cut.register.organisation.name),
        ("period_from", cut.quarter.first),
        ("period_to", cut.quarter.last),
        ("cut_off_utc", at),
        ("period_is_over", "no, the period still runs" if is_running else "yes"),
        ("generated_at_utc", at),
        ("generated_by", maker),
        ("application_version", _application_version()),
        ("schema_version", head_revision()),
        ("filters", "none"),
        ("previous_pack_id", before.pack_id if before else None),
        ("previous_pack_sha256", before.sha256 if before else None),
        ("pack_id", pack_id),
        ("manifest_sha256", None),
        ("signing_key", None),
        ("prepared_by", None),
        ("reviewed_by", None),
        ("approved_by", None),
    )
