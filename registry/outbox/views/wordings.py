"""Requests about the words of mails."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, needs
from registry.core.errors import NotFound
from registry.core.mailtext import MailTemplate, Wording, html_of, problems_of, render, templates, wording
from registry.outbox import service
from registry.outbox.forms import WordsForm

__all__ = ["LANGUAGES", "index", "reset", "show"]

LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
}


@needs(Permission.SETTINGS_READ)
def index() -> str:
    return render_template("outbox/wordings.html", templates=templates(), languages=LANGUAGES)


@needs(Permission.SETTINGS_WRITE)
def show(template: str, language: str) -> ResponseReturnValue:
    known = _known(template, language)
    now = wording(template, language)
    form = WordsForm(data={"subject": now.subject, "body": now.body})
    if form.validate_on_submit():
        wanted = Wording(form.subject.data, form.body.data)
        problems = problems_of(known, wanted)
        form.body.errors = [*form.body.errors, *problems]
        if not problems and "preview" not in request.form:
            service.change_words(current_actor(), template, language, wanted=wanted, why=form.why.data)
            flash("The words are changed; mails planned from now on have them.", "success")
            return redirect(url_for("outbox.wording", template=template, language=language), 303)
    tried = Wording(form.subject.data or "", form.body.data or "")
    preview = render(tried, known.sample) if not problems_of(known, tried) else None
    page = render_template(
        "outbox/wording.html", form=form, known=known, language=language, languages=LANGUAGES, preview=preview,
        html=html_of(preview[1]) if preview else None,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@needs(Permission.SETTINGS_WRITE)
def reset(template: str, language: str) -> ResponseReturnValue:
    _known(template, language)
    service.reset_words(current_actor(), template, language)
    flash("The shipped words are in force again.", "success")
    return redirect(url_for("outbox.wordings"), 303)


def _known(name: str, language: str) -> MailTemplate:
    found = next((each for each in templates() if each.name == name), None)
    if found is None or language not in LANGUAGES:
        raise NotFound("mail", name)
    return found
