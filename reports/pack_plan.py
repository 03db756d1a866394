"""Which sheets the quarterly audit workbook has, and what each column means, how it is worked out and what kind it holds.

The sheets 00 to 20 and the meaning of their columns come from the reference table `audit_workbook`; the sheets behind
them and a few columns that make figures re-performable are added here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from registry.reference.load import read_rows
from reports.workbook import CellKind

__all__ = [
    "CHECK",
    "COVER",
    "DORA",
    "MANIFEST",
    "PICTURES",
    "SIGN_OFF",
    "PlannedColumn",
    "PlannedSheet",
    "planned_sheets",
]

COVER, SIGN_OFF, DORA, MANIFEST = "00 Cover", "18 Sign-off", "19 DORA register", "20 Manifest"
CHECK, PICTURES = "21 Check", "26 Pictures"


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """A column of the workbook: its head, what it means, how a figure in it comes about, and its kind."""

    name: str
    meaning: str
    how: str
    kind: CellKind
    width: int | None = None

    @property
    def note(self) -> str:
        """What the note on its head says."""
        return f"{self.meaning}. {self.how}" if self.how else f"{self.meaning}."


@dataclass(frozen=True, slots=True)
class PlannedSheet:
    """A sheet of the workbook in the order of its columns."""

    title: str
    columns: tuple[PlannedColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Heads of the columns."""
        return tuple(column.name for column in self.columns)


_COUNTS = [
    "people",
    "records",
    "people_at_risk",
    "people_behind",
    "people_mean",
    "people_p05",
    "people_p95",
    "people_nested",
    "people_disjoint",
    "records_mean",
    "protected_mean",
    "systems_reached",
    "vendors_reached",
    "datasets_reached",
    "people_at_acceptance",
    "people_now",
    "people_change",
    "rows",
    "columns",
    "rows_in_sheet",
    "rows_in_database",
    "open_findings",
    "size_bytes",
    "days_late",
    "days_open",
    "days_overdue",
    "times_due_moved",
    "reopened",
    "rank",
    "shared_by_vendors",
    "route",
    "hop",
    "number",
    "change_log_number",
    "change_log_last_number",
    "iterations",
    "numerator",
    "denominator",
    "population",
    "drawn",
    "position",
    "key_empty",
    "key_duplicate",
    "foreign_key_missing",
    "mandatory_empty",
    "identifier_invalid",
    "code_invalid",
    "questionnaire_weight",
]
_NUMBERS = [
    "inherent_risk",
    "residual_risk",
    "last_score",
    "score",
    "points",
    "weight",
    "retention_months",
    "breach_notice_hours",
    "residual_at_acceptance",
    "residual_now",
    "first_duty_hours",
    "multiplier",
    "seed",
    "expected",
    "recomputed",
    "effectiveness",
    "uncapped_score",
    "cap",
    "weight_counted",
    "weighted_points",
    "value",
    "previous_value",
    "change",
]
_SHARES = ["people_share", "p_holds", "p0", "p", "chance_of_target", "interval_low", "interval_high"]
_MONEY = ["expected_loss_per_year", "cost_p05", "cost_median", "cost_mean", "cost_p95", "cost_cap"]
_DAYS = [
    "period_from",
    "period_to",
    "people_as_of",
    "contract_starts",
    "contract_ends",
    "last_assessment",
    "next_assessment_due",
    "last_review",
    "starts",
    "ends",
    "deletion_certified",
    "declared_on",
    "sent",
    "due",
    "due_first",
    "submitted",
    "reviewed",
    "next_review",
    "issued",
    "expires",
    "opened",
    "closed",
    "effective_from",
    "as_of",
]
_MOMENTS = [
    "first_recorded",
    "last_changed",
    "uploaded_at",
    "reviewed_at",
    "approved_at",
    "withdrawn_at",
    "planned_at",
    "sent_at",
    "run_at",
    "at_utc",
    "signed_at_utc",
    "last_sign_in",
    "drawn_at_utc",
    "cut_off_utc",
    "generated_at_utc",
]
_KINDS: Mapping[str, CellKind] = {
    **dict.fromkeys(_COUNTS, CellKind.COUNT),
    **dict.fromkeys(_NUMBERS, CellKind.NUMBER),
    **dict.fromkeys(_SHARES, CellKind.SHARE),
    **dict.fromkeys(_MONEY, CellKind.MONEY),
    **dict.fromkeys(_DAYS, CellKind.DAY),
    **dict.fromkeys(_MOMENTS, CellKind.MOMENT),
}
# Columns whose name says one thing on one sheet and another elsewhere.
_OWN_KINDS: Mapping[tuple[str, str], CellKind] = {
    ("08 Evidence", "reviewed_at"): CellKind.MOMENT,
    ("16 Method", "value"): CellKind.TEXT,
    ("16 Method", "previous_value"): CellKind.TEXT,
    ("02 Vendors", "people_source"): CellKind.TEXT,
    ("10 Acceptances", "expires"): CellKind.DAY,
    ("13 Scenario paths", "controls"): CellKind.TEXT,
}
_WIDTHS: Mapping[str, int] = {
    "definition": 60, "message": 60, "text_as_asked": 60, "statement": 70, "how_to_verify": 60, "what_is_not_proved": 60,
    "row_hashes": 40, "sha256": 68, "hash": 68, "previous_hash": 68, "what": 60, "rule_text": 44, "text": 60, "signature": 40,
    "code": 14, "vendor": 12, "scenario": 12, "assessment": 14, "question": 12, "from": 14, "to": 14, "sheet": 24,
}  # fmt: skip

