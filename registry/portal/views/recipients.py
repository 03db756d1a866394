"""Our page of an assessment that says whom it went to: sending, links to copy, codes to read out, withdrawing."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from registry.assessments.queries import AssessmentPage, assessment_page
from registry.core.access import Permission, current_actor, needs
from registry.core.errors import NotFound
from registry.core.given import whole_number
from registry.domain.register.errors import IllegalMove
from registry.portal.forms import SendForm
from registry.portal.queries import Known, contacts_of, known_contacts
from registry.portal.service import inviting

__all__ = ["copy_link", "read_code", "reissue", "send", "show", "use_code", "withdraw"]


@needs(Permission.ASSESSMENTS_LAUNCH)
def show(key: int) -> ResponseReturnValue:
    page = _page(key)
    return _render(page, _form(page, known_contacts(page.row)))


@needs(Permission.ASSESSMENTS_LAUNCH)
def send(key: int) -> ResponseReturnValue:
    page = _page(key)
    known = known_contacts(page.row)
    form = _form(page, known)
    if form.validate():
        command = inviting.SendAssessment(
            version=whole_number(form.version.data), invites=_invites(form, known), needs_code=form.needs_code.data,
            message=form.message.data or "",
        )  # fmt: skip
        try:
            count = inviting.send(current_actor(), key, command)
        except (inviting.BadInvitation, IllegalMove) as wrong:
            form.form_errors.append(str(wrong))
        else:
            flash(f"Opened to the vendor; {count} mail{'s' if count > 1 else ''} will tell of it.", "success")
            return redirect(url_for("recipients.show", key=key), 303)
    return _render(page, form)


def _page(key: int) -> AssessmentPage:
    page = assessment_page(key, current_actor())
    if not page.may_launch:
        raise NotFound("assessment", key)
    return page


def _form(page: AssessmentPage, known: list[Known]) -> SendForm:
    form = SendForm(data={"version": str(page.row.version), "needs_code": True})
    form.contacts.choices = [SelectChoice(each.email, f"{each.name}, {each.role}: {each.email}") for each in known]
    form.sections.choices = [SelectChoice(each.section.id, each.section.title) for each in page.progress]
    return form


def _invites(form: SendForm, known: list[Known]) -> list[inviting.Invite]:
    by_email = {each.email: each for each in known}
    sections = tuple(form.sections.data or ())
    chosen = [by_email[email] for email in form.contacts.data or () if email in by_email]
    invites = [inviting.Invite(name=each.name, email=each.email, sections=sections) for each in chosen]
    if form.name.data or form.email.data:
        invites.append(inviting.Invite(name=form.name.data or "", email=form.email.data or "", sections=sections))
    return invites


def _render(
    page: AssessmentPage, form: SendForm, *, link: str | None = None, code: str | None = None, of: int | None = None
) -> ResponseReturnValue:
    contacts = contacts_of(page.row)
    titles = {each.section.id: each.section.title for each in page.progress}
    shown = render_template(
        "portal/recipients.html", page=page, form=form, contacts=contacts, titles=titles, link=link, code=code, of=of
    )
    return shown, 422 if form.errors else 200


@needs(Permission.ASSESSMENTS_LAUNCH)
def copy_link(key: int, link_id: int) -> ResponseReturnValue:
    """Show a link once, to be given to the contact by another way; that it was shown is in the log."""
    address = inviting.link_to_copy(current_actor(), key, link_id)
    page = _page(key)
    return _render(page, _form(page, known_contacts(page.row)), link=address, of=link_id)


@needs(Permission.ASSESSMENTS_LAUNCH)
def read_code(key: int, link_id: int) -> ResponseReturnValue:
    code = inviting.read_out_code(current_actor(), key, link_id)
    page = _page(key)
    return _render(page, _form(page, known_contacts(page.row)), code=code, of=link_id)


@needs(Permission.ASSESSMENTS_LAUNCH)
def reissue(key: int, link_id: int) -> ResponseReturnValue:
    words = "A new link is on its way; the old one opens nothing any more."
    return _done(key, words, lambda: inviting.reissue(current_actor(), key, link_id))


@needs(Permission.ASSESSMENTS_LAUNCH)
def withdraw(key: int, link_id: int) -> ResponseReturnValue:
    words = "Withdrawn. What was answered stays."
    return _done(key, words, lambda: inviting.withdraw(current_actor(), key, link_id))


@needs(Permission.ASSESSMENTS_LAUNCH)
def use_code(key: int, link_id: int, use: str) -> ResponseReturnValue:
    is_asked = use == "on"
    words = "A code is asked for from now on." if is_asked else "The link alone opens the form from now on."
    return _done(key, words, lambda: inviting.use_code(current_actor(), key, link_id, needs_code=is_asked))


def _done(key: int, words: str, act: Callable[[], None]) -> ResponseReturnValue:
    act()
    flash(words, "success")
    return redirect(url_for("recipients.show", key=key), 303)
