"""Saved scenarios: questions, their readers and comments, and runs with the inputs they can be repeated from."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _column(name: str, kind: sa.types.TypeEngine, comment: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=null, comment=comment)


def _id() -> sa.Column:
    return _column("id", sa.Integer(), "Given by the database.")


def upgrade() -> None:
    """Create the tables of saved scenarios."""
    op.create_table(
        "scenario",
        _id(),
        _column("name", sa.String(200), "What people call it."),
        _column("purpose", sa.Text(), "What it is for.", null=True),
        _column("narrative", sa.Text(), "What is assumed to happen, as a story.", null=True),
        _column("question", sa.Text(), "The question, as the query of its address."),
        _column("person_id", sa.Integer(), "Who saved it.", null=True),
        _column("person_name", sa.String(200), "Their name at the time."),
        _column("created_at", _MOMENT, "When it was saved."),
        _column("archived_at", _MOMENT, "When it was archived; empty: live.", null=True),
        _column("job_id", sa.Integer(), "Long run asked for last, if any.", null=True),
        _column("version", sa.Integer(), "Rises with each change; a form sends it back."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        comment="One row per saved question about an assumed breach.",
    )
    op.create_table(
        "register_copy",
        _id(),
        _column("sha256", sa.String(64), "Hash of facts and parameters."),
        _column("revision", sa.BigInteger(), "Revision of the facts when it was taken."),
        _column("content", sa.LargeBinary(), "Facts and parameters, compressed."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_copy")),
        sa.UniqueConstraint("sha256", name=op.f("uq_register_copy_sha256")),
        comment="One row per state of the register that a run rests on.",
    )
    op.create_table(
        "scenario_run",
        _id(),
        _column("scenario_id", sa.Integer(), "Which scenario."),
        _column("copy_id", sa.Integer(), "The inputs."),
        _column("question", sa.Text(), "The question with its day and number of worlds fixed."),
        _column("seed", sa.String(20), "Seed of the draws; text, since it may have 63 bits."),
        _column("iterations", sa.Integer(), "Worlds that were simulated."),
        _column("input_hash", sa.String(64), "Hash of inputs and question."),
        _column("result_hash", sa.String(64), "Hash of every digit of the answer."),
        _column("result", sa.Text(), "JSON: the answer as its pages show it."),
        _column("answer", sa.LargeBinary(), "JSON of the whole answer, compressed."),
        _column("moved", sa.Text(), "JSON: what moved since the run before."),
        _column("made_at", _MOMENT, "When it was worked out."),
        _column("person_id", sa.Integer(), "Who asked.", null=True),
        _column("person_name", sa.String(200), "Their name at the time."),
        _column("repeated_at", _MOMENT, "When it was last worked out again.", null=True),
        _column("repeated_same", sa.Boolean(), "Whether that gave the same digits.", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_run")),
        sa.ForeignKeyConstraint(["scenario_id"], ["scenario.id"], name=op.f("fk_scenario_run_scenario_id")),
        sa.ForeignKeyConstraint(["copy_id"], ["register_copy.id"], name=op.f("fk_scenario_run_copy_id")),
        comment="One row per answer to a saved scenario.",
    )
    op.create_index("ix_scenario_run_scenario_id", "scenario_run", ["scenario_id"])
    op.create_index("ix_scenario_run_copy_id", "scenario_run", ["copy_id"])
    op.create_table(
        "scenario_reviewer",
        _column("scenario_id", sa.Integer(), "Which scenario."),
        _column("person_id", sa.Integer(), "Who."),
        _column("reviewed_at", _MOMENT, "When they had; empty: not yet.", null=True),
        _column("run_id", sa.Integer(), "The run they had before them.", null=True),
        sa.PrimaryKeyConstraint("scenario_id", "person_id", name=op.f("pk_scenario_reviewer")),
        sa.ForeignKeyConstraint(["scenario_id"], ["scenario.id"], name=op.f("fk_scenario_reviewer_scenario_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_scenario_reviewer_person_id")),
        comment="Who is asked to read a scenario over, and when they had.",
    )
    op.create_index("ix_scenario_reviewer_person_id", "scenario_reviewer", ["person_id"])
    op.create_table(
        "scenario_comment",
        _id(),
        _column("scenario_id", sa.Integer(), "Which scenario."),
        _column("person_id", sa.Integer(), "Who.", null=True),
        _column("person_name", sa.String(200), "Their name at the time."),
        _column("at", _MOMENT, "When."),
        _column("text", sa.Text(), "What was said."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_comment")),
        sa.ForeignKeyConstraint(["scenario_id"], ["scenario.id"], name=op.f("fk_scenario_comment_scenario_id")),
        comment="What people say about a scenario; never changed.",
    )
    op.create_index("ix_scenario_comment_scenario_id", "scenario_comment", ["scenario_id"])


def downgrade() -> None:
    """Drop them; saved scenarios and their runs are lost."""
    for table in ("scenario_comment", "scenario_reviewer", "scenario_run", "register_copy", "scenario"):
        op.drop_table(table)
