"""Mail and reminders: what was planned, what is to be sent, what became of it, and the rules both follow."""

from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime, Versioned, enum_by_value

__all__ = [
    "CalendarLink",
    "Channel",
    "LadderStep",
    "Mail",
    "MailOptOut",
    "MailRules",
    "MailState",
    "MailWording",
    "Reminder",
    "ReminderState",
    "Webhook",
    "WebhookFormat",
]

UNAUDITED = {"audited": False}  # claiming is bookkeeping; what came of it is audited
PERSONAL = {"personal": True}  # the audit log keeps the text apart, so that it can be erased


class Channel(StrEnum):
    """By which way a message goes out."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class WebhookFormat(StrEnum):
    """How the other side wants a message to look."""

    GENERIC = "generic"
    SLACK = "slack"
    TEAMS = "teams"


class MailState(StrEnum):
    """Where a mail stands; the moves between them are the table of the outbox."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"
    CANCELLED = "cancelled"


class ReminderState(StrEnum):
    """What became of one step of a ladder for one recipient."""

    PLANNED = "planned"
    QUEUED = "queued"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Mail(Base):
    """One mail to one recipient, from planning to settling; its full text stays as evidence."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("doubts >= 0", name="doubts_not_negative"),
        Index("ix_outbox_state_next_try", "state", "next_try"),  # what a mailer claims next
        Index("ix_outbox_message_id", "message_id"),  # why did I get this mail
        Index("ix_outbox_about", "about"),  # what was sent about an assessment
        {"comment": "One row per mail to one recipient."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True, comment="What the mail is; never planned twice.")
    channel: Mapped[Channel] = mapped_column(enum_by_value(Channel, "channel"), comment="By which way it goes out.")
    kind: Mapped[str] = mapped_column(String(32), comment="reminder, digest, notice ...; who is asked before sending.")
    recipient: Mapped[str] = mapped_column(String(254), comment="Address.", info=PERSONAL)
    person_id: Mapped[int | None] = mapped_column(Integer, comment="The person, when it is one of ours.")
    about: Mapped[str | None] = mapped_column(String(100), comment="What it is about, as `kind:key`.")
    template: Mapped[str] = mapped_column(String(64), comment="Which template made it.")
    context: Mapped[str] = mapped_column(Text, comment="JSON: what the template was filled with.", info=UNAUDITED)
    subject: Mapped[str] = mapped_column(String(300), comment="Subject line.", info=PERSONAL)
    body: Mapped[str] = mapped_column(Text, comment="Text; personal links are masked.", info=PERSONAL)
    secret_link: Mapped[str | None] = mapped_column(
        String(100), comment="`kind:key` of the personal link, derived again at each sending."
    )
    state: Mapped[MailState] = mapped_column(enum_by_value(MailState, "state"), comment="Where it stands.")
    reason: Mapped[str | None] = mapped_column(Text, comment="Why it was cancelled.")
    message_id: Mapped[str] = mapped_column(String(200), comment="Made from the key; the same at every sending.")
    thread_id: Mapped[str | None] = mapped_column(String(200), comment="Message-ID of the first mail on the matter.")
    dated_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was planned; its Date.", info=UNAUDITED)
    next_try: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="Not before; empty: no further try by itself.", info=UNAUDITED
    )
    attempts: Mapped[int] = mapped_column(Integer, default=0, comment="How often it was claimed.", info=UNAUDITED)
    first_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="First claim.", info=UNAUDITED)
    doubts: Mapped[int] = mapped_column(Integer, default=0, comment="Sendings whose outcome nobody knows.")
    owner: Mapped[str | None] = mapped_column(String(200), comment="Who is sending it.", info=UNAUDITED)
    token: Mapped[str | None] = mapped_column(String(64), comment="New with every claim.", info=UNAUDITED)
    lease_until: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="Afterwards anybody may claim it.", info=UNAUDITED
    )
    last_error: Mapped[str | None] = mapped_column(Text, comment="What the mail server said last.")
    settled_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="When it came to its state.", info=UNAUDITED
    )


class Reminder(Base):
    """One step of a ladder, for one subject and one recipient, planned once."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint(
            "subject", "subject_key", "cycle", "step", "recipient", name="uq_reminder_subject_key_cycle_step_recipient"
        ),
        Index("ix_reminder_state_recipient", "state", "recipient"),  # what goes into somebody's next mail
        Index("ix_reminder_outbox_id", "outbox_id"),  # why did I get this mail
        {"comment": "Reminders as planned: one row per subject, cycle, step and recipient."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    subject: Mapped[str] = mapped_column(String(32), comment="Kind of subject, as in the ladder.")
    subject_key: Mapped[str] = mapped_column(String(64), comment="Which one of its kind.")
    cycle: Mapped[int] = mapped_column(Integer, comment="Rises when the deadline moves.")
    step: Mapped[int] = mapped_column(Integer, comment="Step of the ladder.")
    recipient: Mapped[str] = mapped_column(String(254), comment="Address.", info=PERSONAL)
    role: Mapped[str] = mapped_column(String(32), comment="As whom they get it: vendor_manager, ciso ...")
    vendor: Mapped[str | None] = mapped_column(String(32), comment="Code of the vendor concerned.")
    title: Mapped[str] = mapped_column(String(300), comment="The matter in one line.")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When the step was due.")
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was planned.", info=UNAUDITED)
    state: Mapped[ReminderState] = mapped_column(enum_by_value(ReminderState, "state"), comment="What became of it.")
    reason: Mapped[str | None] = mapped_column(Text, comment="Why it was superseded or cancelled.")
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), comment="The mail it went into.")


