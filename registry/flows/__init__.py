"""Flows: what data goes to which vendor, and how it is kept there."""

from registry.facts.desk import FactDesk, fact_blueprint
from registry.flows.forms import FlowForm
from registry.flows.queries import FLOWS

desk = FactDesk(kind="flows", form=FlowForm, list=FLOWS, bulk=("storage", "protection", "legal_basis"))
blueprint = fact_blueprint(desk, __name__, path="/flows")
