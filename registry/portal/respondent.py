"""Who answers: a vendor's contact let in by link and code, for one assessment, or for sections of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.domain.assessment.questionnaire import Questionnaire
from registry.models.portal import PortalLink

__all__ = ["Respondent", "contact_actor", "sections_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondent:
    """A contact in this browser; without `is_verified` only the code can be given."""

    link_id: int
    assessment_id: int
    name: str
    email: str
    sections: frozenset[str] | None
    is_verified: bool
    id_hash: str

    @property
    def actor(self) -> Actor:
        """As whom acts are recorded; an actor without any role, so no permission of our people fits."""
        return Actor(person_id=None, name=self.name, email=self.email)

    @property
    def is_whole(self) -> bool:
        """Whether they answer for the whole form, so may hand on and hand in."""
        return self.sections is None

    def may_see(self, section: str) -> bool:
        """Whether a section is theirs."""
        return self.sections is None or section in self.sections

    def require(self, value: Questionnaire, question: str) -> None:
        """Raise NotFound for a question that is not there, or not theirs; the same for both."""
        known = value.by_id.get(question)
        if known is None or not self.may_see(known.section):
            raise NotFound("question", question)


def contact_actor(link: PortalLink) -> Actor:
    """Return a contact as acts record them."""
    return Actor(person_id=None, name=link.name, email=link.email)


def sections_of(link: PortalLink) -> frozenset[str] | None:
    """Return the sections of a link; None for the whole form."""
    return None if link.sections is None else frozenset(_parts(link.sections))


def _parts(text: str) -> Iterable[str]:
    return (part for part in text.split(";") if part)
