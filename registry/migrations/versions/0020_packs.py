"""Audit packs: the quarterly workbook and who signed it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_STATES = ("draft", "prepared", "reviewed", "approved", "sealed", "withdrawn")
_STEPS = ("prepare", "review", "approve")


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "audit_pack",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("quarter", sa.String(length=6), nullable=False, comment="Such as 2026Q4."),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 ... within the quarter."),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
            comment="How far it is.",
        ),
        sa.Column(
            "cut_off", sa.DateTime(timezone=True), nullable=False, comment="The instant everything in it was read at."
        ),
        sa.Column("sign_by", sa.Date(), nullable=False, comment="Until when it should be signed."),
        sa.Column("person_id", sa.Integer(), nullable=True, comment="Who asked for it; empty: the schedule."),
        sa.Column("person_name", sa.String(length=200), nullable=False, comment="Their name at the time."),
        sa.Column("content_name", sa.String(length=32), nullable=False, comment="Name of what it holds in the store."),
        sa.Column(
            "content_sha256", sa.String(length=64), nullable=False, comment="Hash of what it holds, as people sign it."
        ),
        sa.Column("file_name", sa.String(length=32), nullable=False, comment="Name of the workbook in the store."),
        sa.Column("file_sha256", sa.String(length=64), nullable=False, comment="Hash of the workbook."),
        sa.Column("file_size", sa.BigInteger(), nullable=False, comment="Bytes of the workbook."),
        sa.Column("head_seq", sa.BigInteger(), nullable=False, comment="Last number of the audit log at the cut-off."),
        sa.Column("head_hash", sa.String(length=64), nullable=False, comment="Hash of that entry."),
        sa.Column("previous_id", sa.Integer(), nullable=True, comment="The pack it is held against."),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True, comment="Why it was withdrawn."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.ForeignKeyConstraint(["previous_id"], ["audit_pack.id"], name=op.f("fk_audit_pack_previous_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_pack")),
        sa.UniqueConstraint("quarter", "number", name="uq_audit_pack_quarter_number"),
        comment="One row per audit pack; its content and file lie in the store of evidence.",
    )
    op.create_index("ix_audit_pack_state", "audit_pack", ["state"])
    op.create_table(
        "pack_signature",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("pack_id", sa.Integer(), nullable=False, comment="Which pack."),
        sa.Column(
            "step",
            sa.Enum(*_STEPS, name="step", native_enum=False, create_constraint=True, length=40),
            nullable=False,
            comment="What was signed.",
        ),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Who signed."),
        sa.Column("person_name", sa.String(length=200), nullable=False, comment="Their name at the time."),
        sa.Column("exceptions", sa.Text(), nullable=True, comment="What the signer excepts."),
        sa.Column("content_sha256", sa.String(length=64), nullable=False, comment="The hash they signed."),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False, comment="When."),
        sa.ForeignKeyConstraint(["pack_id"], ["audit_pack.id"], name=op.f("fk_pack_signature_pack_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_signature")),
        sa.UniqueConstraint("pack_id", "step", name="uq_pack_signature_pack_id_step"),
        comment="Who prepared, reviewed and approved a pack; never changed.",
    )


def downgrade() -> None:
    """Drop both with the signatures."""
    op.drop_table("pack_signature")
    op.drop_index("ix_audit_pack_state", table_name="audit_pack")
    op.drop_table("audit_pack")
