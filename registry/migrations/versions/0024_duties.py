"""Duties to tell: changed and own rules, what became of each duty of an incident, warnings sent."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _column(name: str, kind: sa.types.TypeEngine, comment: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=null, comment=comment)


def _duty_rule() -> None:
    op.create_table(
        "duty_rule",
        _column("code", sa.String(64), "As in the shipped list, or our own."),
        _column(
            "kind",
            sa.Enum("law", "contract", "policy", name="kind", native_enum=False, create_constraint=True, length=40),
            "Where it comes from.",
        ),
        _column("law", sa.String(200), "The law, the contract or the policy by name."),
        _column("jurisdiction", sa.String(10), "ISO 3166 code, EU, EEA, or * for everywhere."),
        _column("notify", sa.String(40), "Who is told."),
        _column("deadline_value", sa.Double(), "How much time; empty: words only.", null=True),
        _column("deadline_unit", sa.String(20), "hours, days, business_days or months.", null=True),
        _column("trigger", sa.String(40), "Moment that starts the clock."),
        _column("threshold_people", sa.BigInteger(), "From how many people on.", null=True),
        _column("threshold_note", sa.Text(), "A condition in words.", null=True),
        _column("applies_to", sa.String(60), "Role of the organisation it binds.", null=True),
        _column("safe_harbour", sa.String(40), "What lets it fall away.", null=True),
        _column("effective_from", sa.Date(), "First day it binds.", null=True),
        _column("effective_to", sa.Date(), "Last day it binds.", null=True),
        _column("previous", sa.String(64), "Rule whose notice starts this clock.", null=True),
        _column("wording", sa.Text(), "The time in words.", null=True),
        _column("note", sa.Text(), "What must be in it, and what else matters.", null=True),
        _column("source", sa.Text(), "Where it can be read."),
        _column("year", sa.Integer(), "Year of the source."),
        _column("certainty", sa.String(20), "How sure the source is."),
        _column("dataset", sa.String(32), "Only when this one is reached.", null=True),
        _column("is_active", sa.Boolean(), "False: it is left out."),
        _column("reviewed_on", sa.Date(), "When counsel looked at it last.", null=True),
        _column("reviewed_by", sa.String(200), "Who looked.", null=True),
        _column("why", sa.Text(), "Why it differs, or why it is there."),
        _column("version", sa.Integer(), "Rises with each change; a form sends it back."),
        sa.CheckConstraint("threshold_people >= 0", name=op.f("ck_duty_rule_threshold_not_negative")),
        sa.CheckConstraint("deadline_value > 0", name=op.f("ck_duty_rule_deadline_positive")),
        sa.ForeignKeyConstraint(["dataset"], ["dataset.code"], name=op.f("fk_duty_rule_dataset")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_duty_rule")),
        comment="Rules about whom to tell by when that differ from the shipped ones, and our own.",
    )
    op.create_index("ix_duty_rule_dataset", "duty_rule", ["dataset"])


def _incident_duty() -> None:
    op.create_table(
        "incident_duty",
        _column("id", sa.Integer(), "Given by the database."),
        _column("incident_id", sa.Integer(), "Which incident."),
        _column("rule", sa.String(64), "Code of the rule."),
        _column("seen_at", _MOMENT, "When it came onto the board."),
        _column(
            "outcome",
            sa.Enum("open", "done", "waived", name="outcome", native_enum=False, create_constraint=True, length=40),
            "What became of it.",
        ),
        _column("outcome_at", _MOMENT, "When it was done or waived.", null=True),
        _column("evidence", sa.Text(), "What shows that it was done, or why it was waived.", null=True),
        _column("file_id", sa.Integer(), "A file that shows it.", null=True),
        _column("person_id", sa.Integer(), "Who said so.", null=True),
        _column("person_name", sa.String(200), "Their name then.", null=True),
        _column("version", sa.Integer(), "Rises with each change; a form sends it back."),
        sa.ForeignKeyConstraint(["file_id"], ["incident_file.id"], name=op.f("fk_incident_duty_file_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_duty_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_duty")),
        sa.UniqueConstraint("incident_id", "rule", name=op.f("uq_incident_duty_incident_id_rule")),
        comment="What became of each duty of an incident.",
    )


def _duty_warning() -> None:
    op.create_table(
        "duty_warning",
        _column("id", sa.Integer(), "Given by the database."),
        _column("incident_id", sa.Integer(), "Which incident."),
        _column("rule", sa.String(64), "Code of the rule."),
        _column("due_at", _MOMENT, "When the clock runs out."),
        _column("step", sa.String(20), "half, four_fifths or end."),
        _column("planned_at", _MOMENT, "When it was planned."),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_duty_warning_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_warning")),
        sa.UniqueConstraint("incident_id", "rule", "due_at", "step", name=op.f("uq_duty_warning_all")),
        comment="Warnings at half, four fifths and the end of a clock; planned once.",
    )


def upgrade() -> None:
    """Create the tables."""
    _duty_rule()
    _incident_duty()
    _duty_warning()


def downgrade() -> None:
    """Drop them; what is in them is lost."""
    for table in (
        "duty_warning",
        "incident_duty",
        "duty_rule",
    ):
        op.drop_table(table)
