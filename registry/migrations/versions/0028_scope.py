"""What is known of an incident's reach, in revisions with counts by dataset and jurisdiction."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _column(name: str, kind: sa.types.TypeEngine, comment: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=null, comment=comment)


def _incident_scope() -> None:
    op.create_table(
        "incident_scope",
        _column("id", sa.Integer(), "Given by the database."),
        _column("incident_id", sa.Integer(), "Which incident."),
        _column("number", sa.Integer(), "Counted within the incident."),
        _column("source", sa.Text(), "Who said so, and how."),
        _column("told_at", _MOMENT, "When they said so."),
        _column("is_final", sa.Boolean(), "True: the source says that nothing more will come."),
        _column("file_id", sa.Integer(), "The file it came in.", null=True),
        _column("recorded_at", _MOMENT, "When it was recorded."),
        _column("person_name", sa.String(200), "Who recorded it."),
        sa.ForeignKeyConstraint(["file_id"], ["incident_file.id"], name=op.f("fk_incident_scope_file_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_scope_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_scope")),
        sa.UniqueConstraint("incident_id", "number", name=op.f("uq_incident_scope_incident_id_number")),
        comment="Revisions of what is known of an incident's reach; never changed.",
    )


def _incident_scope_count() -> None:
    op.create_table(
        "incident_scope_count",
        _column("id", sa.Integer(), "Given by the database."),
        _column("scope_id", sa.Integer(), "Which revision."),
        _column("dataset", sa.String(32), "Which dataset."),
        _column("jurisdiction", sa.String(10), "ISO 3166 code; empty: not known.", null=True),
        _column("people", sa.BigInteger(), "How many; empty: the source does not know.", null=True),
        _column("is_protected", sa.Boolean(), "True: encrypted or tokenised, and the key is safe."),
        sa.CheckConstraint("people >= 0", name=op.f("ck_incident_scope_count_people_not_negative")),
        sa.ForeignKeyConstraint(["dataset"], ["dataset.code"], name=op.f("fk_incident_scope_count_dataset")),
        sa.ForeignKeyConstraint(["scope_id"], ["incident_scope.id"], name=op.f("fk_incident_scope_count_scope_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_scope_count")),
        comment="Counts of a revision, by dataset and jurisdiction.",
    )
    op.create_index("ix_incident_scope_count_dataset", "incident_scope_count", ["dataset"])
    op.create_index("ix_incident_scope_count_scope_id", "incident_scope_count", ["scope_id"])


def upgrade() -> None:
    """Create the tables."""
    _incident_scope()
    _incident_scope_count()


def downgrade() -> None:
    """Drop them; what is in them is lost."""
    for table in (
        "incident_scope_count",
        "incident_scope",
    ):
        op.drop_table(table)
