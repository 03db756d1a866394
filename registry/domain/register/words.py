"""The closed lists that facts refer to, gathered once: countries, currencies, sectors, categories, controls, roles."""

from dataclasses import dataclass

from registry.domain.register.parameters import Parameters

__all__ = ["KnownWords"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWords:
    """What may stand in a fact besides numbers, dates and free text.

    `jurisdictions` are the codes of ISO 3166-1 and 3166-2 (`DE`, `US-CA`); `roles` the keys of `applies_to` in the
    notification rules; sectors, categories and shipped controls come with the parameters.
    """

    parameters: Parameters
    countries: frozenset[str]
    jurisdictions: frozenset[str]
    currencies: frozenset[str]
    roles: frozenset[str]
    certificates: frozenset[str]
