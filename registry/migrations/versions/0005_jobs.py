"""Background work: who leads, when each tick last ran, and long work as rows."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES = "state IN ('queued', 'running', 'done', 'failed', 'cancelled')"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=64), nullable=False, comment="What the right is for."),
        sa.Column("owner", sa.String(length=200), nullable=False, comment="Machine and process that hold it."),
        sa.Column(
            "token", sa.String(length=64), nullable=False, comment="New with every holder; a stale one writes nothing."
        ),
        sa.Column("lease_until", MOMENT, nullable=False, comment="Afterwards anybody may take it."),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
        comment="One row per right that only one process holds at a time.",
    )
    op.create_table(
        "heartbeat",
        sa.Column("tick", sa.String(length=64), nullable=False, comment="Name of the tick."),
        sa.Column("owner", sa.String(length=200), nullable=False, comment="Machine and process that ran it."),
        sa.Column("ran_at", MOMENT, nullable=False, comment="When it last ended, well or not."),
        sa.Column("well_at", MOMENT, nullable=True, comment="When it last ended well."),
        sa.Column("error", sa.Text(), nullable=True, comment="What went wrong at the last run."),
        sa.PrimaryKeyConstraint("tick", name=op.f("pk_heartbeat")),
        comment="One row per tick of the scheduler.",
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column(
            "kind", sa.String(length=64), nullable=False, comment="Which work; the program knows how it is done."
        ),
        sa.Column("params", sa.Text(), nullable=False, comment="JSON: what is to be done."),
        sa.Column("state", sa.String(length=40), nullable=False, comment="Where it stands."),
        sa.Column("created_at", MOMENT, nullable=False, comment="When it was asked for."),
        sa.Column("person_id", sa.Integer(), nullable=True, comment="Who asked; empty for the system."),
        sa.Column("person_name", sa.String(length=200), nullable=False, comment="Their name at the time."),
        sa.Column("cancel_wanted", sa.Boolean(), nullable=False, comment="Whether it shall stop soon."),
        sa.Column("owner", sa.String(length=200), nullable=True, comment="Who works on it."),
        sa.Column("token", sa.String(length=64), nullable=True, comment="New with every claim."),
        sa.Column("lease_until", MOMENT, nullable=True, comment="Afterwards anybody may claim it."),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="How often it was begun."),
        sa.Column("started_at", MOMENT, nullable=True, comment="Last beginning."),
        sa.Column("finished_at", MOMENT, nullable=True, comment="When it was settled."),
        sa.Column("result", sa.Text(), nullable=True, comment="JSON: what came out."),
        sa.Column("error", sa.Text(), nullable=True, comment="Why it failed or is tried again."),
        sa.Column("next_try", MOMENT, nullable=True, comment="Not before; empty: as soon as it is its turn."),
        sa.CheckConstraint(STATES, name=op.f("ck_job_state")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_job_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        comment="Long work, kept as rows so that no restart loses it.",
    )
    op.create_index("ix_job_state_created_at", "job", ["state", "created_at"])
    op.create_table(
        "job_progress",
        sa.Column("job_id", sa.Integer(), nullable=False, comment="Which job."),
        sa.Column("share", sa.Double(), nullable=False, comment="From 0 to 1."),
        sa.Column("step", sa.String(length=200), nullable=False, comment="What it is at, in words."),
        sa.Column("at", MOMENT, nullable=False, comment="When it was said."),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name=op.f("ck_job_progress_share_range")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_progress_job_id_job")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job_progress")),
        comment="How far a running job is.",
    )


def downgrade() -> None:
    """Drop them; work that waited is gone."""
    op.drop_table("job_progress")
    op.drop_index("ix_job_state_created_at", table_name="job")
    op.drop_table("job")
    op.drop_table("heartbeat")
    op.drop_table("lease")
