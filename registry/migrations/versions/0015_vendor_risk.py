"""Risk of vendors as last worked out: inherent, tier, effectiveness, residual."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "vendor_risk",
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Which vendor."),
        sa.Column(
            "people", sa.Double(), nullable=False, comment="People whose data it could expose by itself, at most."
        ),
        sa.Column("inherent", sa.Double(), nullable=False, comment="0 to 100."),
        sa.Column(
            "tier",
            sa.Enum(
                "critical", "high", "medium", "low", name="tier", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
            comment="Band of the inherent risk, as computed.",
        ),
        sa.Column("reasons", sa.Text(), nullable=False, comment="Rules that led there, a line each, strongest first."),
        sa.Column("effectiveness", sa.Double(), nullable=False, comment="Share that its safeguards take away."),
        sa.Column("formula", sa.Text(), nullable=False, comment="How the effectiveness was worked out, in figures."),
        sa.Column("residual", sa.Double(), nullable=False, comment="Inherent times (1 minus effectiveness)."),
        sa.Column(
            "band",
            sa.Enum(
                "critical", "high", "medium", "low", name="band", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
            comment="Band of the residual risk.",
        ),
        sa.Column(
            "expected_loss",
            sa.Double(),
            nullable=True,
            comment="Expected loss of a year, from the last portfolio; empty: none was run.",
        ),
        sa.Column("worked_out_at", sa.DateTime(timezone=True), nullable=False, comment="When it last changed."),
        sa.CheckConstraint("inherent BETWEEN 0 AND 100", name=op.f("ck_vendor_risk_inherent_range")),
        sa.CheckConstraint("residual BETWEEN 0 AND 100", name=op.f("ck_vendor_risk_residual_range")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_vendor_risk_vendor")),
        sa.PrimaryKeyConstraint("vendor", name=op.f("pk_vendor_risk")),
        comment="What was last worked out about each vendor's risk; no row: nothing is registered to work it out from.",
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("vendor_risk")
