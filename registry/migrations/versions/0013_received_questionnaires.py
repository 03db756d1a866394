"""Questionnaires that vendors filled in: answers, with the file as evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "received_questionnaire",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Who answered."),
        sa.Column("evidence_id", sa.Integer(), nullable=False, comment="The kept file."),
        sa.Column("source", sa.String(length=40), nullable=False, comment="Which questionnaire."),
        sa.Column("edition", sa.String(length=20), nullable=True, comment="Version that the file names."),
        sa.Column("file_name", sa.String(length=200), nullable=False, comment="Name of the file as given."),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Hash of the file."),
        sa.Column("questions", sa.Integer(), nullable=False, comment="How many questions it holds."),
        sa.Column("answered", sa.Integer(), nullable=False, comment="How many of them are answered."),
        sa.Column("by_name", sa.String(length=200), nullable=False, comment="Who imported it."),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, comment="When it was imported."),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_received_questionnaire_evidence_id")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_received_questionnaire_vendor")),
        sa.CheckConstraint("source IN ('caiq', 'hecvat', 'other')", name=op.f("ck_received_questionnaire_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_questionnaire")),
        sa.UniqueConstraint("vendor", "sha256", name="uq_received_questionnaire_vendor_sha256"),
        comment="Questionnaires that vendors filled in.",
    )
    op.create_table(
        "received_answer",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("questionnaire", sa.Integer(), nullable=False, comment="Of which."),
        sa.Column("sheet", sa.String(length=100), nullable=False, comment="Sheet of the file."),
        sa.Column("row", sa.Integer(), nullable=False, comment="Row of the sheet."),
        sa.Column(
            "question_id", sa.String(length=60), nullable=False, comment="Number of the question, such as AIS-01.1."
        ),
        sa.Column("question", sa.Text(), nullable=True, comment="The question as asked."),
        sa.Column("answer", sa.Text(), nullable=True, comment="What was answered; empty: left blank."),
        sa.Column("comment", sa.Text(), nullable=True, comment="What was added."),
        sa.ForeignKeyConstraint(
            ["questionnaire"], ["received_questionnaire.id"], name=op.f("fk_received_answer_questionnaire")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_answer")),
        comment="Answers of questionnaires that vendors filled in.",
    )
    op.create_index("ix_received_answer_questionnaire", "received_answer", ["questionnaire"])
    op.create_index("ix_received_questionnaire_vendor", "received_questionnaire", ["vendor"])


def downgrade() -> None:
    """Drop them; the files stay among the evidence."""
    op.drop_index("ix_received_questionnaire_vendor", table_name="received_questionnaire")
    op.drop_index("ix_received_answer_questionnaire", table_name="received_answer")
    op.drop_table("received_answer")
    op.drop_table("received_questionnaire")
