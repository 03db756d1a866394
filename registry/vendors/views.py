"""What a vendor's page asks for and sends beyond the pages every fact has."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, needs
from registry.core.ownership import require_vendor
from registry.domain.register.errors import DomainError
from registry.vendors import breach as breaches
from registry.vendors import queries, service
from registry.vendors.forms import CommentForm
from registry.vendors.page import delegation_form

__all__ = ["breach", "comment", "delegate", "end_delegation", "picture"]


@needs(Permission.BLAST_READ)
def breach(code: str) -> ResponseReturnValue:
    """Send the rest of the sentence: what a breach would reach and cost."""
    queries.require_known(code)
    try:
        found = breaches.breach_of(code)
    except DomainError as error:
        return render_template("vendors/_no_answer.html", words=str(error))
    return render_template("vendors/_breach.html", breach=found)


@needs(Permission.BLAST_READ)
def picture(code: str) -> ResponseReturnValue:
    """Send the rings with their table."""
    queries.require_known(code)
    try:
        found = breaches.picture_of(code)
    except DomainError as error:
        return render_template("vendors/_no_answer.html", words=str(error))
    return render_template("vendors/_rings.html", picture=found)


@needs(Permission.COMMENTS_WRITE)
def comment(code: str) -> ResponseReturnValue:
    """Keep a comment."""
    queries.require_known(code)
    form = CommentForm()
    if form.validate():
        service.comment(current_actor(), code, form.body.data)
        flash("Added your comment.", "success")
    else:
        flash(" ".join(form.body.errors), "error")
    return redirect(url_for("vendors.show", code=code, tab="comments"), 303)


@needs(Permission.FACTS_WRITE)
def delegate(code: str) -> ResponseReturnValue:
    """Let a colleague keep the vendor current."""
    actor = current_actor()
    require_vendor(actor, code)
    form = delegation_form(queries.owner_of(code), data=request.form)
    if form.validate() and form.delegate_email.data:
        service.delegate(actor, service.Delegate(vendor=code, email=form.delegate_email.data, until=form.until.data))
        flash(f"{form.delegate_email.data} may keep this vendor current now.", "success")
    else:
        wrong = [message for errors in form.errors.values() for message in errors]
        flash(" ".join(wrong) or "Choose a colleague first.", "error")
    return redirect(url_for("vendors.show", code=code), 303)


@needs(Permission.FACTS_WRITE)
def end_delegation(code: str, delegation_id: int) -> ResponseReturnValue:
    """Withdraw that leave."""
    email = service.end_delegation(current_actor(), code, delegation_id)
    flash(f"{email} may no longer write this vendor.", "success")
    return redirect(url_for("vendors.show", code=code), 303)
