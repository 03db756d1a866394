"""Vendors, and what belongs to one: contracts, certificates, contacts, comments, delegations."""

from typing import Any

from flask import url_for

from registry.core.access import Permission, Scope, scope_of
from registry.core.actor import Actor
from registry.domain.register.facts import Certificate, Contact, Contract
from registry.facts.desk import FactDesk, fact_blueprint
from registry.vendors import views
from registry.vendors.forms import CertificateForm, ContactForm, ContractForm, VendorForm
from registry.vendors.lists import CERTIFICATES, CONTACTS, CONTRACTS, VENDORS
from registry.vendors.page import about_vendor


def _own_when_nobody_is_named(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    """Make a manager who names no owner the owner; otherwise the new vendor would be out of their own reach."""
    if values.get("owner_email") or scope_of(actor, Permission.FACTS_WRITE) is not Scope.OWN:
        return values
    return {**values, "owner_email": actor.email}


def _vendor_page(part: Contract | Certificate | Contact) -> str:
    return url_for("vendors.show", code=part.vendor, tab="papers")


_VENDORS = fact_blueprint(
    FactDesk(
        kind="vendors",
        form=VendorForm,
        list=VENDORS,
        bulk=("owner_email", "lifecycle", "tags"),
        show_template="vendors/show.html",
        about=about_vendor,
        before_create=_own_when_nobody_is_named,
    ),
    __name__,
    path="/vendors",
    template_folder="templates",
)
for _rule, _endpoint, _view, _method in (
    ("/vendors/<string:code>/breach", "breach", views.breach, "GET"),
    ("/vendors/<string:code>/picture", "picture", views.picture, "GET"),
    ("/vendors/<string:code>/comments", "comment", views.comment, "POST"),
    ("/vendors/<string:code>/delegations", "delegate", views.delegate, "POST"),
    ("/vendors/<string:code>/delegations/<int:delegation_id>/end", "end_delegation", views.end_delegation, "POST"),
):
    _VENDORS.add_url_rule(_rule, _endpoint, _view, methods=[_method])

blueprints = (
    _VENDORS,
    fact_blueprint(
        FactDesk(kind="contracts", form=ContractForm, list=CONTRACTS, bulk=("breach_notice_hours",), home=_vendor_page),
        __name__,
        path="/contracts",
    ),
    fact_blueprint(
        FactDesk(kind="certificates", form=CertificateForm, list=CERTIFICATES, home=_vendor_page),
        __name__,
        path="/certificates",
    ),
    fact_blueprint(
        FactDesk(kind="contacts", form=ContactForm, list=CONTACTS, home=_vendor_page), __name__, path="/contacts"
    ),
)
