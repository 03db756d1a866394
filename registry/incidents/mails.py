"""The words of mails about incidents."""

from registry.core.mailtext import MailTemplate, Wording

__all__ = ["CLOCK_WARNING", "TEMPLATES", "TOLD"]

CLOCK_WARNING = MailTemplate(
    name="incident_clocks",
    words="Warning that clocks of an incident run out",
    fields=("name", "organisation", "mark", "title", "lines", "address", "link"),
    shipped=Wording(
        "{mark}{title}: clocks run out",
        "Dear {name},\n\n{mark}{title}. These duties to tell somebody have come to half, four fifths or the end of their "
        "time and nobody has settled them:\n\n{lines}\n\nThe board: {address}\n\nThe list was prepared for counsel and "
        "is no legal advice.\n\n{organisation}",
    ),
    sample={
        "name": "Sam Sample", "organisation": "Northwind Insurance", "mark": "", "title": "Corvid Mail: data theft",
        "lines": "- four fifths are over, 14 h left: authority under GDPR Art. 33(1)",
        "address": "https://registry.example.org/incidents/1/duties", "link": "",
    },
)  # fmt: skip
TOLD = MailTemplate(
    name="incident_told",
    words="Word of an incident, to each by what they answer for",
    fields=("name", "organisation", "mark", "title", "wave", "facts", "link"),
    shipped=Wording(
        "{mark}{title} ({wave})",
        "Dear {name},\n\n{facts}\n\nPlease say that you know, within minutes: {link}\n\n{organisation}",
    ),
    sample={
        "name": "Sam Sample", "organisation": "Northwind Insurance", "mark": "", "title": "Corvid Mail: data theft",
        "wave": "suspected", "facts": "A breach at Corvid Mail is suspected: data theft.", "link": "",
    },
)  # fmt: skip
TEMPLATES: tuple[MailTemplate, ...] = (CLOCK_WARNING, TOLD)
