"""Requests about webhooks."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, needs
from registry.core.webhooks import BadWebhook, signing_secret
from registry.models.mail import WebhookFormat
from registry.outbox import queries, service
from registry.outbox.forms import WebhookForm
from registry.settings import current_settings

__all__ = ["index", "switch"]


@needs(Permission.SETTINGS_WRITE)
def index() -> ResponseReturnValue:
    form = WebhookForm()
    if form.validate_on_submit():
        try:
            hook_id = service.add_webhook(current_actor(), form.name.data, form.url.data, WebhookFormat(form.form.data))
        except BadWebhook as wrong:
            form.url.errors = [*form.url.errors, str(wrong)]
        else:
            flash(f"Webhook {hook_id} is told of escalations from now on.", "success")
            return redirect(url_for("outbox.webhooks"), 303)
    hooks = [(hook, signing_secret(hook.id)) for hook in queries.hooks()]
    page = render_template("outbox/webhooks.html", form=form, hooks=hooks, allowed=current_settings().outbound_allow)
    return page, 422 if form.errors else 200


@needs(Permission.SETTINGS_WRITE)
def switch(hook_id: int) -> ResponseReturnValue:
    service.switch_webhook(current_actor(), hook_id)
    return redirect(url_for("outbox.webhooks"), 303)
