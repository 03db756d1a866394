"""The answers that placed controls rest on."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "placement_source",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("placement_id", sa.Integer(), nullable=False, comment="Which placement."),
        sa.Column("assessment_id", sa.Integer(), nullable=False, comment="Which assessment."),
        sa.Column("question", sa.String(length=16), nullable=False, comment="Question whose answer is the evidence."),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_placement_source_assessment_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_placement_source_placement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_source")),
        sa.UniqueConstraint("placement_id", name="uq_placement_source_placement_id"),
        comment="Which answer of which assessment a placed control rests on.",
    )
    with op.batch_alter_table("placement_source", schema=None) as batch_op:
        batch_op.create_index("ix_placement_source_assessment_id", ["assessment_id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("placement_source", schema=None) as batch_op:
        batch_op.drop_index("ix_placement_source_assessment_id")

    op.drop_table("placement_source")
