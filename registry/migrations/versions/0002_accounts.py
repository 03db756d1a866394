"""Accounts: people, deputies, sessions, second factors, one-time links and counted attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of accounts."""
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the system."),
        sa.Column("name", sa.String(length=200), nullable=False, comment="As shown."),
        sa.Column("email", sa.String(length=254), nullable=False, comment="In lower case; the sign-in."),
        sa.Column("password_hash", sa.Text(), nullable=True, comment="argon2id; empty until one is chosen."),
        sa.Column("roles", sa.Text(), nullable=False, comment="Roles of the permission matrix."),
        sa.Column("functions", sa.Text(), nullable=False, comment="Legal, operations, privacy ..."),
        sa.Column("manager_id", sa.Integer(), nullable=True, comment="Escalations go to this person."),
        sa.Column("is_active", sa.Boolean(), nullable=False, comment="False: cannot sign in."),
        sa.Column("locale", sa.String(length=20), nullable=False, comment="Spelling of dates and numbers."),
        sa.Column("timezone", sa.String(length=64), nullable=False, comment="Zone in which moments are shown."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the account was made."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_person_manager_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        comment="One row per account; disabled instead of deleted.",
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=200), nullable=False, comment="Name of the limit, then the subject."),
        sa.Column(
            "window_started_at", sa.DateTime(timezone=True), nullable=False, comment="Start of the counted window."
        ),
        sa.Column("count", sa.Integer(), nullable=False, comment="Attempts in this window."),
        sa.Column("locks", sa.Integer(), nullable=False, comment="Locks in a row; each doubles the next."),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True, comment="No attempt is taken until then."),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
        comment="Counted limits of sign-in, links and costly acts.",
    )
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the system."),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="The one who is stood in for."),
        sa.Column("deputy_id", sa.Integer(), nullable=False, comment="The one who stands in."),
        sa.Column("starts", sa.Date(), nullable=False, comment="First day."),
        sa.Column("ends", sa.Date(), nullable=True, comment="Last day; empty: until it is ended."),
        sa.CheckConstraint("deputy_id <> person_id", name=op.f("ck_deputy_somebody_else")),
        sa.CheckConstraint("ends IS NULL OR ends >= starts", name=op.f("ck_deputy_ends_after_start")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_deputy_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deputy_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
        comment="Who stands in for whom, from day to day.",
    )
    op.create_index("ix_deputy_deputy_id", "deputy", ["deputy_id"])
    op.create_index("ix_deputy_person_id", "deputy", ["person_id"])
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the system."),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Whom it is for."),
        sa.Column("purpose", sa.String(length=40), nullable=False, comment="What it is for."),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was made."),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="Afterwards it opens nothing."),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True, comment="When it was used or withdrawn."),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id")),
        sa.CheckConstraint("purpose IN ('invitation', 'reset')", name=op.f("ck_one_time_link_link_purpose")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
        comment="Invitations and password resets; the link itself is not stored.",
    )
    op.create_index("ix_one_time_link_person_id", "one_time_link", ["person_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the system."),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Whose it is."),
        sa.Column("mark", sa.String(length=64), nullable=False, comment="HMAC-SHA-256 of the code."),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True, comment="Empty while it can be used."),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        comment="Recovery codes, kept as keyed hashes.",
    )
    op.create_index("ix_recovery_code_person_id", "recovery_code", ["person_id"])
    op.create_table(
        "second_factor",
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Whose it is."),
        sa.Column("sealed_seed", sa.Text(), nullable=False, comment="Encrypted with a key outside the database."),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False, comment="When its first code was right."),
        sa.Column(
            "last_step", sa.Integer(), nullable=False, comment="Time step of the last code used; it is not taken again."
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_second_factor_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factor")),
        comment="At most one authenticator app per person.",
    )
    op.create_table(
        "web_session",
        sa.Column("id_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the id in the cookie."),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Who is signed in."),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Start; the absolute end is counted from here.",
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="Last request, to the minute."),
        sa.Column(
            "authenticated_at", sa.DateTime(timezone=True), nullable=False, comment="When the password was last given."
        ),
        sa.Column("strength", sa.String(length=40), nullable=False, comment="Password alone or with a second factor."),
        sa.Column("user_agent", sa.String(length=200), nullable=False, comment="What the browser calls itself."),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_web_session_person_id")),
        sa.CheckConstraint("strength IN ('password', 'second_factor')", name=op.f("ck_web_session_session_strength")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_web_session")),
        comment="Signed-in browsers; ended by deletion.",
    )
    op.create_index("ix_web_session_person_id", "web_session", ["person_id"])


def downgrade() -> None:
    """Drop them; people must be invited anew afterwards."""
    op.drop_index("ix_web_session_person_id", table_name="web_session")
    op.drop_table("web_session")
    op.drop_table("second_factor")
    op.drop_index("ix_recovery_code_person_id", table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_index("ix_one_time_link_person_id", table_name="one_time_link")
    op.drop_table("one_time_link")
    op.drop_index("ix_deputy_person_id", table_name="deputy")
    op.drop_index("ix_deputy_deputy_id", table_name="deputy")
    op.drop_table("deputy")
    op.drop_table("throttle")
    op.drop_table("person")
