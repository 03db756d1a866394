"""The shipped words of reminders, digests and escalations."""

from registry.core.mailtext import MailTemplate, Wording

__all__ = ["DIGEST", "ESCALATION", "SINGLE", "TEMPLATES"]

SINGLE = MailTemplate(
    name="reminder",
    words="Reminder to a vendor's contact",
    fields=("name", "organisation", "title", "due", "when", "note", "link"),
    shipped=Wording(
        "{organisation}: {title} ({when})",
        "Dear {name},\n\n{title}: {due}, {when}.\n\n{note}\n\n{link}\n\n"
        "If you are not the right person, please tell your contact at {organisation}.\n\n{organisation}",
    ),
    sample={
        "name": "Sam Sample", "organisation": "Northwind Insurance", "title": "SOC 2 Type II of Corvid Mail expires",
        "due": "30 June 2026", "when": "in 14 days", "note": "Please send us the new report.", "link": "",
    },
)  # fmt: skip
DIGEST = MailTemplate(
    name="digest",
    words="Daily digest to one of us",
    fields=("name", "organisation", "count", "before", "matters", "address", "link"),
    shipped=Wording(
        "{count} waiting for you",
        "Dear {name},\n\n{before}{matters}\n\nAll of it, with what led to it: {address}\n\n{organisation}",
    ),
    sample={
        "name": "Sam Sample", "organisation": "Northwind Insurance", "count": "2 matters are", "before": "",
        "matters": "- SOC 2 Type II of Corvid Mail expires: 30 June 2026, in 14 days\n- Flow F-0007 has no legal basis",
        "address": "https://registry.example.org/reminders", "link": "",
    },
)  # fmt: skip
ESCALATION = MailTemplate(
    name="escalation",
    words="Escalation to a webhook",
    fields=("name", "organisation", "title", "due", "when", "link"),
    shipped=Wording("{organisation}: {title}", "{title}: {due}, {when}. It was escalated to the CISO."),
    sample={
        "name": "", "organisation": "Northwind Insurance", "title": "Review the access of Corvid Mail into S-001",
        "due": "1 May 2026", "when": "45 days ago", "link": "",
    },
)  # fmt: skip
TEMPLATES: tuple[MailTemplate, ...] = (SINGLE, DIGEST, ESCALATION)
