"""The outbox: every mail with its text and its fate; the rules and brakes of mail, its words, and webhooks."""

from flask import Blueprint

from registry.outbox import views
from registry.outbox.views import rules, webhooks, wordings

blueprint = Blueprint("outbox", __name__, template_folder="templates")

for _path, _endpoint, _view, _methods in (
    ("/outbox", "index", views.index, ("GET",)),
    ("/outbox/<int:mail_id>", "show", views.show, ("GET",)),
    ("/outbox/<int:mail_id>/again", "again", views.again, ("POST",)),
    ("/outbox/<int:mail_id>/cancel", "cancel", views.cancel, ("POST",)),
    ("/outbox/brake", "brake", views.brake, ("POST",)),
    ("/mailbox", "mailbox", views.mailbox, ("GET",)),
    ("/mailbox/<name>", "letter", views.letter, ("GET",)),
    ("/settings/mail", "rules", rules.show, ("GET", "POST")),
    ("/settings/mail/words", "wordings", wordings.index, ("GET",)),
    ("/settings/mail/words/<template>/<language>", "wording", wordings.show, ("GET", "POST")),
    ("/settings/mail/words/<template>/<language>/reset", "reset_wording", wordings.reset, ("POST",)),
    ("/settings/webhooks", "webhooks", webhooks.index, ("GET", "POST")),
    ("/settings/webhooks/<int:hook_id>/switch", "switch_webhook", webhooks.switch, ("POST",)),
):
    blueprint.add_url_rule(_path, _endpoint, _view, methods=_methods)
