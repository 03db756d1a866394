"""Imports of long files: read and written by a job, while the person does something else."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_NAME = "import_state"
_BEFORE = ("checked", "committed", "undone", "discarded")
_AFTER = ("reading", *_BEFORE)


def _allow(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("import_run") as table:
        table.drop_constraint(op.f(f"ck_import_run_{_NAME}"), type_="check")
        table.create_check_constraint(op.f(f"ck_import_run_{_NAME}"), sa.text(f"state IN ({listed})"))


def upgrade() -> None:
    """Add the job, and the state of a file that is not read yet."""
    with op.batch_alter_table("import_run") as table:
        table.add_column(
            sa.Column(
                "job_id",
                sa.Integer(),
                nullable=True,
                comment="Long work asked for last: reading the file, or writing it.",
            )
        )
    _allow(_AFTER)


def downgrade() -> None:
    """Drop the job; a file that was not read yet is given up, as an older release cannot show it."""
    run = sa.table("import_run", sa.column("state", sa.String()))
    op.execute(run.update().where(run.c.state == "reading").values(state="discarded"))
    _allow(_BEFORE)
    with op.batch_alter_table("import_run") as table:
        table.drop_column("job_id")
