"""Public breaches of others: records, revisions, proposed vendor links, alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "public_breach",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("source", sa.String(length=40), nullable=False, comment="Which list."),
        sa.Column("key", sa.String(length=300), nullable=False, comment="What tells it apart within its list."),
        sa.Column("name", sa.String(length=400), nullable=False, comment="Who reported it, or was hit."),
        sa.Column(
            "entity_type", sa.String(length=100), nullable=True, comment="Kind of organisation in the list's words."
        ),
        sa.Column("sector", sa.String(length=64), nullable=True, comment="Key of the sector list."),
        sa.Column("country", sa.String(length=2), nullable=True, comment="ISO 3166-1 alpha-2."),
        sa.Column("region", sa.String(length=10), nullable=True, comment="ISO 3166-2, such as US-WA."),
        sa.Column("domain", sa.String(length=253), nullable=True, comment="Its internet domain."),
        sa.Column("people", sa.BigInteger(), nullable=True, comment="The number as told."),
        sa.Column("measure", sa.String(length=40), nullable=False, comment="What the number counts."),
        sa.Column(
            "is_placeholder",
            sa.Boolean(),
            nullable=False,
            comment="The number stands for at least 500, not counted yet.",
        ),
        sa.Column("began", sa.Date(), nullable=True, comment="First day of the breach."),
        sa.Column("began_precision", sa.String(length=40), nullable=False, comment="How exactly that day is known."),
        sa.Column("ended", sa.Date(), nullable=True, comment="Last day of the breach."),
        sa.Column("discovered", sa.Date(), nullable=True, comment="When it was found out."),
        sa.Column("reported", sa.Date(), nullable=True, comment="When the list or authority was told."),
        sa.Column("days_to_notice", sa.Integer(), nullable=True, comment="From discovery to notice."),
        sa.Column(
            "began_at_vendor", sa.Boolean(), nullable=True, comment="Whether the list says it began at a vendor."
        ),
        sa.Column(
            "vendor_accepted",
            sa.Boolean(),
            nullable=True,
            comment="True when a person accepted a vendor link of it; it then counts as begun at a vendor.",
        ),
        sa.Column("cause", sa.Text(), nullable=True, comment="What happened, in the list's words."),
        sa.Column("places", sa.Text(), nullable=False, comment="Where the data was, in the list's words."),
        sa.Column("data", sa.Text(), nullable=False, comment="Kinds of data, in the list's words."),
        sa.Column("is_verified", sa.Boolean(), nullable=True, comment="Whether the list holds it for genuine."),
        sa.Column(
            "is_one_breach", sa.Boolean(), nullable=False, comment="False for collections, which no figure counts."
        ),
        sa.Column("description", sa.Text(), nullable=True, comment="Plain text of the list."),
        sa.Column("url", sa.String(length=1000), nullable=True, comment="Where it can be read."),
        sa.Column("year", sa.Integer(), nullable=True, comment="The year it is counted in."),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="When it was imported first."),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True, comment="When an import last changed it."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint(
            "source IN ('hhs_ocr', 'wa_ag', 'hibp', 'veris', 'plain')", name=op.f("ck_public_breach_source")
        ),
        sa.CheckConstraint(
            "measure IN ('people', 'residents', 'accounts', 'records')", name=op.f("ck_public_breach_measure")
        ),
        sa.CheckConstraint(
            "began_precision IN ('day', 'month', 'year')", name=op.f("ck_public_breach_began_precision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_breach")),
        sa.UniqueConstraint("source", "key", name="uq_public_breach_source_key"),
        comment="Breaches at other organisations, from public lists.",
    )
    op.create_index("ix_public_breach_reported", "public_breach", ["reported"])
    op.create_index("ix_public_breach_sector_year", "public_breach", ["sector", "year"])
    op.create_table(
        "breach_chain",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("breach", sa.Integer(), nullable=False, comment="Which record."),
        sa.Column("vendor", sa.String(length=400), nullable=False, comment="Name of the vendor in the text."),
        sa.Column("client", sa.String(length=400), nullable=True, comment="Name of its client in the text."),
        sa.Column("wording", sa.String(length=100), nullable=False, comment="How it was read."),
        sa.Column(
            "confidence",
            sa.BigInteger(),
            nullable=False,
            comment="How often such a wording means a vendor; a judgement.",
        ),
        sa.Column("state", sa.String(length=40), nullable=False, comment="What a person said."),
        sa.Column("decided_by", sa.String(length=200), nullable=True, comment="Who decided."),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True, comment="When."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.ForeignKeyConstraint(["breach"], ["public_breach.id"], name=op.f("fk_breach_chain_breach")),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'rejected')", name=op.f("ck_breach_chain_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_chain")),
        comment="Vendor links proposed by the text of public breaches.",
    )
    op.create_index("ix_breach_chain_breach", "breach_chain", ["breach"])
    op.create_index("ix_breach_chain_state", "breach_chain", ["state"])
    op.create_table(
        "public_breach_revision",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("breach", sa.Integer(), nullable=False, comment="Which record."),
        sa.Column("field", sa.String(length=40), nullable=False, comment="Which column changed."),
        sa.Column("before", sa.Text(), nullable=True, comment="The old value as text."),
        sa.Column("after", sa.Text(), nullable=True, comment="The new value as text."),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, comment="When the import was written."),
        sa.Column("file_sha256", sa.String(length=64), nullable=False, comment="Hash of the file that said so."),
        sa.ForeignKeyConstraint(["breach"], ["public_breach.id"], name=op.f("fk_public_breach_revision_breach")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_breach_revision")),
        comment="Fields of a public breach before and after a later import.",
    )
    op.create_index("ix_public_breach_revision_breach", "public_breach_revision", ["breach"])
    op.create_table(
        "breach_alert",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("breach", sa.Integer(), nullable=False, comment="Which record."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Which vendor of ours."),
        sa.Column(
            "basis",
            sa.String(length=60),
            nullable=False,
            comment="What agrees: domain, name, legal name, part of a name.",
        ),
        sa.Column("evidence", sa.Text(), nullable=False, comment="The sentence that shows it."),
        sa.Column(
            "confidence", sa.BigInteger(), nullable=False, comment="How likely it is the same firm; a judgement."
        ),
        sa.Column("state", sa.String(length=40), nullable=False, comment="Where it stands."),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False, comment="When it was raised."),
        sa.Column("decided_by", sa.String(length=200), nullable=True, comment="Who took it up or dismissed it."),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True, comment="When."),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why it was dismissed, or what was done."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.ForeignKeyConstraint(["breach"], ["public_breach.id"], name=op.f("fk_breach_alert_breach")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_breach_alert_vendor")),
        sa.CheckConstraint("state IN ('open', 'taken_up', 'dismissed')", name=op.f("ck_breach_alert_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_alert")),
        sa.UniqueConstraint("breach", "vendor", name="uq_breach_alert_breach_vendor"),
        comment="Public breaches that seem to name one of our vendors.",
    )
    op.create_index("ix_breach_alert_state", "breach_alert", ["state"])
    op.create_index("ix_breach_alert_vendor", "breach_alert", ["vendor"])


def downgrade() -> None:
    """Drop them; the lists can be imported again, decisions about links and alerts are lost."""
    op.drop_index("ix_breach_alert_vendor", table_name="breach_alert")
    op.drop_index("ix_breach_alert_state", table_name="breach_alert")
    op.drop_table("breach_alert")
    op.drop_index("ix_public_breach_revision_breach", table_name="public_breach_revision")
    op.drop_table("public_breach_revision")
    op.drop_index("ix_breach_chain_state", table_name="breach_chain")
    op.drop_index("ix_breach_chain_breach", table_name="breach_chain")
    op.drop_table("breach_chain")
    op.drop_index("ix_public_breach_sector_year", table_name="public_breach")
    op.drop_index("ix_public_breach_reported", table_name="public_breach")
    op.drop_table("public_breach")
