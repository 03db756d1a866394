"""Requests about single mails and the outbox as a whole."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, needs
from registry.core.mailrules import policy
from registry.models.mail import MailState
from registry.outbox import queries, service
from registry.settings import current_settings

__all__ = ["again", "brake", "cancel", "index", "letter", "mailbox", "show"]


@needs(Permission.OUTBOX_READ)
def index() -> str:
    asked = request.args.get("show", MailState.PENDING)
    state = MailState(asked) if asked in set(MailState) else MailState.PENDING
    return render_template(
        "outbox/index.html",
        mails=queries.mails(state), standing=queries.standing(), state=state, states=list(MailState), rules=policy(),
        writes_files=not current_settings().smtp_url,
    )  # fmt: skip


@needs(Permission.OUTBOX_READ)
def show(mail_id: int) -> str:
    return render_template("outbox/show.html", mail=queries.mail(mail_id))


@needs(Permission.OUTBOX_WRITE)
def again(mail_id: int) -> ResponseReturnValue:
    service.send_again(current_actor(), mail_id)
    flash(
        "It waits again and goes out with the same identity, so that a mail program can tell it from a new one.",
        "success",
    )
    return redirect(url_for("outbox.show", mail_id=mail_id), 303)


@needs(Permission.OUTBOX_WRITE)
def cancel(mail_id: int) -> ResponseReturnValue:
    service.cancel(current_actor(), mail_id)
    flash("It will not be sent.", "success")
    return redirect(url_for("outbox.show", mail_id=mail_id), 303)


@needs(Permission.OUTBOX_WRITE)
def brake() -> ResponseReturnValue:
    wants_pause = request.form.get("pause") == "yes"
    service.set_brake(current_actor(), is_paused=wants_pause)
    flash("The outbox is paused; nothing is sent." if wants_pause else "The outbox goes on.", "success")
    return redirect(url_for("outbox.index"), 303)


@needs(Permission.OUTBOX_READ)
def mailbox() -> str:
    return render_template("outbox/mailbox.html", letters=queries.letters(), letter=None)


@needs(Permission.OUTBOX_READ)
def letter(name: str) -> str:
    return render_template("outbox/mailbox.html", letters=queries.letters(), letter=queries.read_letter(name))
