"""Portfolio runs: answers about all vendors, kept as they were worked out."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "portfolio_run",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="When it was done."),
        sa.Column("as_of", sa.Date(), nullable=False, comment="The register as of this day."),
        sa.Column("revision", sa.BigInteger(), nullable=False, comment="Revision of the facts it rests on."),
        sa.Column("years", sa.Integer(), nullable=False, comment="Simulated years."),
        sa.Column("seed", sa.BigInteger(), nullable=False, comment="Seed of all draws."),
        sa.Column("parameters", sa.String(length=64), nullable=False, comment="Hash of the parameters in force."),
        sa.Column("person_name", sa.String(length=200), nullable=False, comment="Who asked."),
        sa.Column("expected_loss", sa.Double(), nullable=False, comment="Expected loss of a year, for the history."),
        sa.Column("result", sa.Text(), nullable=False, comment="JSON: the answer, as ./run portfolio --json gives it."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_run")),
        comment="One row per portfolio that was worked out.",
    )
    op.create_index("ix_portfolio_run_made_at", "portfolio_run", ["made_at"])


def downgrade() -> None:
    """Drop it with the answers."""
    op.drop_index("ix_portfolio_run_made_at", table_name="portfolio_run")
    op.drop_table("portfolio_run")
