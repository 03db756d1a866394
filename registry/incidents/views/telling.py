"""Requests about who is told: the page of an incident, the personal link of a mail, people outside."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core import throttle
from registry.core.access import Permission, current_actor, needs, public
from registry.core.addresses import BadAddress
from registry.domain.register.errors import DomainError
from registry.incidents import queries
from registry.incidents.forms import ContactForm, TellForm
from registry.incidents.service import contacts as contact_service
from registry.incidents.service import telling as service
from registry.incidents.show import tabs_of
from registry.incidents.told import contacts as contact_rows
from registry.incidents.told import told_lines, why_no_mail

__all__ = ["contacts", "end_contact", "people", "phone", "told", "told_move"]


@needs(Permission.INCIDENTS_READ)
def people(incident_id: int) -> ResponseReturnValue:
    page = queries.incident_page(incident_id, current_actor())
    form = TellForm()
    if request.method == "POST" and not page.may_write:
        abort(403)
    if form.validate_on_submit():
        command = service.TellOne(role=form.role.data, name=form.name.data, address=form.address.data, at=form.at.data)
        try:
            service.tell_one(current_actor(), incident_id, command)
        except (DomainError, BadAddress) as refused:
            form.form_errors.append(str(refused))
        else:
            return redirect(url_for("incidents.people", incident_id=incident_id), 303)
    html = render_template(
        "incidents/people.html", page=page, tabs=tabs_of(page, "people"), lines=told_lines(incident_id), form=form,
        no_mail=why_no_mail(),
    )  # fmt: skip
    return html, 422 if form.errors else 200


@needs(Permission.INCIDENTS_WRITE)
def phone(incident_id: int, telling_id: int) -> ResponseReturnValue:
    service.told_by_phone(current_actor(), incident_id, telling_id)
    flash("Noted that they were called.", "success")
    return redirect(url_for("incidents.people", incident_id=incident_id), 303)


@public
def told(address: str) -> str:
    """Show a neutral page: programs that look through mail open links, so opening it says nothing yet."""
    throttle.take("link.open", request.remote_addr or "")
    row = service.telling_by_address(address)
    return render_template("incidents/told.html", row=row, address=address, is_open=False)


@public
def told_move(address: str) -> ResponseReturnValue:
    throttle.take("link.open", request.remote_addr or "")
    row = service.telling_by_address(address)
    if request.form.get("act") == "acknowledge":
        service.acknowledge(row.id)
    else:
        service.mark_read(row.id)
    return render_template(
        "incidents/told.html", row=service.telling_by_address(address), address=address, is_open=True
    )


@needs(Permission.INCIDENTS_DECLARE)
def contacts() -> ResponseReturnValue:
    form = ContactForm()
    if form.validate_on_submit():
        given = {name: form[name].data for name in ("role", "name", "email", "phone")}
        try:
            contact_service.add_contact(current_actor(), **given)
        except (DomainError, BadAddress) as refused:
            form.form_errors.append(str(refused))
        else:
            return redirect(url_for("incidents.contacts"), 303)
    return render_template("incidents/contacts.html", form=form, rows=contact_rows()), 422 if form.errors else 200


@needs(Permission.INCIDENTS_DECLARE)
def end_contact(contact_id: int) -> ResponseReturnValue:
    contact_service.end_contact(current_actor(), contact_id)
    return redirect(url_for("incidents.contacts"), 303)
