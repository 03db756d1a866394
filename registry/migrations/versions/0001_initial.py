"""The first schema: audit chain, codes, every fact of the register, comments, delegations, saved views.

Shares are whole numbers of 1e-9, money whole cents, lists text with marks; see the column comments.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LIVE = {"sqlite_where": sa.text("archived_at IS NULL"), "postgresql_where": sa.text("archived_at IS NULL")}
SEALED = ("audit_entry", "audit_change")


def upgrade() -> None:
    """Create the tables, the two single rows, and the triggers that seal the log."""
    create_tables()
    op.execute(sa.text("INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, :genesis)").bindparams(genesis="0" * 64))
    op.execute(sa.text("INSERT INTO graph_revision (id, revision) VALUES (1, 0)"))
    if op.get_bind().dialect.name == "sqlite":
        seal_sqlite()
    else:
        seal_postgres()


def seal_sqlite() -> None:
    """Refuse change and deletion of what is in the log."""
    for table in SEALED:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                sa.text(
                    f"CREATE TRIGGER tr_{table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
                )
            )


def seal_postgres() -> None:
    """Refuse change, deletion and emptying of what is in the log."""
    op.execute(
        sa.text(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is never changed', TG_TABLE_NAME; END $$"
        )
    )
    for table in SEALED:
        op.execute(
            sa.text(
                f"CREATE TRIGGER tr_{table}_no_change BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        )
        op.execute(
            sa.text(
                f"CREATE TRIGGER tr_{table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        )


def downgrade() -> None:
    """Drop everything; the log goes with it, so only an empty installation should come here."""
    op.drop_table("flow")
    op.drop_table("coverage")
    op.drop_table("link")
    op.drop_table("dataset")
    op.drop_table("access")
    op.drop_table("vendor_delegation")
    op.drop_table("vendor_comment")
    op.drop_table("system")
    op.drop_table("platform_use")
    op.drop_table("jurisdiction")
    op.drop_table("dependency")
    op.drop_table("contract")
    op.drop_table("contact")
    op.drop_table("certificate")
    op.drop_table("vendor")
    op.drop_table("segment")
    op.drop_table("process")
    op.drop_table("placement")
    op.drop_table("control")
    op.drop_table("saved_view")
    op.drop_table("parameter_change")
    op.drop_table("organisation_role")
    op.drop_table("organisation")
    op.drop_table("graph_revision")
    op.drop_table("fact_code")
    op.drop_table("currency")
    op.drop_table("code_counter")
    op.drop_table("audit_text")
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
    op.drop_table("audit_change")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION refuse_change()"))


def create_tables() -> None:
    """Create all tables, what is referred to first."""
    op.create_table(
        "audit_change",
        sa.Column("work_id", sa.String(length=32), nullable=False, comment="The act it belongs to."),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False, comment="Order in the act."),
        sa.Column("table_name", sa.String(length=63), nullable=False, comment="Table of the changed row."),
        sa.Column("row_key", sa.String(length=200), nullable=False, comment="Primary key of the changed row."),
        sa.Column("operation", sa.String(length=6), nullable=False, comment="insert, update or delete."),
        sa.Column("fields", sa.Text(), nullable=False, comment="Canonical JSON: column -> [before, after]."),
        sa.PrimaryKeyConstraint("work_id", "position", name=op.f("pk_audit_change")),
        comment="One row per changed row of an act; triggers refuse change and deletion.",
    )
    op.create_index("ix_audit_change_table_name_row_key", "audit_change", ["table_name", "row_key"])
    op.create_table(
        "audit_entry",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
            comment="1, 2, 3 ... without gaps.",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was committed, in UTC."),
        sa.Column("actor_id", sa.Integer(), nullable=True, comment="The person; empty when the system acted."),
        sa.Column("actor", sa.Text(), nullable=False, comment="Name of the actor at that time, or system:PART."),
        sa.Column("action", sa.String(length=80), nullable=False, comment="What was done, as subject.verb."),
        sa.Column("subject", sa.String(length=200), nullable=True, comment="What it was done to, as table:key."),
        sa.Column(
            "request_id", sa.String(length=64), nullable=True, comment="The request, as on error pages and in logs."
        ),
        sa.Column("work_id", sa.String(length=32), nullable=False, comment="Ties the change lines to this entry."),
        sa.Column(
            "details", sa.Text(), nullable=False, comment="Canonical JSON of what the act noted beside its changes."
        ),
        sa.Column("change_count", sa.Integer(), nullable=False, comment="Number of change lines."),
        sa.Column("changes_hash", sa.String(length=64), nullable=False, comment="SHA-256 over the change lines."),
        sa.Column("prev_hash", sa.String(length=64), nullable=False, comment="Hash of the entry before."),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 over this entry and prev_hash."),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("work_id", name=op.f("uq_audit_entry_work_id")),
        comment="One row per act, in order, chained by hash; triggers refuse change and deletion.",
    )
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor_id"])
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="Always 1."),
        sa.Column("seq", sa.BigInteger(), nullable=False, comment="Number of the last entry; 0 before the first."),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="Hash of the last entry."),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        comment="Sequence number and hash of the last audit entry; one row.",
    )
    op.create_table(
        "audit_text",
        sa.Column("id", sa.String(length=32), nullable=False, comment="Named by the change line."),
        sa.Column(
            "salt", sa.String(length=32), nullable=True, comment="Random; without it the hash cannot be guessed back."
        ),
        sa.Column("text", sa.Text(), nullable=True, comment="Empty once erased."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_text")),
        comment="Personal text named by change lines; erasable, the lines hold its salted hash.",
    )
    op.create_table(
        "code_counter",
        sa.Column("prefix", sa.String(length=4), nullable=False, comment="V, F, ..."),
        sa.Column("last", sa.Integer(), nullable=False, comment="Last number given."),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_code_counter")),
        comment="Last number given for each prefix of a code.",
    )
    op.create_table(
        "currency",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("currency", sa.String(length=3), nullable=False, comment="ISO 4217."),
        sa.Column("usd_per_unit", sa.Double(), nullable=False, comment="USD for one unit."),
        sa.Column("as_of", sa.Date(), nullable=True, comment="Date of the rate."),
        sa.Column("source", sa.Text(), nullable=True, comment="Where the rate is from."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("usd_per_unit > 0", name=op.f("ck_currency_rate_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_currency")),
        comment="What one unit of a currency is worth in USD.",
    )
    op.create_index("uq_currency_currency", "currency", ["currency"], unique=True, **LIVE)
    op.create_table(
        "fact_code",
        sa.Column("code", sa.String(length=32), nullable=False, comment="V-0001."),
        sa.Column(
            "kind",
            sa.String(length=32),
            nullable=False,
            comment="Kind of the fact, as the field of the register: vendors.",
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_fact_code")),
        comment="Every code ever given and the kind of its fact; codes are unique across kinds.",
    )
    op.create_table(
        "graph_revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="Always 1."),
        sa.Column("revision", sa.BigInteger(), nullable=False, comment="Raised by each act that changes a fact."),
        sa.CheckConstraint("id = 1", name=op.f("ck_graph_revision_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_graph_revision")),
        comment="Revision of the registered facts, the key of every cache built from them; one row.",
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="Always 1."),
        sa.Column("name", sa.String(length=200), nullable=False, comment="Our name."),
        sa.Column("sector", sa.String(length=64), nullable=True, comment="Key of the sector list."),
        sa.Column("country", sa.String(length=2), nullable=True, comment="ISO 3166-1 alpha-2."),
        sa.Column(
            "annual_revenue",
            sa.BigInteger(),
            nullable=True,
            comment="Per year, in the currency; also the default cap of one event.",
        ),
        sa.Column(
            "currency",
            sa.String(length=3),
            nullable=False,
            comment="ISO 4217; amounts without a currency of their own are in this one.",
        ),
        sa.Column(
            "customers",
            sa.BigInteger(),
            nullable=True,
            comment="People who are customers; stands in for unknown counts.",
        ),
        sa.Column("revenue_per_customer", sa.BigInteger(), nullable=True, comment="Per year."),
        sa.Column("risk_appetite", sa.BigInteger(), nullable=True, comment="Loss in one year the board accepts."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("annual_revenue >= 0", name=op.f("ck_organisation_annual_revenue_not_negative")),
        sa.CheckConstraint("customers >= 0", name=op.f("ck_organisation_customers_not_negative")),
        sa.CheckConstraint("id = 1", name=op.f("ck_organisation_single")),
        sa.CheckConstraint("revenue_per_customer >= 0", name=op.f("ck_organisation_revenue_per_customer_not_negative")),
        sa.CheckConstraint("risk_appetite >= 0", name=op.f("ck_organisation_risk_appetite_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        comment="Us; one row.",
    )
    op.create_table(
        "organisation_role",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("role", sa.String(length=64), nullable=False, comment="Key of applies_to in the notification rules."),
        sa.Column("since", sa.Date(), nullable=True, comment="Since when."),
        sa.Column("source", sa.Text(), nullable=True, comment="Where this is written."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_role")),
        comment="A role of ours that brings legal duties.",
    )
    op.create_index("uq_organisation_role_role", "organisation_role", ["role"], unique=True, **LIVE)
    op.create_table(
        "parameter_change",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column(
            "key", sa.String(length=200), nullable=False, comment="Key of the parameter, as in the --set option."
        ),
        sa.Column("value", sa.Text(), nullable=False, comment="Value in place of the shipped one."),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why it differs."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_change")),
        comment="A changed parameter and why; the shipped value stays in the package.",
    )
    op.create_index("uq_parameter_change_key", "parameter_change", ["key"], unique=True, **LIVE)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Whose view it is."),
        sa.Column("list_name", sa.String(length=64), nullable=False, comment="Which list."),
        sa.Column("name", sa.String(length=200), nullable=False, comment="What the person calls it."),
        sa.Column("query", sa.Text(), nullable=False, comment="Query string of the list."),
        sa.Column("shared", sa.Boolean(), nullable=False, comment="Whether everybody sees it."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        comment="Filters, order and columns of a list under a name.",
    )
    op.create_index("ix_saved_view_list_name_person_id", "saved_view", ["list_name", "person_id"])
    op.create_table(
        "control",
        sa.Column("code", sa.String(length=32), nullable=False, comment="C-001."),
        sa.Column(
            "acts_on", sa.Text(), nullable=False, comment="probability, exposure, protection:KIND or edge kinds."
        ),
        sa.Column(
            "efficacy", sa.BigInteger(), nullable=True, comment="Share of the chance or of the people it takes away."
        ),
        sa.Column("name", sa.String(length=200), nullable=False, comment="What people call it."),
        sa.Column(
            "name_key",
            sa.String(length=600),
            nullable=False,
            comment="The name as it is compared: no case, single spaces.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("efficacy BETWEEN 0 AND 1000000000", name=op.f("ck_control_efficacy_range")),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_control_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_control")),
        comment="A safeguard of a kind; shipped ones are parameters and have no row.",
    )
    op.create_index("uq_control_name_key", "control", ["name_key"], unique=True, **LIVE)
    op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column(
            "control",
            sa.String(length=64),
            nullable=False,
            comment="Code of a control, ours or a shipped one; so no foreign key.",
        ),
        sa.Column(
            "fact",
            sa.String(length=32),
            nullable=False,
            comment="Flow, access, link, platform use, dependency or system it stands on.",
        ),
        sa.Column("coverage", sa.BigInteger(), nullable=False, comment="Share of the fact it covers."),
        sa.Column("state", sa.String(length=40), nullable=False, comment="Only what is in place counts today."),
        sa.Column("cost_once", sa.BigInteger(), nullable=True, comment="To put it in place."),
        sa.Column("cost_per_year", sa.BigInteger(), nullable=True, comment="To keep it."),
        sa.Column("due", sa.Date(), nullable=True, comment="When it is to be in place."),
        sa.Column("owner_email", sa.String(length=254), nullable=True, comment="Who brings it."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("cost_once >= 0", name=op.f("ck_placement_cost_once_not_negative")),
        sa.CheckConstraint("cost_per_year >= 0", name=op.f("ck_placement_cost_per_year_not_negative")),
        sa.CheckConstraint("coverage BETWEEN 0 AND 1000000000", name=op.f("ck_placement_coverage_range")),
        sa.ForeignKeyConstraint(["fact"], ["fact_code.code"], name=op.f("fk_placement_fact")),
        sa.CheckConstraint(
            "state IN ('in_place', 'planned_funded', 'planned_unfunded')", name=op.f("ck_placement_control_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        comment="A control on one fact.",
    )
    op.create_index("ix_placement_control", "placement", ["control"])
    op.create_index("ix_placement_fact", "placement", ["fact"])
    op.create_table(
        "process",
        sa.Column("code", sa.String(length=32), nullable=False, comment="Q-01."),
        sa.Column("owner_email", sa.String(length=254), nullable=True, comment="Who answers for it."),
        sa.Column("rto_hours", sa.Double(), nullable=True, comment="Hours until it must run again."),
        sa.Column("margin_per_day", sa.BigInteger(), nullable=True, comment="Margin lost per day it stands."),
        sa.Column("name", sa.String(length=200), nullable=False, comment="What people call it."),
        sa.Column(
            "name_key",
            sa.String(length=600),
            nullable=False,
            comment="The name as it is compared: no case, single spaces.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("margin_per_day >= 0", name=op.f("ck_process_margin_per_day_not_negative")),
        sa.CheckConstraint("rto_hours >= 0", name=op.f("ck_process_rto_hours_not_negative")),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_process_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_process")),
        comment="A business process of ours.",
    )
    op.create_index("uq_process_name_key", "process", ["name_key"], unique=True, **LIVE)
    op.create_table(
        "segment",
        sa.Column("code", sa.String(length=32), nullable=False, comment="G-01."),
        sa.Column("people", sa.BigInteger(), nullable=False, comment="People in it."),
        sa.Column("as_of", sa.Date(), nullable=True, comment="Date of the count."),
        sa.Column("source", sa.Text(), nullable=True, comment="Where the count is from."),
        sa.Column("name", sa.String(length=200), nullable=False, comment="What people call it."),
        sa.Column(
            "name_key",
            sa.String(length=600),
            nullable=False,
            comment="The name as it is compared: no case, single spaces.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("people >= 0", name=op.f("ck_segment_people_not_negative")),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_segment_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_segment")),
        comment="A population of customers.",
    )
    op.create_index("uq_segment_name_key", "segment", ["name_key"], unique=True, **LIVE)
    op.create_table(
        "vendor",
        sa.Column("code", sa.String(length=32), nullable=False, comment="V-0001."),
        sa.Column("legal_name", sa.String(length=200), nullable=True, comment="Name of the company."),
        sa.Column("relationship", sa.String(length=40), nullable=False, comment="How it stands to us."),
        sa.Column("sector", sa.String(length=64), nullable=True, comment="Key of the sector list."),
        sa.Column("country", sa.String(length=2), nullable=True, comment="ISO 3166-1 alpha-2."),
        sa.Column(
            "revenue_band",
            sa.String(length=40),
            nullable=True,
            comment="Annual revenue in USD; moves the chance of a breach.",
        ),
        sa.Column("annual_breach_probability", sa.BigInteger(), nullable=True, comment="Replaces the computed chance."),
        sa.Column("annual_breach_probability_reason", sa.Text(), nullable=True, comment="Why."),
        sa.Column("posture", sa.String(length=40), nullable=False, comment="Band of its security posture."),
        sa.Column("tags", sa.Text(), nullable=False, comment="Free words to find it by."),
        sa.Column("introduced_by", sa.Text(), nullable=True, comment="Nth party: how we know it, with date."),
        sa.Column("domain", sa.String(length=253), nullable=True, comment="Its internet domain."),
        sa.Column("service", sa.Text(), nullable=True, comment="What it does for us."),
        sa.Column("owner_email", sa.String(length=254), nullable=True, comment="Our vendor manager."),
        sa.Column("business_unit", sa.String(length=200), nullable=True, comment="Who uses it."),
        sa.Column("lifecycle", sa.String(length=40), nullable=False, comment="From first talk to last deletion."),
        sa.Column("tier_override", sa.String(length=40), nullable=True, comment="Replaces the computed tier."),
        sa.Column("tier_override_reason", sa.Text(), nullable=True, comment="Why."),
        sa.Column("name", sa.String(length=200), nullable=False, comment="What people call it."),
        sa.Column(
            "name_key",
            sa.String(length=600),
            nullable=False,
            comment="The name as it is compared: no case, single spaces.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint(
            "annual_breach_probability BETWEEN 0 AND 999999999", name=op.f("ck_vendor_annual_breach_probability_range")
        ),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_vendor_code")),
        sa.CheckConstraint("relationship IN ('direct', 'nth_party', 'platform')", name=op.f("ck_vendor_relationship")),
        sa.CheckConstraint(
            "revenue_band IN ('<10M', '10-100M', '100M-1B', '1-10B', '10-100B', '>100B')",
            name=op.f("ck_vendor_revenue_band"),
        ),
        sa.CheckConstraint(
            "posture IN ('very_strong', 'strong', 'fair', 'weak', 'very_weak', 'unknown')",
            name=op.f("ck_vendor_posture"),
        ),
        sa.CheckConstraint(
            "lifecycle IN ('prospect', 'onboarding', 'active', 'offboarding', 'terminated')",
            name=op.f("ck_vendor_lifecycle"),
        ),
        sa.CheckConstraint(
            "tier_override IN ('critical', 'high', 'medium', 'low')", name=op.f("ck_vendor_tier_override")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_vendor")),
        comment="Any third party.",
    )
    op.create_index("ix_vendor_owner_email", "vendor", ["owner_email"])
    op.create_index("uq_vendor_name_key", "vendor", ["name_key"], unique=True, **LIVE)
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Who holds it."),
        sa.Column("certificate", sa.String(length=200), nullable=False, comment="Kind, from the list of certificates."),
        sa.Column("issued", sa.Date(), nullable=True, comment="First day."),
        sa.Column("expires", sa.Date(), nullable=True, comment="Last day."),
        sa.Column("evidence", sa.Text(), nullable=True, comment="Reference to the document."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("expires >= issued", name=op.f("ck_certificate_expires_after_issue")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_certificate_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        comment="A certificate or other evidence a vendor holds.",
    )
    op.create_index("ix_certificate_vendor", "certificate", ["vendor"])
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Where the person works."),
        sa.Column("role", sa.String(length=40), nullable=False, comment="What the person is there for."),
        sa.Column("name", sa.String(length=200), nullable=True, comment="Name."),
        sa.Column("email", sa.String(length=254), nullable=True, comment="Address for mail."),
        sa.Column("phone", sa.Text(), nullable=True, comment="Number to call."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_contact_vendor")),
        sa.CheckConstraint(
            "role IN ('primary', 'security', 'privacy', 'legal', 'incident', 'executive')", name=op.f("ck_contact_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        comment="A person at a vendor; personal data.",
    )
    op.create_index("ix_contact_vendor", "contact", ["vendor"])
    op.create_table(
        "contract",
        sa.Column("code", sa.String(length=32), nullable=False, comment="K-001."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="With whom."),
        sa.Column("reference", sa.Text(), nullable=False, comment="Number or title of the document."),
        sa.Column("starts", sa.Date(), nullable=True, comment="First day."),
        sa.Column("ends", sa.Date(), nullable=True, comment="Last day."),
        sa.Column("notice_days", sa.Double(), nullable=True, comment="Days of notice to end it."),
        sa.Column("value_per_year", sa.BigInteger(), nullable=True, comment="In the contract's currency."),
        sa.Column("currency", sa.String(length=3), nullable=True, comment="ISO 4217; empty: the organisation's."),
        sa.Column("breach_notice_hours", sa.Double(), nullable=True, comment="Hours within which it must tell us."),
        sa.Column("right_to_audit", sa.Boolean(), nullable=True, comment="Whether we may audit."),
        sa.Column("dpa_signed", sa.Boolean(), nullable=True, comment="Whether data processing is agreed."),
        sa.Column("liability_cap", sa.BigInteger(), nullable=True, comment="Most it pays."),
        sa.Column("insurance", sa.BigInteger(), nullable=True, comment="Sum its insurance covers."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("breach_notice_hours >= 0", name=op.f("ck_contract_breach_notice_hours_not_negative")),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_contract_ends_after_start")),
        sa.CheckConstraint("insurance >= 0", name=op.f("ck_contract_insurance_not_negative")),
        sa.CheckConstraint("liability_cap >= 0", name=op.f("ck_contract_liability_cap_not_negative")),
        sa.CheckConstraint("notice_days >= 0", name=op.f("ck_contract_notice_days_not_negative")),
        sa.CheckConstraint("value_per_year >= 0", name=op.f("ck_contract_value_per_year_not_negative")),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_contract_code")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_contract_vendor")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_contract")),
        comment="What was agreed with a vendor.",
    )
    op.create_index("ix_contract_vendor", "contract", ["vendor"])
    op.create_table(
        "dependency",
        sa.Column("code", sa.String(length=32), nullable=False, comment="B-001."),
        sa.Column("process", sa.String(length=32), nullable=False, comment="What stops."),
        sa.Column("depends_on", sa.String(length=32), nullable=False, comment="Vendor or system it needs."),
        sa.Column("probability", sa.BigInteger(), nullable=True, comment="Replaces the base probability."),
        sa.Column("probability_reason", sa.Text(), nullable=True, comment="Why."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("probability BETWEEN 0 AND 1000000000", name=op.f("ck_dependency_probability_range")),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_dependency_code")),
        sa.ForeignKeyConstraint(["depends_on"], ["fact_code.code"], name=op.f("fk_dependency_depends_on")),
        sa.ForeignKeyConstraint(["process"], ["process.code"], name=op.f("fk_dependency_process")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_dependency")),
        comment="A process that stops when a vendor or system stops.",
    )
    op.create_index("ix_dependency_depends_on", "dependency", ["depends_on"])
    op.create_index("ix_dependency_process", "dependency", ["process"])
    op.create_table(
        "jurisdiction",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("segment", sa.String(length=32), nullable=False, comment="The segment."),
        sa.Column("jurisdiction", sa.String(length=64), nullable=False, comment="ISO 3166: DE, US-CA."),
        sa.Column("share", sa.BigInteger(), nullable=False, comment="Of the segment's people."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("share BETWEEN 0 AND 1000000000", name=op.f("ck_jurisdiction_share_range")),
        sa.ForeignKeyConstraint(["segment"], ["segment.code"], name=op.f("fk_jurisdiction_segment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jurisdiction")),
        comment="Share of a segment's people who live under one law.",
    )
    op.create_index(
        "uq_jurisdiction_segment_jurisdiction", "jurisdiction", ["segment", "jurisdiction"], unique=True, **LIVE
    )
    op.create_table(
        "platform_use",
        sa.Column("code", sa.String(length=32), nullable=False, comment="P-001."),
        sa.Column("platform", sa.String(length=32), nullable=False, comment="The platform, a vendor."),
        sa.Column("user", sa.String(length=32), nullable=False, comment="Vendor or system that uses it."),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="What for."),
        sa.Column("probability", sa.BigInteger(), nullable=True, comment="Replaces the base probability."),
        sa.Column("probability_reason", sa.Text(), nullable=True, comment="Why."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint('platform <> "user"', name=op.f("ck_platform_use_not_of_itself")),
        sa.CheckConstraint("probability BETWEEN 0 AND 1000000000", name=op.f("ck_platform_use_probability_range")),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_platform_use_code")),
        sa.ForeignKeyConstraint(["platform"], ["vendor.code"], name=op.f("fk_platform_use_platform")),
        sa.ForeignKeyConstraint(["user"], ["fact_code.code"], name=op.f("fk_platform_use_user")),
        sa.CheckConstraint(
            "kind IN ('file_transfer', 'saas_mfa', 'saas_no_mfa', 'remote_management', 'software_update', 'hosting')",
            name=op.f("ck_platform_use_platform_use_kind"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_platform_use")),
        comment="A vendor or system that uses a platform.",
    )
    op.create_index("ix_platform_use_platform", "platform_use", ["platform"])
    op.create_index("ix_platform_use_user", "platform_use", ["user"])
    op.create_table(
        "system",
        sa.Column("code", sa.String(length=32), nullable=False, comment="S-001."),
        sa.Column("owner_email", sa.String(length=254), nullable=True, comment="Who answers for it."),
        sa.Column("hosted_by", sa.String(length=32), nullable=True, comment="Vendor that hosts it."),
        sa.Column("rto_hours", sa.Double(), nullable=True, comment="Hours until it must run again."),
        sa.Column("name", sa.String(length=200), nullable=False, comment="What people call it."),
        sa.Column(
            "name_key",
            sa.String(length=600),
            nullable=False,
            comment="The name as it is compared: no case, single spaces.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("rto_hours >= 0", name=op.f("ck_system_rto_hours_not_negative")),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_system_code")),
        sa.ForeignKeyConstraint(["hosted_by"], ["vendor.code"], name=op.f("fk_system_hosted_by")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_system")),
        comment="A system of ours.",
    )
    op.create_index("ix_system_hosted_by", "system", ["hosted_by"])
    op.create_index("ix_system_owner_email", "system", ["owner_email"])
    op.create_index("uq_system_name_key", "system", ["name_key"], unique=True, **LIVE)
    op.create_table(
        "vendor_comment",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="About whom."),
        sa.Column("author_id", sa.BigInteger(), nullable=True, comment="Person who wrote it."),
        sa.Column("author", sa.String(length=200), nullable=False, comment="Name of the author at that time."),
        sa.Column("body", sa.Text(), nullable=False, comment="Plain text."),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False, comment="When."),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True, comment="When it was last edited."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_vendor_comment_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_comment")),
        comment="What somebody wrote about a vendor.",
    )
    op.create_index("ix_vendor_comment_vendor", "vendor_comment", ["vendor"])
    op.create_table(
        "vendor_delegation",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Which vendor."),
        sa.Column(
            "delegate_email", sa.String(length=254), nullable=False, comment="Address of the person who may write it."
        ),
        sa.Column("granted_by", sa.String(length=200), nullable=False, comment="Who gave leave."),
        sa.Column("since", sa.Date(), nullable=False, comment="First day."),
        sa.Column("until", sa.Date(), nullable=True, comment="Last day; empty: until withdrawn."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("until >= since", name=op.f("ck_vendor_delegation_until_after_since")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_vendor_delegation_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_delegation")),
        comment="Who may write a vendor beside its owner, and until when.",
    )
    op.create_index("ix_vendor_delegation_delegate_email", "vendor_delegation", ["delegate_email"])
    op.create_index(
        "ix_vendor_delegation_vendor_delegate_email", "vendor_delegation", ["vendor", "delegate_email"], unique=True
    )
    op.create_table(
        "access",
        sa.Column("code", sa.String(length=32), nullable=False, comment="A-001."),
        sa.Column("vendor", sa.String(length=32), nullable=False, comment="Who."),
        sa.Column("system", sa.String(length=32), nullable=False, comment="Into what."),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="How."),
        sa.Column("last_review", sa.Date(), nullable=True, comment="Day of the last review."),
        sa.Column(
            "outcome", sa.String(length=40), nullable=True, comment="What it decided; a revoked access does not count."
        ),
        sa.Column("probability", sa.BigInteger(), nullable=True, comment="Replaces the base probability."),
        sa.Column("probability_reason", sa.Text(), nullable=True, comment="Why."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("probability BETWEEN 0 AND 1000000000", name=op.f("ck_access_probability_range")),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_access_code")),
        sa.ForeignKeyConstraint(["system"], ["system.code"], name=op.f("fk_access_system")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.code"], name=op.f("fk_access_vendor")),
        sa.CheckConstraint(
            "kind IN ('network', 'admin', 'support_tool', 'sso_agent', 'api_read_all', 'api_scoped', 'sftp_push')",
            name=op.f("ck_access_access_kind"),
        ),
        sa.CheckConstraint("outcome IN ('confirmed', 'modified', 'revoked')", name=op.f("ck_access_access_outcome")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_access")),
        comment="A vendor's way into a system of ours.",
    )
    op.create_index("ix_access_system", "access", ["system"])
    op.create_index("ix_access_vendor", "access", ["vendor"])
    op.create_table(
        "dataset",
        sa.Column("code", sa.String(length=32), nullable=False, comment="D-001."),
        sa.Column("system", sa.String(length=32), nullable=False, comment="Home system."),
        sa.Column("categories", sa.Text(), nullable=False, comment="Keys of the data categories."),
        sa.Column(
            "people",
            sa.BigInteger(),
            nullable=True,
            comment="People in it; empty is unknown and counted at its worst, 0 is nobody.",
        ),
        sa.Column("as_of", sa.Date(), nullable=True, comment="Date of the count."),
        sa.Column("source", sa.Text(), nullable=True, comment="Where the count is from."),
        sa.Column("retention_months", sa.Double(), nullable=True, comment="Months it is kept."),
        sa.Column("name", sa.String(length=200), nullable=False, comment="What people call it."),
        sa.Column(
            "name_key",
            sa.String(length=600),
            nullable=False,
            comment="The name as it is compared: no case, single spaces.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("people >= 0", name=op.f("ck_dataset_people_not_negative")),
        sa.CheckConstraint("retention_months >= 0", name=op.f("ck_dataset_retention_months_not_negative")),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_dataset_code")),
        sa.ForeignKeyConstraint(["system"], ["system.code"], name=op.f("fk_dataset_system")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_dataset")),
        comment="Customer data that lives in one of our systems.",
    )
    op.create_index("ix_dataset_system", "dataset", ["system"])
    op.create_index("uq_dataset_name_key", "dataset", ["name_key"], unique=True, **LIVE)
    op.create_table(
        "link",
        sa.Column("code", sa.String(length=32), nullable=False, comment="L-001."),
        sa.Column("from_system", sa.String(length=32), nullable=False, comment="From."),
        sa.Column("to_system", sa.String(length=32), nullable=False, comment="To."),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="How."),
        sa.Column("probability", sa.BigInteger(), nullable=True, comment="Replaces the base probability."),
        sa.Column("probability_reason", sa.Text(), nullable=True, comment="Why."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("from_system <> to_system", name=op.f("ck_link_not_to_itself")),
        sa.CheckConstraint("probability BETWEEN 0 AND 1000000000", name=op.f("ck_link_probability_range")),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_link_code")),
        sa.ForeignKeyConstraint(["from_system"], ["system.code"], name=op.f("fk_link_from_system")),
        sa.ForeignKeyConstraint(["to_system"], ["system.code"], name=op.f("fk_link_to_system")),
        sa.CheckConstraint("kind IN ('flat_network', 'segmented', 'service_account')", name=op.f("ck_link_link_kind")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_link")),
        comment="A way from one of our systems into another.",
    )
    op.create_index("ix_link_from_system", "link", ["from_system"])
    op.create_index("ix_link_to_system", "link", ["to_system"])
    op.create_table(
        "coverage",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("dataset", sa.String(length=32), nullable=False, comment="The dataset."),
        sa.Column("segment", sa.String(length=32), nullable=False, comment="The segment."),
        sa.Column("share", sa.BigInteger(), nullable=False, comment="Of the segment's people."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("share BETWEEN 0 AND 1000000000", name=op.f("ck_coverage_share_range")),
        sa.ForeignKeyConstraint(["dataset"], ["dataset.code"], name=op.f("fk_coverage_dataset")),
        sa.ForeignKeyConstraint(["segment"], ["segment.code"], name=op.f("fk_coverage_segment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage")),
        comment="Share of a segment's people who are found in a dataset.",
    )
    op.create_index("ix_coverage_segment", "coverage", ["segment"])
    op.create_index("uq_coverage_dataset_segment", "coverage", ["dataset", "segment"], unique=True, **LIVE)
    op.create_table(
        "flow",
        sa.Column("code", sa.String(length=32), nullable=False, comment="F-001."),
        sa.Column("sender", sa.String(length=32), nullable=False, comment="System or vendor that gives it."),
        sa.Column("recipient", sa.String(length=32), nullable=False, comment="Vendor that gets it."),
        sa.Column("dataset", sa.String(length=32), nullable=False, comment="What is given."),
        sa.Column(
            "people_share",
            sa.BigInteger(),
            nullable=True,
            comment="Of the dataset's people; with people also empty: all.",
        ),
        sa.Column(
            "people", sa.BigInteger(), nullable=True, comment="People, where a number is known instead of a share."
        ),
        sa.Column("categories", sa.Text(), nullable=False, comment="Categories passed; empty: all of the dataset."),
        sa.Column("storage", sa.String(length=40), nullable=False, comment="How the recipient keeps it."),
        sa.Column("protection", sa.String(length=40), nullable=False, comment="How the copy is protected."),
        sa.Column("sender_reads_back", sa.Boolean(), nullable=False, comment="Whether the sender can read the copy."),
        sa.Column("mechanism", sa.Text(), nullable=True, comment="How it travels."),
        sa.Column("frequency", sa.Text(), nullable=True, comment="How often."),
        sa.Column("purpose", sa.Text(), nullable=True, comment="What for."),
        sa.Column("countries_at_rest", sa.Text(), nullable=False, comment="Where it is kept."),
        sa.Column("countries_processing", sa.Text(), nullable=False, comment="Where it is used."),
        sa.Column("legal_basis", sa.Text(), nullable=True, comment="Why we may."),
        sa.Column("transfer_safeguard", sa.Text(), nullable=True, comment="What allows the transfer abroad."),
        sa.Column("starts", sa.Date(), nullable=True, comment="First day."),
        sa.Column("ends", sa.Date(), nullable=True, comment="Last day."),
        sa.Column(
            "deletion_certified",
            sa.Date(),
            nullable=True,
            comment="Day of the vendor's certificate; until then an ended flow still counts.",
        ),
        sa.Column(
            "probability",
            sa.BigInteger(),
            nullable=True,
            comment="Replaces the base probability of the copy being taken.",
        ),
        sa.Column("probability_reason", sa.Text(), nullable=True, comment="Why."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered."),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed."),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was archived; empty while it is part of the register.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("people >= 0", name=op.f("ck_flow_people_not_negative")),
        sa.CheckConstraint("people_share BETWEEN 0 AND 1000000000", name=op.f("ck_flow_people_share_range")),
        sa.CheckConstraint("people_share IS NULL OR people IS NULL", name=op.f("ck_flow_one_measure")),
        sa.CheckConstraint("probability BETWEEN 0 AND 1000000000", name=op.f("ck_flow_probability_range")),
        sa.CheckConstraint("sender <> recipient", name=op.f("ck_flow_not_to_itself")),
        sa.ForeignKeyConstraint(["code"], ["fact_code.code"], name=op.f("fk_flow_code")),
        sa.ForeignKeyConstraint(["dataset"], ["dataset.code"], name=op.f("fk_flow_dataset")),
        sa.ForeignKeyConstraint(["recipient"], ["vendor.code"], name=op.f("fk_flow_recipient")),
        sa.ForeignKeyConstraint(["sender"], ["fact_code.code"], name=op.f("fk_flow_sender")),
        sa.CheckConstraint("storage IN ('bulk', 'cached', 'in_memory', 'none')", name=op.f("ck_flow_storage")),
        sa.CheckConstraint(
            "protection IN ('none', 'encrypted_vendor_key', 'pseudonymised', 'encrypted_our_key', 'tokenised')",
            name=op.f("ck_flow_protection"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_flow")),
        comment="A dataset, or part of it, given to a vendor.",
    )
    op.create_index("ix_flow_dataset", "flow", ["dataset"])
    op.create_index("ix_flow_recipient", "flow", ["recipient"])
    op.create_index("ix_flow_sender", "flow", ["sender"])
