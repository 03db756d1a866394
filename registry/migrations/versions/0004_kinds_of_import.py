"""Imports of several kinds: what a file is, and the vendor it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MAPPING = "JSON: answers given for this file: order of dates, mended cells"


def upgrade() -> None:
    """Add the kind (every import so far was of a register file) and the vendor."""
    with op.batch_alter_table("import_run") as table:
        table.add_column(
            sa.Column(
                "kind",
                sa.String(length=32),
                nullable=False,
                server_default="register",
                comment="Kind of import: register, vendors, ...",
            )
        )
        table.add_column(
            sa.Column(
                "vendor",
                sa.String(length=32),
                nullable=True,
                comment="Code of the vendor the file is about, if of one.",
            )
        )
        table.alter_column(
            "mapping", existing_type=sa.Text(), existing_nullable=False, existing_comment=f"{_MAPPING}.",
            comment=f"{_MAPPING}, choices.",
        )  # fmt: skip
    with op.batch_alter_table("import_run") as table:
        table.alter_column("kind", existing_type=sa.String(length=32), existing_nullable=False, server_default=None)
    op.create_index("ix_import_run_vendor", "import_run", ["vendor"])


def downgrade() -> None:
    """Drop them; the files of kinds that an older release does not know are left behind as register files."""
    op.drop_index("ix_import_run_vendor", table_name="import_run")
    with op.batch_alter_table("import_run") as table:
        table.alter_column(
            "mapping", existing_type=sa.Text(), existing_nullable=False, existing_comment=f"{_MAPPING}, choices.",
            comment=f"{_MAPPING}.",
        )  # fmt: skip
        table.drop_column("vendor")
        table.drop_column("kind")
