"""Where people are in the tour."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of tours."""
    op.create_table(
        "tour_progress",
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Whose tour it is."),
        sa.Column("step", sa.String(length=40), nullable=False, comment="Name of the step that is shown."),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Skipped or walked to the end; empty: open.",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tour_progress_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_tour_progress")),
        comment="Where people are in the tour; state of the screen, not of the register.",
    )


def downgrade() -> None:
    """Drop it; everybody's tour begins anew."""
    op.drop_table("tour_progress")
