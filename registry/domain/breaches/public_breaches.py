"""Public records of breaches at other organisations, as far as one list tells them; facts about others, not of ours."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["BreachSource", "Chain", "Measure", "Precision", "PublicBreach"]


class BreachSource(StrEnum):
    """The list a record comes from; keys are unique within one."""

    HHS_OCR = "hhs_ocr"
    WA_AG = "wa_ag"
    HIBP = "hibp"
    VERIS = "veris"
    PLAIN = "plain"


class Measure(StrEnum):
    """What the number of a record counts; only numbers of one measure are compared."""

    PEOPLE = "people"
    RESIDENTS = "residents"  # of one state, never the total
    ACCOUNTS = "accounts"  # one person may have many
    RECORDS = "records"


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A vendor and its client as the text of a record seems to name them; a proposal, never applied by itself.

    `wording` says how it was read, such as `on behalf of`; `confidence` is a judgement between 0 and 1.
    """

    vendor: str
    client: str | None
    wording: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicBreach:
    """One record of one list, in our words.

    Attributes
    ----------
    key
        What tells it apart within its list and stays the same in later exports.
    people
        The number as told; None when the list tells none.
    is_placeholder
        Whether the number only stands for "at least 500, not counted yet".
    began, ended, discovered, reported
        Dates as told; `began_precision` says how exactly the first is known.
    days_to_notice
        From discovery to notice; None when one of both is not known.
    began_at_vendor
        Whether the list itself says that it began at a vendor; None when it does not say.
    is_one_breach
        False for collections, spam lists and logs of malware, which are no breach of one organisation.
    """

    source: BreachSource
    key: str
    name: str
    entity_type: str | None = None
    sector: str | None = None
    country: str | None = None
    region: str | None = None
    domain: str | None = None
    people: int | None = None
    measure: Measure = Measure.PEOPLE
    is_placeholder: bool = False
    began: date | None = None
    began_precision: Precision = Precision.DAY
    ended: date | None = None
    discovered: date | None = None
    reported: date | None = None
    days_to_notice: int | None = None
    began_at_vendor: bool | None = None
    cause: str | None = None
    places: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    is_verified: bool | None = None
    is_one_breach: bool = True
    description: str | None = None
    url: str | None = None
    chains: tuple[Chain, ...] = ()
    row: int | None = None

    @property
    def year(self) -> int | None:
        """The year it is counted in: that of the report; for Have I Been Pwned, which learns late, of the breach."""
        first, second = (self.began, self.reported) if self.source is BreachSource.HIBP else (self.reported, self.began)
        day = first or second or self.discovered
        return day.year if day else None
