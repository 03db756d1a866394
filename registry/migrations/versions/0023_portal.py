"""The vendor portal: who answers which assessment by a personal link, one-time codes, browsers let in."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "portal_link",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("assessment_id", sa.Integer(), nullable=False, comment="Which assessment."),
        sa.Column("name", sa.String(length=200), nullable=False, comment="Who answers."),
        sa.Column("email", sa.String(length=254), nullable=False, comment="Where link and codes are sent to."),
        sa.Column("sections", sa.Text(), nullable=True, comment="Sections with semicolons; empty: the whole form."),
        sa.Column("selector", sa.String(length=32), nullable=False, comment="Random; finds the row."),
        sa.Column("issue", sa.Integer(), nullable=False, comment="Rises with each new link; the old ones end."),
        sa.Column("issued_at", MOMENT, nullable=False, comment="When this link was made."),
        sa.Column("needs_code", sa.Boolean(), nullable=False, comment="Whether a code by mail is asked for as well."),
        sa.Column("is_active", sa.Boolean(), nullable=False, comment="False: the link was withdrawn."),
        sa.Column("invited_by", sa.String(length=200), nullable=False, comment="Who invited them."),
        sa.Column(
            "invited_by_link",
            sa.Integer(),
            nullable=True,
            comment="The colleague who handed sections on, when it was one.",
        ),
        sa.Column("entered_at", MOMENT, nullable=True, comment="When they came in last."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_portal_link_assessment_id")),
        sa.ForeignKeyConstraint(["invited_by_link"], ["portal_link.id"], name=op.f("fk_portal_link_invited_by_link")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_link")),
        sa.UniqueConstraint("assessment_id", "email", name="uq_portal_link_assessment_id_email"),
        sa.UniqueConstraint("selector", name=op.f("uq_portal_link_selector")),
        comment="Who at a vendor answers what; the link itself is derived and never stored.",
    )
    op.create_index("ix_portal_link_invited_by_link", "portal_link", ["invited_by_link"])
    op.create_table(
        "portal_code",
        sa.Column("link_id", sa.Integer(), nullable=False, comment="Of which link."),
        sa.Column("number", sa.Integer(), nullable=False, comment="Number of the code; the code is derived from it."),
        sa.Column("until", MOMENT, nullable=True, comment="Good until then; empty: used up."),
        sa.Column("tries", sa.Integer(), nullable=False, comment="Codes that were typed meanwhile."),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_portal_code_tries_not_negative")),
        sa.ForeignKeyConstraint(["link_id"], ["portal_link.id"], name=op.f("fk_portal_code_link_id")),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_portal_code")),
        comment="Which one-time code of a link is good, until when, and how often it was tried.",
    )
    op.create_table(
        "portal_session",
        sa.Column("id_hash", sa.String(length=64), nullable=False, comment="SHA-256 of what the cookie holds."),
        sa.Column("link_id", sa.Integer(), nullable=False, comment="Whose."),
        sa.Column("issue", sa.Integer(), nullable=False, comment="Which link it was opened with; a newer one ends it."),
        sa.Column(
            "is_verified",
            sa.Boolean(),
            nullable=False,
            comment="Whether the code was right, or none was asked for.",
        ),
        sa.Column("created_at", MOMENT, nullable=False, comment="When the link was opened."),
        sa.Column("seen_at", MOMENT, nullable=False, comment="Last use, to the minute."),
        sa.ForeignKeyConstraint(["link_id"], ["portal_link.id"], name=op.f("fk_portal_session_link_id")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_portal_session")),
        comment="Browsers of vendors' contacts; apart from those of our people.",
    )
    op.create_index("ix_portal_session_link_id", "portal_session", ["link_id"])
    op.create_index("ix_outbox_about", "outbox", ["about"])


def downgrade() -> None:
    """Drop them; links that were sent no longer open anything."""
    op.drop_index("ix_outbox_about", table_name="outbox")
    op.drop_index("ix_portal_session_link_id", table_name="portal_session")
    op.drop_table("portal_session")
    op.drop_table("portal_code")
    op.drop_index("ix_portal_link_invited_by_link", table_name="portal_link")
    op.drop_table("portal_link")
