"""Assessments: what was asked, the answers, notes, files, and the decision."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATES = (
    "state IN ('draft', 'sent', 'in_progress', 'submitted', 'in_review', 'returned', 'accepted', "
    "'accepted_with_conditions', 'closed', 'expired', 'cancelled')"
)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "asked_questionnaire",
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Hash of the content."),
        sa.Column("code", sa.String(length=64), nullable=False, comment="Key of the questionnaire."),
        sa.Column("edition", sa.String(length=16), nullable=False, comment="Edition."),
        sa.Column("title", sa.String(length=200), nullable=False, comment="Title."),
        sa.Column("content", sa.Text(), nullable=False, comment="JSON of the format questionnaire/1."),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_asked_questionnaire")),
        comment="Questionnaires frozen as they were asked.",
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Who is assessed."),
        sa.Column("asked", sa.String(length=64), nullable=False, comment="What is asked."),
        sa.Column("title", sa.String(length=200), nullable=False, comment="Title of what is asked."),
        sa.Column("period", sa.String(length=40), nullable=False, comment="For which time, such as 2026."),
        sa.Column("state", sa.String(length=40), nullable=False, comment="Where it stands."),
        sa.Column("cycle", sa.Integer(), nullable=False, comment="Rises when it is returned or its due date moves."),
        sa.Column("due", sa.Date(), nullable=False, comment="To be submitted by, in the organisation's zone."),
        sa.Column("owner_email", sa.String(length=254), nullable=True, comment="Our person who sees to it."),
        sa.Column("reviewer_email", sa.String(length=254), nullable=True, comment="Who reviews; never who answered."),
        sa.Column("created_at", MOMENT, nullable=False, comment="When it was begun."),
        sa.Column("sent_at", MOMENT, nullable=True, comment="When it was opened to the vendor."),
        sa.Column("submitted_at", MOMENT, nullable=True, comment="Last submission."),
        sa.Column("submitted_by", sa.String(length=200), nullable=True, comment="Who attests the answers."),
        sa.Column("submitted_role", sa.String(length=200), nullable=True, comment="In which role."),
        sa.Column("decided_at", MOMENT, nullable=True, comment="When the review ended."),
        sa.Column("decided_by", sa.String(length=254), nullable=True, comment="Address of who decided."),
        sa.Column("rationale", sa.Text(), nullable=True, comment="Why it was decided so, or why it was returned."),
        sa.Column("conditions", sa.Text(), nullable=True, comment="What the vendor must still do."),
        sa.Column("score", sa.Double(), nullable=True, comment="Score at the decision; empty: nothing is scored."),
        sa.Column("band", sa.String(length=40), nullable=True, comment="Band of the score: the posture it gives."),
        sa.Column("formula", sa.Text(), nullable=True, comment="How the score was worked out, in figures."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint(STATES, name=op.f("ck_assessment_state")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_assessment_score_range")),
        sa.ForeignKeyConstraint(["asked"], ["asked_questionnaire.sha256"], name=op.f("fk_assessment_asked")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_assessment_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        comment="One questionnaire for one vendor and period.",
    )
    op.create_index("ix_assessment_state_due", "assessment", ["state", "due"], unique=False)
    op.create_index("ix_assessment_vendor", "assessment", ["vendor"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Whose evidence it is."),
        sa.Column("file_name", sa.String(length=200), nullable=False, comment="Name of the file as given."),
        sa.Column("stored_name", sa.String(length=32), nullable=False, comment="Name in the store."),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Hash of the file."),
        sa.Column("size", sa.Integer(), nullable=False, comment="Bytes."),
        sa.Column("kind", sa.String(length=64), nullable=False, comment="Code of the list of certificates, or other."),
        sa.Column("issued", sa.Date(), nullable=True, comment="When it was issued."),
        sa.Column("expires", sa.Date(), nullable=True, comment="Last day on which it proves anything."),
        sa.Column("scan", sa.String(length=20), nullable=False, comment="clean, or not_scanned."),
        sa.Column("by_name", sa.String(length=254), nullable=False, comment="Who gave it."),
        sa.Column("at", MOMENT, nullable=False, comment="When."),
        sa.Column("archived_at", MOMENT, nullable=True, comment="When it was put away."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("expires >= issued", name=op.f("ck_evidence_days_in_order")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_evidence_size_not_negative")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_evidence_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        comment="Files that prove something.",
    )
    op.create_index("ix_evidence_expires", "evidence", ["expires"], unique=False)
    op.create_index("ix_evidence_vendor", "evidence", ["vendor"], unique=False)
    op.create_table(
        "answer_evidence",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("assessment_id", sa.Integer(), nullable=False, comment="Which assessment."),
        sa.Column("question", sa.String(length=16), nullable=False, comment="Id of the question."),
        sa.Column("evidence_id", sa.Integer(), nullable=False, comment="Which file."),
        sa.Column("note", sa.String(length=200), nullable=True, comment="Where in it: page 41."),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_answer_evidence_assessment_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_answer_evidence_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_evidence")),
        sa.UniqueConstraint("assessment_id", "question", "evidence_id", name="uq_answer_evidence_all"),
        comment="Which file stands behind which answer.",
    )
    op.create_table(
        "assessment_answer",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("assessment_id", sa.Integer(), nullable=False, comment="Which assessment."),
        sa.Column("question", sa.String(length=16), nullable=False, comment="Id of the question."),
        sa.Column("value", sa.Text(), nullable=True, comment="The answer in writing; several choices with semicolons."),
        sa.Column("comment", sa.Text(), nullable=True, comment="What whoever answers adds."),
        sa.Column("by_name", sa.String(length=254), nullable=False, comment="Who answered last."),
        sa.Column("by_person_id", sa.Integer(), nullable=True, comment="The person, when it is one of ours."),
        sa.Column("at", MOMENT, nullable=False, comment="When."),
        sa.Column("points", sa.Double(), nullable=True, comment="Points the reviewer gave instead."),
        sa.Column("points_why", sa.Text(), nullable=True, comment="Why."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("points BETWEEN 0 AND 100", name=op.f("ck_assessment_answer_points_range")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_answer_assessment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_answer")),
        sa.UniqueConstraint("assessment_id", "question", name="uq_assessment_answer_assessment_id_question"),
        comment="One row per question that somebody touched.",
    )
    op.create_table(
        "question_note",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("assessment_id", sa.Integer(), nullable=False, comment="Which assessment."),
        sa.Column("question", sa.String(length=16), nullable=False, comment="Id of the question."),
        sa.Column("is_ours", sa.Boolean(), nullable=False, comment="Written by our side."),
        sa.Column("author", sa.String(length=254), nullable=False, comment="Who wrote it."),
        sa.Column("body", sa.Text(), nullable=False, comment="What is said."),
        sa.Column("at", MOMENT, nullable=False, comment="When."),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_question_note_assessment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_note")),
        comment="Questions and remarks between us and the vendor, per question.",
    )
    op.create_index("ix_question_note_assessment_id", "question_note", ["assessment_id"], unique=False)


def downgrade() -> None:
    """Drop them with what was answered; the files stay in the store."""
    op.drop_index("ix_question_note_assessment_id", table_name="question_note")
    op.drop_table("question_note")
    op.drop_table("assessment_answer")
    op.drop_table("answer_evidence")
    op.drop_index("ix_evidence_vendor", table_name="evidence")
    op.drop_index("ix_evidence_expires", table_name="evidence")
    op.drop_table("evidence")
    op.drop_index("ix_assessment_vendor", table_name="assessment")
    op.drop_index("ix_assessment_state_due", table_name="assessment")
    op.drop_table("assessment")
    op.drop_table("asked_questionnaire")
