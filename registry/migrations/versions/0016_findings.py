"""Findings, their moved due dates and proofs; acceptances of what is left."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "finding",
        sa.Column("code", sa.String(length=32), nullable=False, comment="FI-0001."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Whose finding it is."),
        sa.Column("assessment_id", sa.Integer(), nullable=True, comment="Where it came up, if there."),
        sa.Column("question", sa.String(length=16), nullable=True, comment="Question of that assessment."),
        sa.Column(
            "rule", sa.String(length=32), nullable=True, comment="answer: suggested by an answer; empty: by hand."
        ),
        sa.Column("title", sa.String(length=300), nullable=False, comment="In one line."),
        sa.Column("detail", sa.Text(), nullable=True, comment="What is wrong."),
        sa.Column(
            "severity",
            sa.Enum(
                "critical",
                "high",
                "medium",
                "low",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="How bad.",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "in_work",
                "fixed",
                "verified",
                "accepted",
                "reopened",
                name="finding_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="Where it stands.",
        ),
        sa.Column("opened", sa.Date(), nullable=False, comment="When it was raised."),
        sa.Column("opened_by", sa.String(length=254), nullable=False, comment="Who raised it."),
        sa.Column("due", sa.Date(), nullable=False, comment="To be fixed by."),
        sa.Column("due_first", sa.Date(), nullable=False, comment="The first due date; stays when it moves."),
        sa.Column("cycle", sa.Integer(), nullable=False, comment="Rises when it moves or is re-opened."),
        sa.Column("owner_email", sa.String(length=254), nullable=True, comment="Our person who sees to it."),
        sa.Column("vendor_contact", sa.String(length=254), nullable=True, comment="Who at the vendor."),
        sa.Column("is_vendors", sa.Boolean(), nullable=False, comment="The vendor must put it right; else we must."),
        sa.Column("plan", sa.Text(), nullable=True, comment="Agreed remedy."),
        sa.Column("closure", sa.Text(), nullable=True, comment="What was done, or why it was re-opened."),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True, comment="When it was last called fixed."),
        sa.Column("fixed_by", sa.String(length=254), nullable=True, comment="Who called it so."),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True, comment="When that was verified."),
        sa.Column(
            "verified_by", sa.String(length=254), nullable=True, comment="Who verified; neither owner nor fixer."
        ),
        sa.Column("reopened", sa.Integer(), nullable=False, comment="How often it was re-opened."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_finding_assessment_id")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_finding_vendor")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_finding")),
        sa.UniqueConstraint("assessment_id", "question", "rule", name="uq_finding_answer"),
        comment="What must be put right.",
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index("ix_finding_state_due", ["state", "due"], unique=False)
        batch_op.create_index("ix_finding_vendor", ["vendor"], unique=False)

    op.create_table(
        "acceptance",
        sa.Column("code", sa.String(length=32), nullable=False, comment="AC-0001."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Whose risk it is."),
        sa.Column("finding", sa.String(length=32), nullable=True, comment="Empty: the vendor's risk as a whole."),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why it is accepted."),
        sa.Column("conditions", sa.Text(), nullable=True, comment="What must hold meanwhile."),
        sa.Column("expires", sa.Date(), nullable=False, comment="Last day it holds."),
        sa.Column("residual", sa.Double(), nullable=True, comment="Residual risk, frozen; empty: was not known."),
        sa.Column(
            "band",
            sa.Enum(
                "critical", "high", "medium", "low", name="band", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
            comment="Its band, frozen.",
        ),
        sa.Column("people", sa.Double(), nullable=True, comment="People at risk, frozen."),
        sa.Column(
            "expected_loss", sa.Double(), nullable=True, comment="Expected loss of a year, frozen; empty: not known."
        ),
        sa.Column(
            "needs", sa.String(length=20), nullable=False, comment="Least approver: vendor_manager, ciso or executive."
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "refused",
                "withdrawn",
                "expired",
                name="acceptance_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="Where it stands.",
        ),
        sa.Column("proposed_by", sa.String(length=254), nullable=False, comment="Address of who proposed it."),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False, comment="When."),
        sa.Column("decided_by", sa.String(length=254), nullable=True, comment="Address of who approved or refused it."),
        sa.Column("decided_for", sa.String(length=254), nullable=True, comment="Whose deputy that was, if a deputy."),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True, comment="When."),
        sa.Column("decided_why", sa.Text(), nullable=True, comment="Why it was refused."),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="When it was withdrawn or expired."),
        sa.Column("ended_by", sa.String(length=254), nullable=True, comment="Who withdrew it."),
        sa.Column("ended_why", sa.Text(), nullable=True, comment="Why."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("residual BETWEEN 0 AND 100", name=op.f("ck_acceptance_residual_range")),
        sa.ForeignKeyConstraint(["finding"], ["finding.code"], name=op.f("fk_acceptance_finding")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_acceptance_vendor")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_acceptance")),
        comment="Risks that are accepted for a time, with the figures they were accepted at.",
    )
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.create_index("ix_acceptance_finding", ["finding"], unique=False)
        batch_op.create_index("ix_acceptance_state_expires", ["state", "expires"], unique=False)
        batch_op.create_index("ix_acceptance_vendor", ["vendor"], unique=False)

    op.create_table(
        "finding_due_move",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("finding", sa.String(length=32), nullable=False, comment="Which finding."),
        sa.Column("before", sa.Date(), nullable=False, comment="Due date until then."),
        sa.Column("after", sa.Date(), nullable=False, comment="Due date from then."),
        sa.Column("why", sa.Text(), nullable=False, comment="Why."),
        sa.Column("by", sa.String(length=254), nullable=False, comment="Who moved it."),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When."),
        sa.ForeignKeyConstraint(["finding"], ["finding.code"], name=op.f("fk_finding_due_move_finding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_due_move")),
        comment="Due dates that were moved, with the reason.",
    )
    with op.batch_alter_table("finding_due_move", schema=None) as batch_op:
        batch_op.create_index("ix_finding_due_move_finding", ["finding"], unique=False)

    op.create_table(
        "finding_evidence",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("finding", sa.String(length=32), nullable=False, comment="Which finding."),
        sa.Column("evidence_id", sa.Integer(), nullable=False, comment="Which file."),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_finding_evidence_evidence_id")),
        sa.ForeignKeyConstraint(["finding"], ["finding.code"], name=op.f("fk_finding_evidence_finding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_evidence")),
        sa.UniqueConstraint("finding", "evidence_id", name="uq_finding_evidence_finding_evidence_id"),
        comment="Files that prove a finding closed.",
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("finding_evidence")
    with op.batch_alter_table("finding_due_move", schema=None) as batch_op:
        batch_op.drop_index("ix_finding_due_move_finding")

    op.drop_table("finding_due_move")
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.drop_index("ix_acceptance_vendor")
        batch_op.drop_index("ix_acceptance_state_expires")
        batch_op.drop_index("ix_acceptance_finding")

    op.drop_table("acceptance")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index("ix_finding_vendor")
        batch_op.drop_index("ix_finding_state_due")

    op.drop_table("finding")
