"""Indexes from which the lists of vendors and flows are read without touching the rows."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

HELD = (
    "recipient",
    "archived_at",
    "storage",
    "starts",
    "ends",
    "deletion_certified",
    "sender",
    "dataset",
    "people",
    "people_share",
)


def upgrade() -> None:
    """Widen the index on recipients; add those on archived flows and on stages of vendors."""
    op.drop_index("ix_flow_recipient", table_name="flow")
    op.create_index("ix_flow_recipient", "flow", list(HELD))
    op.create_index("ix_flow_archived_at", "flow", ["archived_at", "code"])
    op.create_index("ix_vendor_lifecycle", "vendor", ["lifecycle", "archived_at"])


def downgrade() -> None:
    """Narrow it again."""
    op.drop_index("ix_vendor_lifecycle", table_name="vendor")
    op.drop_index("ix_flow_archived_at", table_name="flow")
    op.drop_index("ix_flow_recipient", table_name="flow")
    op.create_index("ix_flow_recipient", "flow", ["recipient"])
