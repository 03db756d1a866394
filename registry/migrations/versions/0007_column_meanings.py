"""What the columns of imported lists meant."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "column_meaning",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("kind", sa.String(length=32), nullable=False, comment="Kind of import, as of import_run."),
        sa.Column(
            "signature", sa.String(length=64), nullable=False, comment="SHA-256 of the column names, in their order."
        ),
        sa.Column(
            "columns",
            sa.Text(),
            nullable=False,
            comment="JSON: name of each column and what it means; empty for nothing.",
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last said differently."
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_meaning")),
        sa.UniqueConstraint("kind", "signature", name=op.f("uq_column_meaning_kind_signature")),
        comment="One row per set of column names that was imported.",
    )


def downgrade() -> None:
    """Drop it; lists are guessed anew."""
    op.drop_table("column_meaning")
