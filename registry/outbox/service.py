"""Sending again, cancelling, the brakes, the words of mails, webhooks."""

from dataclasses import asdict

from registry.core.actor import Actor
from registry.core.errors import NotFound, StaleVersion
from registry.core.mailrules import MailPolicy, policy
from registry.core.mailtext import Wording, problems_of, template
from registry.core.webhooks import BadWebhook, why_not
from registry.core.work import Work, retried, work
from registry.domain.register.errors import DomainError, IllegalMove
from registry.models.mail import Mail, MailRules, MailState, MailWording, Webhook, WebhookFormat
from registry.settings import current_settings

__all__ = [
    "BadWords",
    "add_webhook",
    "cancel",
    "change_rules",
    "change_words",
    "reset_words",
    "send_again",
    "set_brake",
    "switch_webhook",
]

_CAN_GO_AGAIN = frozenset({MailState.FAILED, MailState.AMBIGUOUS, MailState.CANCELLED})


class BadWords(DomainError):
    """The words of a mail cannot be used; says why, all of it."""

    def __init__(self, problems: list[str]) -> None:
        """Keep every problem."""
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


@retried
def send_again(actor: Actor, mail_id: int) -> None:
    """Put a message that failed, was cancelled or has an unknown fate back into the queue, with its identity kept."""
    with work(actor, "mail.send_again", subject=f"outbox:{mail_id}") as w:
        row = w.get(Mail, mail_id)
        if row.state not in _CAN_GO_AGAIN:
            raise IllegalMove(
                f"This mail is {row.state}; only one that failed, was cancelled or is in doubt goes again."
            )
        row.state, row.reason, row.last_error = MailState.PENDING, None, None
        row.next_try = row.first_tried_at = row.settled_at = None
        row.attempts = row.doubts = 0


@retried
def cancel(actor: Actor, mail_id: int) -> None:
    """Take a message that waits out of the queue."""
    with work(actor, "mail.cancel", subject=f"outbox:{mail_id}") as w:
        row = w.get(Mail, mail_id)
        if row.state is not MailState.PENDING:
            raise IllegalMove(f"This mail is {row.state}; only one that waits can be cancelled.")
        row.state, row.reason, row.settled_at = MailState.CANCELLED, f"Cancelled by {actor.name}.", w.now


@retried
def set_brake(actor: Actor, *, is_paused: bool) -> None:
    """Pause the whole outbox, or let it go on."""
    with work(actor, "mail.pause" if is_paused else "mail.resume", subject="mail_rules:1") as w:
        row = _rules(w)
        row.is_paused = is_paused
        row.why = f"Paused by {actor.name}." if is_paused else f"Released by {actor.name}."


@retried
def change_rules(actor: Actor, wanted: MailPolicy) -> None:
    """Change the rules of mail; what is wrong with them was said where they were typed."""
    with work(actor, "mail.change_rules", subject="mail_rules:1") as w:
        if wanted.version != policy().version:
            raise StaleVersion("rules of mail", None)
        row = _rules(w)
        for name, value in asdict(wanted).items():
            if name != "version":
                setattr(row, name, value)


@retried
def change_words(actor: Actor, name: str, language: str, *, wanted: Wording, why: str) -> None:
    """Change the words of a mail in one language."""
    if problems := problems_of(template(name), wanted):
        raise BadWords(problems)
    with work(actor, "mail.change_words", subject=f"mail_wording:{name},{language}") as w:
        row = w.session.get(MailWording, (name, language), with_for_update=True)
        values = {"subject": wanted.subject, "body": wanted.body, "why": why}
        if row is None:
            w.add(MailWording(template=name, language=language, **values))
            return
        for field, value in values.items():
            setattr(row, field, value)


@retried
def reset_words(actor: Actor, name: str, language: str) -> None:
    """Return to the shipped words, or to the English ones."""
    with work(actor, "mail.reset_words", subject=f"mail_wording:{name},{language}") as w:
        row = w.session.get(MailWording, (name, language))
        if row is None:
            raise NotFound("change of words", name)
        w.delete(row)


@retried
def add_webhook(actor: Actor, name: str, url: str, form: WebhookFormat) -> int:
    """Add an address that is told of escalations; only on hosts the installation may call."""
    if problem := why_not(url, current_settings().outbound_allow):
        raise BadWebhook(problem)
    with work(actor, "webhook.add") as w:
        return w.add(Webhook(name=name, url=url, format=form, is_active=True)).id


@retried
def switch_webhook(actor: Actor, hook_id: int) -> None:
    """Switch a webhook off, or on again."""
    with work(actor, "webhook.switch", subject=f"webhook:{hook_id}") as w:
        row = w.get(Webhook, hook_id)
        row.is_active = not row.is_active


def _rules(w: Work) -> MailRules:
    row = w.session.get(MailRules, 1, with_for_update=True, populate_existing=True)
    if row is None:
        given = {name: value for name, value in asdict(policy()).items() if name != "version"}
        row = w.add(MailRules(id=1, **given))
    return row
