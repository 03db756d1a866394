"""The vendor portal: contacts answer by a personal link, without an account; and our page of whom a form went to."""

from flask import Blueprint

from registry.portal.letters import LINKS, RECHECKS, TEMPLATES
from registry.portal.views import door, files, form, handing, offline, recipients
from registry.portal.visit import NOT_THERE, add_headers, nothing_here

__all__ = ["LINKS", "RECHECKS", "TEMPLATES", "blueprint", "recipients_blueprint"]

blueprint = Blueprint("portal", __name__, template_folder="templates")
recipients_blueprint = Blueprint("recipients", __name__, template_folder="templates")

for _path, _endpoint, _view, _method in (
    ("/code", "code", door.code, "GET"),
    ("/code", "give_code", door.code, "POST"),
    ("/code/another", "another", door.another, "POST"),
    ("/leave", "leave", door.leave, "POST"),
    ("/form", "form", form.form, "GET"),
    ("/form", "save", form.save, "POST"),
    ("/form/print", "print", form.printed, "GET"),
    ("/form/answers/<question>", "answer", form.answer_one, "POST"),
    ("/form/files/<question>", "files", files.files, "GET"),
    ("/form/files/<question>", "give", files.give, "POST"),
    ("/form/files/<question>/<int:file_id>", "detach", files.detach, "POST"),
    ("/files/<int:file_id>", "file", files.download, "POST"),
    ("/offline", "offline", offline.ask, "GET"),
    ("/offline", "compare", offline.compare, "POST"),
    ("/offline/workbook", "workbook", offline.download, "POST"),
    ("/offline/apply", "apply", offline.apply, "POST"),
    ("/hand-on", "hand_on", handing.hand_on, "GET"),
    ("/hand-on", "hand_on_to", handing.hand_on, "POST"),
    ("/hand-on/<int:link_id>/end", "take_back", handing.take_back, "POST"),
    ("/submit", "submit", handing.submit, "GET"),
    ("/submit", "hand_in", handing.submit, "POST"),
    ("/receipt", "receipt", handing.receipt, "GET"),
    ("/<token>", "look", door.look, "GET"),
    ("/<token>", "come_in", door.come_in, "POST"),
):
    blueprint.add_url_rule(f"/portal{_path}", _endpoint, _view, methods=(_method,))

for _kind in NOT_THERE:
    blueprint.register_error_handler(_kind, nothing_here)
blueprint.after_request(add_headers)

for _path, _endpoint, _view, _method in (
    ("", "show", recipients.show, "GET"),
    ("", "send", recipients.send, "POST"),
    ("/<int:link_id>/link", "copy_link", recipients.copy_link, "POST"),
    ("/<int:link_id>/code", "read_code", recipients.read_code, "POST"),
    ("/<int:link_id>/new", "reissue", recipients.reissue, "POST"),
    ("/<int:link_id>/withdraw", "withdraw", recipients.withdraw, "POST"),
    ("/<int:link_id>/ask/<any(on, off):use>", "use_code", recipients.use_code, "POST"),
):
    recipients_blueprint.add_url_rule(f"/assessments/<int:key>/recipients{_path}", _endpoint, _view, methods=(_method,))