_HOW: Mapping[tuple[str, str], str] = {
    ("01 Summary", "value"): "numerator / denominator where there is a denominator, else the numerator; recomputed on 21 Check.",
    ("01 Summary", "change"): "value - previous_value.",
    ("02 Vendors", "tier_computed"): "Band of inherent_risk: from 75 critical, from 50 high, from 25 medium, below low. Parameters tier.*",
    ("02 Vendors", "tier"): "The override where there is one, else tier_computed.",
    ("02 Vendors", "people"): "Upper bound over its copies and what its accesses open: largest share per dataset x people, capped by the segments.",
    ("02 Vendors", "inherent_risk"): "0 to 100: the strongest rule of parameters tier.*; within a tier by log(people) between the thresholds tier.*.people.",
    ("02 Vendors", "residual_risk"): "inherent_risk x (1 - effectiveness); recomputed on 21 Check.",
    ("02 Vendors", "effectiveness"): "last_score / 100 x effectiveness.most x (1 - effectiveness.open_finding.SEVERITY)^open "
    "x (1 - effectiveness.expired_evidence)^expired; 0 without an accepted assessment.",
    ("02 Vendors", "people_at_risk"): "Median of people over the worlds in which this vendor is the start, from the last portfolio run named on 16 Method.",
    ("02 Vendors", "expected_loss_per_year"): "Events a year x mean cost of an event, from the last portfolio run; parameters frequency.*, cost.*.",
    ("03 Data access", "people"): "People of the dataset x the share that the flow passes; the whole dataset for an access.",
    ("04 Data flows", "people"): "people typed on the flow, else people of the dataset x people_share.",
    ("04 Data flows", "rank"): "Fewest flow or access steps from our systems; empty when there are none.",
    ("04 Data flows", "p_holds"): "Probability typed on the flow, else exposure.holds.STORAGE.",
    ("05 Sub-processors", "people_behind"): "Sum over all flows to this sub-processor, each dataset once with its largest share.",
    ("06 Assessments", "score"): "sum(weight x points) / sum(weight) over shown, scored questions, capped when a non-negotiable question fails.",
    ("06 Assessments", "days_late"): "submitted - due, when positive.",
    ("07 Answers", "points"): "Points of the choice or band, or those of the reviewer; unanswered counts as the questionnaire says.",
    ("07 Answers", "weighted_points"): "weight x points of a question that counts.",
    ("12 Scenarios", "people_mean"): "Mean over the worlds of N x (1 - product(1 - share)); see 16 Method.",
    ("12 Scenarios", "cost_median"): "Cost model of cost_model with the parameters of parameter_set.",
    ("13 Scenario paths", "p"): "min(1, p0 x multiplier x max(constant.control_floor, product(1 - efficacy x coverage))).",
    ("13 Scenario paths", "chance_of_target"): "Over all routes together, from the cascade; never the product along one route.",
}  # fmt: skip

