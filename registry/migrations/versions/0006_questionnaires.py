"""Questionnaires written or imported here; the shipped ones stay in the package."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of questionnaires."""
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("code", sa.String(length=64), nullable=False, comment="Key of the questionnaire."),
        sa.Column("edition", sa.String(length=16), nullable=False, comment="Two numbers with a point, such as 1.0."),
        sa.Column("title", sa.String(length=200), nullable=False, comment="Title, as in the content."),
        sa.Column("state", sa.String(length=40), nullable=False, comment="Draft, published or retired."),
        sa.Column("content", sa.Text(), nullable=False, comment="JSON of the format questionnaire/1."),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Hash of the content."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was begun."),
        sa.Column("person_name", sa.String(length=200), nullable=False, comment="Who began it."),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True, comment="From then on it never changes."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("state IN ('draft', 'published', 'retired')", name=op.f("ck_questionnaire_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("code", "edition", name="uq_questionnaire_code_edition"),
        comment="One row per edition of a questionnaire that was written or imported here.",
    )


def downgrade() -> None:
    """Drop it with what was written."""
    op.drop_table("questionnaire")
