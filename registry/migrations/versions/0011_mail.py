"""Reminders and mail: what is planned, what goes out, what became of it, and the rules both follow."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column(
            "dedupe_key", sa.String(length=200), nullable=False, comment="What the mail is; never planned twice."
        ),
        sa.Column("channel", sa.String(length=40), nullable=False, comment="By which way it goes out."),
        sa.Column(
            "kind",
            sa.String(length=32),
            nullable=False,
            comment="reminder, digest, notice ...; who is asked before sending.",
        ),
        sa.Column("recipient", sa.String(length=254), nullable=False, comment="Address."),
        sa.Column("person_id", sa.Integer(), nullable=True, comment="The person, when it is one of ours."),
        sa.Column("about", sa.String(length=100), nullable=True, comment="What it is about, as `kind:key`."),
        sa.Column("template", sa.String(length=64), nullable=False, comment="Which template made it."),
        sa.Column("context", sa.Text(), nullable=False, comment="JSON: what the template was filled with."),
        sa.Column("subject", sa.String(length=300), nullable=False, comment="Subject line."),
        sa.Column("body", sa.Text(), nullable=False, comment="Text; personal links are masked."),
        sa.Column(
            "secret_link",
            sa.String(length=100),
            nullable=True,
            comment="`kind:key` of the personal link, derived again at each sending.",
        ),
        sa.Column("state", sa.String(length=40), nullable=False, comment="Where it stands."),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why it was cancelled."),
        sa.Column(
            "message_id", sa.String(length=200), nullable=False, comment="Made from the key; the same at every sending."
        ),
        sa.Column(
            "thread_id", sa.String(length=200), nullable=True, comment="Message-ID of the first mail on the matter."
        ),
        sa.Column("dated_at", MOMENT, nullable=False, comment="When it was planned; its Date."),
        sa.Column("next_try", MOMENT, nullable=True, comment="Not before; empty: no further try by itself."),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="How often it was claimed."),
        sa.Column("first_tried_at", MOMENT, nullable=True, comment="First claim."),
        sa.Column("doubts", sa.Integer(), nullable=False, comment="Sendings whose outcome nobody knows."),
        sa.Column("owner", sa.String(length=200), nullable=True, comment="Who is sending it."),
        sa.Column("token", sa.String(length=64), nullable=True, comment="New with every claim."),
        sa.Column("lease_until", MOMENT, nullable=True, comment="Afterwards anybody may claim it."),
        sa.Column("last_error", sa.Text(), nullable=True, comment="What the mail server said last."),
        sa.Column("settled_at", MOMENT, nullable=True, comment="When it came to its state."),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts_not_negative")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'failed', 'ambiguous', 'cancelled')",
            name=op.f("ck_outbox_state"),
        ),
        sa.CheckConstraint("channel IN ('mail', 'webhook')", name=op.f("ck_outbox_channel")),
        sa.CheckConstraint("doubts >= 0", name=op.f("ck_outbox_doubts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
        comment="One row per mail to one recipient.",
    )
    op.create_index("ix_outbox_message_id", "outbox", ["message_id"])
    op.create_index("ix_outbox_state_next_try", "outbox", ["state", "next_try"])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("subject", sa.String(length=32), nullable=False, comment="Kind of subject, as in the ladder."),
        sa.Column("subject_key", sa.String(length=64), nullable=False, comment="Which one of its kind."),
        sa.Column("cycle", sa.Integer(), nullable=False, comment="Rises when the deadline moves."),
        sa.Column("step", sa.Integer(), nullable=False, comment="Step of the ladder."),
        sa.Column("recipient", sa.String(length=254), nullable=False, comment="Address."),
        sa.Column(
            "role", sa.String(length=32), nullable=False, comment="As whom they get it: vendor_manager, ciso ..."
        ),
        sa.Column("vendor", sa.String(length=32), nullable=True, comment="Code of the vendor concerned."),
        sa.Column("title", sa.String(length=300), nullable=False, comment="The matter in one line."),
        sa.Column("due_at", MOMENT, nullable=False, comment="When the step was due."),
        sa.Column("planned_at", MOMENT, nullable=False, comment="When it was planned."),
        sa.Column("state", sa.String(length=40), nullable=False, comment="What became of it."),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why it was superseded or cancelled."),
        sa.Column("outbox_id", sa.Integer(), nullable=True, comment="The mail it went into."),
        sa.CheckConstraint("state IN ('planned', 'queued', 'superseded', 'cancelled')", name=op.f("ck_reminder_state")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_reminder_outbox_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "subject",
            "subject_key",
            "cycle",
            "step",
            "recipient",
            name=op.f("uq_reminder_subject_key_cycle_step_recipient"),
        ),
        comment="Reminders as planned: one row per subject, cycle, step and recipient.",
    )
    op.create_index("ix_reminder_outbox_id", "reminder", ["outbox_id"])
    op.create_index("ix_reminder_state_recipient", "reminder", ["state", "recipient"])
    op.create_table(
        "ladder_step",
        sa.Column("subject", sa.String(length=32), nullable=False, comment="Kind of subject."),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False, comment="Number of the step."),
        sa.Column(
            "offset_days", sa.Integer(), nullable=False, comment="Days from the deadline; negative is before it."
        ),
        sa.Column("recipient", sa.String(length=32), nullable=False, comment="Role of who is reminded."),
        sa.Column(
            "tiers", sa.String(length=100), nullable=False, comment="Tiers it applies to, with semicolons; or all."
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False, comment="False: the step is left out."),
        sa.Column("why", sa.Text(), nullable=False, comment="Why it differs."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.PrimaryKeyConstraint("subject", "step", name=op.f("pk_ladder_step")),
        comment="Steps of reminder ladders that were changed, added or switched off.",
    )
    op.create_table(
        "mail_rules",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="Always 1."),
        sa.Column("zone", sa.String(length=64), nullable=False, comment="Zone in which days and hours are counted."),
        sa.Column(
            "holidays_of",
            sa.String(length=10),
            nullable=False,
            comment="ISO 3166 country or part, such as DE-BY; or empty.",
        ),
        sa.Column("working_days", sa.String(length=7), nullable=False, comment="Digits of working days, Monday is 1."),
        sa.Column("send_from", sa.Time(), nullable=False, comment="Quiet until then."),
        sa.Column("send_until", sa.Time(), nullable=False, comment="Quiet from then on."),
        sa.Column("per_tick", sa.Integer(), nullable=False, comment="Most mails of one run of the mailer."),
        sa.Column(
            "pause_above", sa.Integer(), nullable=False, comment="More new mails at once than this pause the outbox."
        ),
        sa.Column("is_paused", sa.Boolean(), nullable=False, comment="Nothing is sent."),
        sa.Column("is_dry", sa.Boolean(), nullable=False, comment="Everything is planned and shown, nothing is sent."),
        sa.Column("why", sa.Text(), nullable=False, comment="Why it is so."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("id = 1", name=op.f("ck_mail_rules_single")),
        sa.CheckConstraint("send_until > send_from", name=op.f("ck_mail_rules_hours_in_order")),
        sa.CheckConstraint("pause_above >= 1", name=op.f("ck_mail_rules_pause_above_positive")),
        sa.CheckConstraint("per_tick >= 1", name=op.f("ck_mail_rules_per_tick_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_rules")),
        comment="When mail may go out, and the brakes; one row.",
    )
    op.create_table(
        "mail_wording",
        sa.Column("template", sa.String(length=64), nullable=False, comment="Name of the template."),
        sa.Column("language", sa.String(length=8), nullable=False, comment="ISO 639-1, such as en or de."),
        sa.Column("subject", sa.String(length=300), nullable=False, comment="Subject line, with fields in braces."),
        sa.Column("body", sa.Text(), nullable=False, comment="Text, with fields in braces; the HTML is made from it."),
        sa.Column("why", sa.Text(), nullable=False, comment="Why it differs."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.PrimaryKeyConstraint("template", "language", name=op.f("pk_mail_wording")),
        comment="Subjects and texts of mails that were changed, by language.",
    )
    op.create_table(
        "mail_opt_out",
        sa.Column("address", sa.String(length=254), nullable=False, comment="In lower case."),
        sa.Column("since", MOMENT, nullable=False, comment="When they unsubscribed."),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_mail_opt_out")),
        comment="Addresses that unsubscribed from reminders and digests.",
    )
    op.create_table(
        "calendar_link",
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Whose feed."),
        sa.Column("selector", sa.String(length=32), nullable=False, comment="Random; finds the row."),
        sa.Column("issue", sa.Integer(), nullable=False, comment="Rises with each new address; the old ones end."),
        sa.Column("is_active", sa.Boolean(), nullable=False, comment="False: there is no feed."),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_link_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_link")),
        sa.UniqueConstraint("selector", name=op.f("uq_calendar_link_selector")),
        comment="Calendar feeds by person; the address is derived, never stored.",
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("name", sa.String(length=200), nullable=False, comment="What people call it."),
        sa.Column("url", sa.Text(), nullable=False, comment="Where it is posted to; often a secret."),
        sa.Column("format", sa.String(length=40), nullable=False, comment="How it looks."),
        sa.Column("is_active", sa.Boolean(), nullable=False, comment="False: nothing is posted."),
        sa.Column("version", sa.Integer(), nullable=False, comment="Rises with each change; a form sends it back."),
        sa.CheckConstraint("format IN ('generic', 'slack', 'teams')", name=op.f("ck_webhook_format")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        comment="Addresses that are told of escalations, signed with a key of their own.",
    )


def downgrade() -> None:
    """Drop them; what was planned and sent is forgotten."""
    op.drop_index("ix_reminder_state_recipient", table_name="reminder")
    op.drop_index("ix_reminder_outbox_id", table_name="reminder")
    op.drop_index("ix_outbox_state_next_try", table_name="outbox")
    op.drop_index("ix_outbox_message_id", table_name="outbox")
    op.drop_table("webhook")
    op.drop_table("calendar_link")
    op.drop_table("mail_opt_out")
    op.drop_table("mail_wording")
    op.drop_table("mail_rules")
    op.drop_table("ladder_step")
    op.drop_table("reminder")
    op.drop_table("outbox")
