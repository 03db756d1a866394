"""What people type about systems, links, processes and what these depend on."""

from registry.core.kinds import PARTY, SYSTEM, VENDOR
from registry.domain.register.vocabulary import LinkKind
from registry.facts.fields import ChoiceField, FactField, LongTextField, NumberField, PersonField, ShareField, TextField
from registry.facts.forms import FactForm

__all__ = ["DependencyForm", "LinkForm", "ProcessForm", "SystemForm"]

_BY_PARAMETERS = "by the parameters"


class SystemForm(FactForm):
    """A system of ours."""

    KIND = "systems"

    name = TextField("Name")
    owner_email = PersonField("Owner")
    hosted_by = FactField("Hosted by", VENDOR, blank="ourselves", description="The vendor that runs it, if any.")
    rto_hours = NumberField("Must run again within, hours", description="Recovery time objective.")


class LinkForm(FactForm):
    """A way from one system into another."""

    KIND = "links"

    from_system = FactField("From system", SYSTEM)
    to_system = FactField("To system", SYSTEM)
    kind = ChoiceField("Kind", LinkKind)
    probability = ShareField("Chance that a breach passes", blank=_BY_PARAMETERS)
    probability_reason = LongTextField("Reason for it", blank="none needed")


class ProcessForm(FactForm):
    """A business process."""

    KIND = "processes"

    name = TextField("Name")
    owner_email = PersonField("Owner")
    rto_hours = NumberField("Must run again within, hours", description="Until then standing still costs nothing.")
    margin_per_day = NumberField("Margin lost per day", description="In the organisation's currency.")


class DependencyForm(FactForm):
    """What a process needs."""

    KIND = "dependencies"

    process_ = FactField("Process", ("processes",), description="What stops.")
    depends_on = FactField("Depends on", PARTY, description="The system or vendor without which it stops.")
    probability = ShareField("Chance that it stops", blank=_BY_PARAMETERS)
    probability_reason = LongTextField("Reason for it", blank="none needed")
