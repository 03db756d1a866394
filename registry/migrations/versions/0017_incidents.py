"""Incidents: what was declared, the moments that start clocks, the timeline, its files and legal readers."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _column(name: str, kind: sa.types.TypeEngine, comment: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=null, comment=comment)


def _incident() -> None:
    op.create_table(
        "incident",
        _column("id", sa.Integer(), "Given by the database."),
        _column("title", sa.String(200), "What people call it."),
        _column(
            "state",
            sa.Enum(
                "suspected",
                "confirmed",
                "contained",
                "closed",
                "refuted",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            "Where it stands.",
        ),
        _column("is_drill", sa.Boolean(), "True: nothing of it happened."),
        _column("kind", sa.String(40), "Kind of breach that is assumed."),
        _column("learned", sa.Text(), "How it was learned.", null=True),
        _column("declared_at", _MOMENT, "When it was declared."),
        _column("person_id", sa.Integer(), "Who declared it.", null=True),
        _column("person_name", sa.String(200), "Their name at the time."),
        _column("lead_id", sa.Integer(), "Who leads the response.", null=True),
        _column("copy_id", sa.Integer(), "The register as it was."),
        _column("scenario_id", sa.Integer(), "What it is expected to reach."),
        _column("version", sa.Integer(), "Rises with each change; a form sends it back."),
        sa.ForeignKeyConstraint(["copy_id"], ["register_copy.id"], name=op.f("fk_incident_copy_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["person.id"], name=op.f("fk_incident_lead_id")),
        sa.ForeignKeyConstraint(["scenario_id"], ["scenario.id"], name=op.f("fk_incident_scenario_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        comment="Breaches that are suspected or known, and drills of them; never deleted.",
    )
    op.create_index("ix_incident_state", "incident", ["state"])


def _incident_start() -> None:
    op.create_table(
        "incident_start",
        _column("incident_id", sa.Integer(), "Which incident."),
        _column("vendor", sa.String(32), "Which vendor."),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_start_incident_id")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_incident_start_vendor")),
        sa.PrimaryKeyConstraint("incident_id", "vendor", name=op.f("pk_incident_start")),
        comment="Where an incident began.",
    )
    op.create_index("ix_incident_start_vendor", "incident_start", ["vendor"])


def _incident_file() -> None:
    op.create_table(
        "incident_file",
        _column("id", sa.Integer(), "Given by the database."),
        _column("incident_id", sa.Integer(), "Which incident."),
        _column("file_name", sa.String(200), "Name of the file as given."),
        _column("stored_name", sa.String(32), "Name in the store."),
        _column("sha256", sa.String(64), "Hash of the file."),
        _column("size", sa.Integer(), "Bytes."),
        _column("is_legal", sa.Boolean(), "True: for the legal readers alone."),
        _column("person_name", sa.String(200), "Who gave it."),
        _column("at", _MOMENT, "When."),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_file_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_file")),
        comment="Files that stand behind moments, duties and entries.",
    )
    op.create_index("ix_incident_file_incident_id", "incident_file", ["incident_id"])


def _incident_moment() -> None:
    op.create_table(
        "incident_moment",
        _column("id", sa.Integer(), "Given by the database."),
        _column("incident_id", sa.Integer(), "Which incident."),
        _column("trigger", sa.String(40), "What happened then."),
        _column("at", _MOMENT, "When; empty: it is taken back.", null=True),
        _column("evidence", sa.Text(), "What shows it, or why it is taken back."),
        _column("file_id", sa.Integer(), "The file that shows it.", null=True),
        _column("recorded_at", _MOMENT, "When it was recorded."),
        _column("person_id", sa.Integer(), "Who recorded it.", null=True),
        _column("person_name", sa.String(200), "Their name at the time."),
        sa.ForeignKeyConstraint(["file_id"], ["incident_file.id"], name=op.f("fk_incident_moment_file_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_moment_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_moment")),
        comment="Moments that start clocks, as they were recorded; never changed.",
    )
    op.create_index("ix_incident_moment_incident_id", "incident_moment", ["incident_id"])


def _incident_entry() -> None:
    op.create_table(
        "incident_entry",
        _column("id", sa.Integer(), "Given by the database."),
        _column("incident_id", sa.Integer(), "Which incident."),
        _column("number", sa.Integer(), "Counted within the incident, without gaps."),
        _column(
            "kind",
            sa.Enum(
                "state",
                "moment",
                "note",
                "decision",
                "legal",
                "handover",
                "duty",
                "told",
                "scope",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            "What it is.",
        ),
        _column("at", _MOMENT, "When it was written."),
        _column("person_id", sa.Integer(), "Who.", null=True),
        _column("person_name", sa.String(200), "Their name at the time."),
        _column("text", sa.Text(), "What is said; empty for legal-only notes.", null=True),
        _column("legal_text", sa.Text(), "What is said to the legal readers.", null=True),
        _column("why", sa.Text(), "Reason of a decision.", null=True),
        _column("file_id", sa.Integer(), "A file with it.", null=True),
        _column("sha256", sa.String(64), "Hash of number, moment, person and text."),
        sa.ForeignKeyConstraint(["file_id"], ["incident_file.id"], name=op.f("fk_incident_entry_file_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_entry_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_entry")),
        sa.UniqueConstraint("incident_id", "number", name=op.f("uq_incident_entry_incident_id_number")),
        comment="The timeline of an incident; triggers refuse change and deletion.",
    )


def _incident_legal_reader() -> None:
    op.create_table(
        "incident_legal_reader",
        _column("incident_id", sa.Integer(), "Which incident."),
        _column("person_id", sa.Integer(), "Who."),
        _column("since", _MOMENT, "Since when."),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_legal_reader_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_incident_legal_reader_person_id")),
        sa.PrimaryKeyConstraint("incident_id", "person_id", name=op.f("pk_incident_legal_reader")),
        comment="Who else may read the legal-only notes of an incident.",
    )
    op.create_index("ix_incident_legal_reader_person_id", "incident_legal_reader", ["person_id"])


def _seal(table: str) -> None:
    """Refuse change and deletion of the timeline."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            sa.text(
                f"CREATE TRIGGER tr_{table}_no_change BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            sa.text(
                f"CREATE TRIGGER tr_{table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
            )
        )


def upgrade() -> None:
    """Create the tables."""
    _incident()
    _incident_start()
    _incident_file()
    _incident_moment()
    _incident_entry()
    _incident_legal_reader()
    _seal("incident_entry")


def downgrade() -> None:
    """Drop them; what is in them is lost."""
    for table in (
        "incident_legal_reader",
        "incident_entry",
        "incident_moment",
        "incident_file",
        "incident_start",
        "incident",
    ):
        op.drop_table(table)
