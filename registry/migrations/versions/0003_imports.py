"""Imports: files on their way into the register, and what undoing one needs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of imports."""
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("file_name", sa.String(length=200), nullable=False, comment="Name of the file as uploaded."),
        sa.Column(
            "stored_name", sa.String(length=32), nullable=True, comment="The kept file; empty when none is kept."
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Hash of the file."),
        sa.Column(
            "mapping",
            sa.Text(),
            nullable=False,
            comment="JSON: answers given for this file: order of dates, mended cells.",
        ),
        sa.Column("state", sa.String(length=40), nullable=False, comment="Where it stands."),
        sa.Column(
            "revision",
            sa.BigInteger(),
            nullable=False,
            comment="Revision of the facts that the preview was made against.",
        ),
        sa.Column("preview", sa.Text(), nullable=False, comment="JSON: what the import would do."),
        sa.Column(
            "journal", sa.Text(), nullable=True, comment="JSON: keys of new facts, and changed fields before and after."
        ),
        sa.Column("person_id", sa.Integer(), nullable=True, comment="Who imports; empty for the command line."),
        sa.Column("person_name", sa.String(length=200), nullable=False, comment="Their name at the time."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the file was read first."),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True, comment="When it was written."),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True, comment="When it was undone."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint(
            "state IN ('checked', 'committed', 'undone', 'discarded')", name=op.f("ck_import_run_import_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        comment="One row per file that was read to be imported.",
    )
    op.create_index("ix_import_run_created_at", "import_run", ["created_at"])


def downgrade() -> None:
    """Drop it; what was imported stays, and can no longer be undone as one act."""
    op.drop_index("ix_import_run_created_at", table_name="import_run")
    op.drop_table("import_run")
