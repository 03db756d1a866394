"""Requests for new vendors, checks of leaving ones, notices of new sub-processors."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "leaving_check",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Which vendor."),
        sa.Column("what", sa.String(length=20), nullable=False, comment="keys or equipment."),
        sa.Column("note", sa.Text(), nullable=False, comment="How it is known."),
        sa.Column("by", sa.String(length=254), nullable=False, comment="Who confirmed it."),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When."),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_leaving_check_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaving_check")),
        sa.UniqueConstraint("vendor", "what", name="uq_leaving_check_vendor_what"),
        comment="What was confirmed about a leaving vendor: keys, equipment.",
    )
    op.create_table(
        "subprocessor_notice",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Who tells us."),
        sa.Column(
            "newcomer", sa.String(length=32), nullable=False, comment="Who would get our data; a prospect until agreed."
        ),
        sa.Column("received", sa.Date(), nullable=False, comment="When we were told."),
        sa.Column("object_by", sa.Date(), nullable=False, comment="Last day to object."),
        sa.Column("said", sa.Text(), nullable=False, comment="What the notice says."),
        sa.Column(
            "state",
            sa.Enum(
                "open", "objected", "agreed", name="notice_state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
            comment="What became of it.",
        ),
        sa.Column("by", sa.String(length=254), nullable=False, comment="Who recorded it."),
        sa.Column("decided_by", sa.String(length=254), nullable=True, comment="Who decided."),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True, comment="When."),
        sa.Column("why", sa.Text(), nullable=True, comment="Why."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("object_by >= received", name=op.f("ck_subprocessor_notice_days_in_order")),
        sa.ForeignKeyConstraint(["newcomer"], ["vendor.code"], name=op.f("fk_subprocessor_notice_newcomer")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_subprocessor_notice_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subprocessor_notice")),
        comment="Notices of new sub-processors with their window for objecting.",
    )
    with op.batch_alter_table("subprocessor_notice", schema=None) as batch_op:
        batch_op.create_index("ix_subprocessor_notice_newcomer", ["newcomer"], unique=False)
        batch_op.create_index("ix_subprocessor_notice_state_object_by", ["state", "object_by"], unique=False)
        batch_op.create_index("ix_subprocessor_notice_vendor", ["vendor"], unique=False)

    op.create_table(
        "vendor_request",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("name", sa.String(length=200), nullable=False, comment="Who is wanted."),
        sa.Column("service", sa.String(length=300), nullable=False, comment="What it would do."),
        sa.Column("why", sa.Text(), nullable=False, comment="What the business needs it for."),
        sa.Column("data", sa.Text(), nullable=False, comment="Which data it would get, in words of who asks."),
        sa.Column("people", sa.BigInteger(), nullable=True, comment="People concerned, as far as who asks knows."),
        sa.Column("business_unit", sa.String(length=200), nullable=True, comment="Who would use it."),
        sa.Column("wanted_by", sa.Date(), nullable=True, comment="When it is needed."),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "triaged",
                "approved",
                "refused",
                "active",
                "withdrawn",
                name="request_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="Where it stands.",
        ),
        sa.Column("requested_by", sa.String(length=254), nullable=False, comment="Who asked."),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False, comment="When."),
        sa.Column("vendor", sa.String(length=32), nullable=True, comment="The prospect that triage registered."),
        sa.Column("triaged_by", sa.String(length=254), nullable=True, comment="Who did."),
        sa.Column("triaged_at", sa.DateTime(timezone=True), nullable=True, comment="When."),
        sa.Column("decided_by", sa.String(length=254), nullable=True, comment="Who decided; never who asked."),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True, comment="When."),
        sa.Column("rationale", sa.Text(), nullable=True, comment="Why it was decided so."),
        sa.Column("conditions", sa.Text(), nullable=True, comment="What must hold before it goes live."),
        sa.Column("active_by", sa.String(length=254), nullable=True, comment="Who let it go live."),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True, comment="When."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("people >= 0", name=op.f("ck_vendor_request_people_not_negative")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_vendor_request_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_request")),
        comment="Requests for new vendors, from being asked to going live.",
    )
    with op.batch_alter_table("vendor_request", schema=None) as batch_op:
        batch_op.create_index("ix_vendor_request_state", ["state"], unique=False)
        batch_op.create_index("ix_vendor_request_vendor", ["vendor"], unique=False)


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("vendor_request", schema=None) as batch_op:
        batch_op.drop_index("ix_vendor_request_vendor")
        batch_op.drop_index("ix_vendor_request_state")

    op.drop_table("vendor_request")
    with op.batch_alter_table("subprocessor_notice", schema=None) as batch_op:
        batch_op.drop_index("ix_subprocessor_notice_vendor")
        batch_op.drop_index("ix_subprocessor_notice_state_object_by")
        batch_op.drop_index("ix_subprocessor_notice_newcomer")

    op.drop_table("subprocessor_notice")
    op.drop_table("leaving_check")
