"""The words of mails: shipped texts with named fields, changed ones beside them, in more than one language.

A text is filled field by field (`{due}`); a name in braces that the template does not have is refused where it is
typed. The HTML part is made from the text, so both always say the same and nobody writes markup.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Flask, current_app
from markupsafe import Markup, escape
from sqlalchemy import select

from registry.core.db import session
from registry.models.mail import MailWording

__all__ = [
    "MailTemplate",
    "Wording",
    "html_of",
    "init_app",
    "problems_of",
    "render",
    "template",
    "templates",
    "wording",
]

SUBJECT_LENGTH = 300
_FIELD = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_BRACES = re.compile(r"[{}]")
_ADDRESS = re.compile(r"(https?://[^\s<>()\"]+[^\s<>()\".,;])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject and text in one language, with fields in braces."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTemplate:
    """One kind of mail: what it is for, the fields it may use, and the shipped words."""

    name: str
    words: str
    fields: tuple[str, ...]
    shipped: Wording
    sample: Mapping[str, str]


def init_app(app: Flask, known: Iterable[MailTemplate]) -> None:
    """Make the templates of all features known."""
    app.extensions["mail_templates"] = {each.name: each for each in known}


def templates() -> tuple[MailTemplate, ...]:
    """Return every template, in the order of the features."""
    return tuple(current_app.extensions["mail_templates"].values())


def template(name: str) -> MailTemplate:
    """Return a template by name; KeyError for one that no feature brought."""
    found: MailTemplate = current_app.extensions["mail_templates"][name]
    return found


def problems_of(known: MailTemplate, wording: Wording) -> list[str]:
    """Say what is wrong with changed words, in sentences; empty when they can be used."""
    wrong = []
    for part, text in (("subject", wording.subject), ("text", wording.body)):
        unknown = sorted(set(_FIELD.findall(text)) - set(known.fields))
        if unknown:
            have = ", ".join(f"{{{name}}}" for name in known.fields)
            wrong.append(f"The {part} uses {{{unknown[0]}}}, which this mail does not have. It has: {have}.")
        elif _BRACES.search(_FIELD.sub("", text)):
            wrong.append(f"The {part} has a brace that belongs to no field.")
        if not text.strip():
            wrong.append(f"The {part} is empty.")
    if _CONTROL.search(wording.subject):
        wrong.append("The subject must be one line.")
    return wrong


def wording(name: str, language: str) -> Wording:
    """Return the words in force: changed ones in the language, else changed English ones, else the shipped. One query."""
    question = select(MailWording.language, MailWording.subject, MailWording.body)
    rows = session().execute(question.where(MailWording.template == name, MailWording.language.in_({language, "en"})))
    changed = {row.language: Wording(row.subject, row.body) for row in rows}
    return changed.get(language) or changed.get("en") or template(name).shipped


def render(words: Wording, fields: Mapping[str, str]) -> tuple[str, str]:
    r"""Fill in the fields; the subject is one line whatever a field holds.

    >>> render(Wording("{what} is due", "Dear {who}"), {"what": "A\r\nBcc: x", "who": "Ann"})
    ('A Bcc: x is due', 'Dear Ann')
    """
    subject = _FIELD.sub(lambda found: fields[found[1]], words.subject)
    body = _FIELD.sub(lambda found: fields[found[1]], words.body)
    return _CONTROL.sub(" ", subject).strip()[:SUBJECT_LENGTH], body.strip()


def html_of(text: str) -> str:
    r"""Return the HTML part of a text: paragraphs, lists, and addresses as links; everything else is escaped.

    >>> html_of("Hello <b>\n\nhttps://example.org/a").count("<a href=")
    1
    """
    parts = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        if all(line.startswith(("- ", "  ")) for line in lines):
            items = re.split(r"\n?^- ", block, flags=re.MULTILINE)[1:]
            parts.append(f"<ul>{''.join(f'<li>{_linked(item)}</li>' for item in items)}</ul>")
        else:
            parts.append(f"<p>{_linked(block)}</p>")
    return (
        '<!doctype html><html><body style="font-family:sans-serif;font-size:15px;line-height:1.5;color:#1d2733">'
        f"{''.join(parts)}</body></html>"
    )


def _linked(text: str) -> Markup:
    parts = _ADDRESS.split(text)
    made = (
        Markup('<a href="{0}">{0}</a>').format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
    return Markup("").join(made).replace("\n", Markup("<br>"))
