"""Who was told of an incident, and people outside who are told of every one."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _column(name: str, kind: sa.types.TypeEngine, comment: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=null, comment=comment)


def _incident_telling() -> None:
    op.create_table(
        "incident_telling",
        _column("id", sa.Integer(), "Given by the database."),
        _column("incident_id", sa.Integer(), "Which incident."),
        _column("wave", sa.String(20), "suspected or confirmed."),
        _column("role", sa.String(32), "As whom they were told."),
        _column("name", sa.String(200), "Who."),
        _column("address", sa.String(254), "Mail address; or the number called."),
        _column("person_id", sa.Integer(), "The person, when it is one of ours.", null=True),
        _column(
            "way", sa.Enum("mail", "phone", name="way", native_enum=False, create_constraint=True, length=40), "How."
        ),
        _column("text", sa.Text(), "What they were told."),
        _column("selector", sa.String(32), "Random; finds the row by its link."),
        _column("told_at", _MOMENT, "When they were told, or the mail was planned."),
        _column("told_by", sa.String(200), "Who told them."),
        _column("outbox_id", sa.Integer(), "The mail.", null=True),
        _column("why_not", sa.Text(), "Why no mail could be planned.", null=True),
        _column("read_at", _MOMENT, "When they opened it first.", null=True),
        _column("acknowledged_at", _MOMENT, "When they said so.", null=True),
        _column("escalated_at", _MOMENT, "When their silence went a step up.", null=True),
        _column("escalated_from", sa.Integer(), "Whose silence brought this about.", null=True),
        _column("version", sa.Integer(), "Rises with each change; a form sends it back."),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_telling_incident_id")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_incident_telling_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_telling")),
        sa.UniqueConstraint("incident_id", "wave", "role", "address", name=op.f("uq_incident_telling_all")),
        sa.UniqueConstraint("selector", name=op.f("uq_incident_telling_selector")),
        comment="Who was told what, when and how, and when they read it.",
    )
    op.create_index("ix_incident_telling_outbox_id", "incident_telling", ["outbox_id"])


def _incident_contact() -> None:
    op.create_table(
        "incident_contact",
        _column("id", sa.Integer(), "Given by the database."),
        _column("role", sa.String(32), "insurer, counsel or partner."),
        _column("name", sa.String(200), "Who."),
        _column("email", sa.String(254), "Mail address.", null=True),
        _column("phone", sa.String(100), "Number to call.", null=True),
        _column("is_active", sa.Boolean(), "False: not told any more."),
        _column("version", sa.Integer(), "Rises with each change; a form sends it back."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_contact")),
        comment="People outside who are told of every incident.",
    )


def upgrade() -> None:
    """Create the tables."""
    _incident_telling()
    _incident_contact()


def downgrade() -> None:
    """Drop them; what is in them is lost."""
    for table in (
        "incident_contact",
        "incident_telling",
    ):
        op.drop_table(table)