_MORE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "02 Vendors": (("effectiveness", "Share of the inherent risk that assessed safeguards take away"),),
    "06 Assessments": (
        ("uncapped_score", "Score before the cap of non-negotiable questions"),
        ("cap", "Cap that applies, empty when no non-negotiable question failed"),
    ),
    "07 Answers": (
        ("weight_counted", "Weight when the question counts, else empty"),
        ("weighted_points", "Weight times points when the question counts, else empty"),
    ),
    "20 Manifest": (
        ("part", "What the row hashes: the pack, a sheet, a column, rows, a picture"),
        ("item", "Column head, row numbers or name of the picture"),
        ("kind", "Kind of the column: how its numbers are read back into the canonical form"),
        ("row_hashes", "First 128 bits of the SHA-256 of each row in order, as hexadecimal"),
        ("row_check", "First 128 bits of the SHA-256 of this row of the manifest"),
    ),
}
_BEHIND: Mapping[str, tuple[tuple[str, str], ...]] = {
    CHECK: (
        ("check", "What is recomputed"),
        ("what", "How, in words"),
        ("expected", "Figure as the workbook states it"),
        ("recomputed", "Live formula over the sheets beside; computed when editing is enabled"),
        ("live_result", "Live: agrees or differs"),
        ("result", "The same comparison, made when the pack was written: a protected view computes nothing"),
        ("formula", "The formula as text"),
    ),
    "22 People and rights": (
        ("person", "Name of the account"),
        ("email", "Address"),
        ("roles", "Roles held at cut-off"),
        ("functions", "Functions held at cut-off"),
        ("active", "Yes or no"),
        ("second_factor", "Yes when an authenticator is set up"),
        ("last_sign_in", "Last sign-in in the audit log; empty: never"),
        ("permissions", "What the roles allow, as the permission matrix has it"),
    ),
    "23 Privileged acts": (
        ("number", "Number in the change log"),
        ("at_utc", "When"),
        ("actor", "Who"),
        ("action", "What was done"),
        ("subject", "To what"),
        ("why_listed", "Why this counts as privileged"),
    ),
    "24 Downloads": (
        ("number", "Number in the change log"),
        ("at_utc", "When"),
        ("actor", "Who"),
        ("action", "What was taken"),
        ("subject", "Which pack, list or file"),
        ("file", "Name of the file, where noted"),
        ("sha256", "Hash of the file, where noted"),
    ),
    "25 Samples": (
        ("sample", "Name of the sample"),
        ("population_sheet", "Sheet it is drawn from"),
        ("population", "Rows it is drawn from"),
        ("drawn", "How many were drawn"),
        ("seed", "Seed of the draw"),
        ("position", "Place in the sample"),
        ("key", "Key of the row drawn"),
        ("method", "How it was drawn, so that it can be repeated"),
        ("drawn_by", "Who asked for it"),
        ("drawn_at_utc", "When"),
    ),
}


def kind_of(sheet: str, name: str) -> CellKind:
    """Return what kind of values a column holds."""
    return _OWN_KINDS.get((sheet, name), _KINDS.get(name, CellKind.TEXT))


@cache
def planned_sheets() -> Mapping[str, PlannedSheet]:
    """Return every sheet but the pictures, by title, in the order of the workbook."""
    meanings: dict[str, list[tuple[str, str]]] = {}
    for row in read_rows("audit_workbook"):
        meanings.setdefault(row["sheet"], []).append((row["column"], row["meaning"]))
    for sheet, more in (*_MORE.items(), *_BEHIND.items()):
        meanings.setdefault(sheet, []).extend(more)
    return {
        sheet: PlannedSheet(sheet, tuple(_column(sheet, *each) for each in meanings[sheet]))
        for sheet in sorted(meanings)
    }


def _column(sheet: str, name: str, meaning: str) -> PlannedColumn:
    return PlannedColumn(name, meaning, _HOW.get((sheet, name), ""), kind_of(sheet, name), _WIDTHS.get(name))
