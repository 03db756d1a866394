"""What reviews of accesses decided."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "access_review",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("access", sa.String(length=32), nullable=False, comment="Which access."),
        sa.Column(
            "outcome",
            sa.Enum(
                "confirmed",
                "modified",
                "revoked",
                name="access_outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="Decided.",
        ),
        sa.Column(
            "kind_before",
            sa.Enum(
                "network",
                "admin",
                "support_tool",
                "sso_agent",
                "api_read_all",
                "api_scoped",
                "sftp_push",
                name="kind_before",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="How it was.",
        ),
        sa.Column(
            "kind_after",
            sa.Enum(
                "network",
                "admin",
                "support_tool",
                "sso_agent",
                "api_read_all",
                "api_scoped",
                "sftp_push",
                name="kind_after",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="How it is now.",
        ),
        sa.Column("why", sa.Text(), nullable=True, comment="Why."),
        sa.Column("by", sa.String(length=254), nullable=False, comment="Who decided."),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When."),
        sa.ForeignKeyConstraint(["access"], ["access.code"], name=op.f("fk_access_review_access")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review")),
        comment="What each review of an access decided, and why.",
    )
    with op.batch_alter_table("access_review", schema=None) as batch_op:
        batch_op.create_index("ix_access_review_access", ["access"], unique=False)


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("access_review", schema=None) as batch_op:
        batch_op.drop_index("ix_access_review_access")

    op.drop_table("access_review")