class LadderStep(Versioned, Base):
    """A step of the ladder that differs from the shipped one."""

    __tablename__ = "ladder_step"
    __table_args__ = ({"comment": "Steps of reminder ladders that were changed, added or switched off."},)

    subject: Mapped[str] = mapped_column(String(32), primary_key=True, comment="Kind of subject.")
    step: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="Number of the step.")
    offset_days: Mapped[int] = mapped_column(Integer, comment="Days from the deadline; negative is before it.")
    recipient: Mapped[str] = mapped_column(String(32), comment="Role of who is reminded.")
    tiers: Mapped[str] = mapped_column(String(100), comment="Tiers it applies to, with semicolons; or all.")
    is_active: Mapped[bool] = mapped_column(Boolean, comment="False: the step is left out.")
    why: Mapped[str] = mapped_column(Text, comment="Why it differs.")


class MailRules(Versioned, Base):
    """When mail may go out, and the brakes; one row once somebody changed something."""

    __tablename__ = "mail_rules"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("send_until > send_from", name="hours_in_order"),
        CheckConstraint("per_tick >= 1", name="per_tick_positive"),
        CheckConstraint("pause_above >= 1", name="pause_above_positive"),
        {"comment": "When mail may go out, and the brakes; one row."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="Always 1.")
    zone: Mapped[str] = mapped_column(String(64), comment="Zone in which days and hours are counted.")
    holidays_of: Mapped[str] = mapped_column(String(10), comment="ISO 3166 country or part, such as DE-BY; or empty.")
    working_days: Mapped[str] = mapped_column(String(7), comment="Digits of working days, Monday is 1.")
    send_from: Mapped[time] = mapped_column(Time, comment="Quiet until then.")
    send_until: Mapped[time] = mapped_column(Time, comment="Quiet from then on.")
    per_tick: Mapped[int] = mapped_column(Integer, comment="Most mails of one run of the mailer.")
    pause_above: Mapped[int] = mapped_column(Integer, comment="More new mails at once than this pause the outbox.")
    is_paused: Mapped[bool] = mapped_column(Boolean, comment="Nothing is sent.")
    is_dry: Mapped[bool] = mapped_column(Boolean, comment="Everything is planned and shown, nothing is sent.")
    why: Mapped[str] = mapped_column(Text, comment="Why it is so.")


class MailWording(Versioned, Base):
    """Words of a mail that differ from the shipped ones, in one language."""

    __tablename__ = "mail_wording"
    __table_args__ = ({"comment": "Subjects and texts of mails that were changed, by language."},)

    template: Mapped[str] = mapped_column(String(64), primary_key=True, comment="Name of the template.")
    language: Mapped[str] = mapped_column(String(8), primary_key=True, comment="ISO 639-1, such as en or de.")
    subject: Mapped[str] = mapped_column(String(300), comment="Subject line, with fields in braces.")
    body: Mapped[str] = mapped_column(Text, comment="Text, with fields in braces; the HTML is made from it.")
    why: Mapped[str] = mapped_column(Text, comment="Why it differs.")


class MailOptOut(Base):
    """An address that does not want reminders any more."""

    __tablename__ = "mail_opt_out"
    __table_args__ = ({"comment": "Addresses that unsubscribed from reminders and digests."},)

    address: Mapped[str] = mapped_column(String(254), primary_key=True, comment="In lower case.", info=PERSONAL)
    since: Mapped[datetime] = mapped_column(UtcDateTime, comment="When they unsubscribed.", info=UNAUDITED)


class CalendarLink(Base):
    """The secret address of a person's calendar feed; raising the number ends the old address."""

    __tablename__ = "calendar_link"
    __table_args__ = ({"comment": "Calendar feeds by person; the address is derived, never stored."},)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, comment="Whose feed.")
    selector: Mapped[str] = mapped_column(String(32), unique=True, comment="Random; finds the row.")
    issue: Mapped[int] = mapped_column(Integer, comment="Rises with each new address; the old ones end.")
    is_active: Mapped[bool] = mapped_column(Boolean, comment="False: there is no feed.")


class Webhook(Versioned, Base):
    """An address of a chat or of another program that is told what reminders escalate."""

    __tablename__ = "webhook"
    __table_args__ = ({"comment": "Addresses that are told of escalations, signed with a key of their own."},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    name: Mapped[str] = mapped_column(String(200), comment="What people call it.")
    url: Mapped[str] = mapped_column(Text, comment="Where it is posted to; often a secret.", info={"secret": True})
    format: Mapped[WebhookFormat] = mapped_column(enum_by_value(WebhookFormat, "format"), comment="How it looks.")
    is_active: Mapped[bool] = mapped_column(Boolean, comment="False: nothing is posted.")
