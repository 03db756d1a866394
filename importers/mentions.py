"""Which of our vendors a public record seems to name, by what, and how sure that is.

Names agree in degrees: an internet domain is nearly proof, a short word inside a longer name is hardly a hint. Weak
agreement is left out, so that an alert means something; what is raised always shows the words it rests on.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from importers.sector_words import folded
from registry.domain.breaches.public_breaches import PublicBreach

__all__ = ["KnownVendor", "Mention", "VendorNames", "core_name"]

RAISED_FROM = 0.4
_NEARLY_EQUAL = 92
_LEGAL_FORMS = frozenset({
    "inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "plc", "corp", "corporation", "co", "company", "gmbh", "ag", "sa",
    "sas", "sarl", "srl", "spa", "bv", "nv", "ab", "as", "oy", "kg", "se", "pty", "pllc", "pc", "holdings", "group", "the",
})  # fmt: skip
# Words that many firms share: a name made of them alone tells nothing inside another name.
_COMMON = frozenset({
    "health", "healthcare", "care", "medical", "center", "centre", "clinic", "hospital", "services", "service", "solutions", "systems",
    "technologies", "technology", "software", "data", "bank", "insurance", "financial", "finance", "credit", "union", "university", "school",
    "college", "city", "county", "state", "department", "associates", "partners", "international", "global", "national", "american", "united",
    "first", "management", "consulting", "digital", "online", "cloud", "network", "networks", "media", "mail", "email", "security", "labs",
    "and", "of", "for", "at", "in",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVendor:
    """A vendor of ours by everything it is called."""

    code: str
    name: str
    legal_name: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A vendor that a record seems to name: what agrees, the sentence that shows it, how sure it is (a judgement)."""

    vendor: str
    basis: str
    evidence: str
    confidence: float


def core_name(name: str) -> str:
    """Return a name without legal forms, case and punctuation.

    >>> core_name("Corvid Mail, Inc."), core_name("The ACME Group LLC")
    ('corvid mail', 'acme')
    """
    words = re.findall(r"\w+", folded(name).replace("&", " and ").replace(".", "").replace("'", ""))
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return " ".join(kept or words)


class VendorNames:
    """Our vendors, indexed once, asked for every record: a question costs as much as the record has words."""

    def __init__(self, vendors: Iterable[KnownVendor]) -> None:
        self.by_domain: dict[str, list[KnownVendor]] = {}
        self.by_name: dict[str, list[tuple[KnownVendor, str]]] = {}
        self.by_start: dict[str, list[str]] = {}
        for vendor in vendors:
            if vendor.domain:
                self.by_domain.setdefault(_domain(vendor.domain), []).append(vendor)
            for name, what in ((vendor.name, "name"), (vendor.legal_name, "legal name")):
                if name and len(core := core_name(name)) >= 2:
                    if core not in self.by_name:
                        self.by_start.setdefault(core.split()[0], []).append(core)
                    self.by_name.setdefault(core, []).append((vendor, what))

    def mentioned_in(self, record: PublicBreach) -> list[Mention]:
        """Return the vendors a record seems to name, each once, by its strongest sign, the surest first."""
        best: dict[str, Mention] = {}
        for mention in self._all(record):
            known = best.get(mention.vendor)
            if mention.confidence >= RAISED_FROM and (known is None or mention.confidence > known.confidence):
                best[mention.vendor] = mention
        return sorted(best.values(), key=lambda each: (-each.confidence, each.vendor))

    def _all(self, record: PublicBreach) -> Iterator[Mention]:
        for vendor in self.by_domain.get(_domain(record.domain), ()) if record.domain else ():
            evidence = f"The record names the domain {record.domain}, which is registered for {vendor.name}."
            yield Mention(vendor=vendor.code, basis="domain", evidence=evidence, confidence=0.95)
        yield from self._equal(record.name, "The record is of", 1.0)
        for chain in record.chains:
            said = f'The record seems to name as vendor ("{chain.wording}")'
            yield from self._equal(chain.vendor, said, 0.5 + chain.confidence / 2)
        yield from self._inside(record.name, f"The name of the record, {record.name}, contains", 0.7)
        if record.description:
            yield from self._inside(record.description, "The text of the record mentions", 0.45)

    def _equal(self, text: str, said: str, factor: float) -> Iterator[Mention]:
        core = core_name(text)
        for vendor, what in self.by_name.get(core, ()):
            sure = 0.6 if len(core) <= 4 or _is_common(core) else 0.9
            evidence = f"{said} {text}; the {what} of {vendor.code} is {vendor.name}."
            yield Mention(vendor=vendor.code, basis=what, evidence=evidence, confidence=round(sure * factor, 2))
        if core in self.by_name or not core or len(core) > 200:
            return
        for other in self.by_start.get(core.split()[0], ()):
            if len(other) >= 6 and fuzz.ratio(core, other, score_cutoff=_NEARLY_EQUAL) > 0:
                for vendor, _ in self.by_name[other]:
                    evidence = f"{said} {text}, nearly the name {vendor.name}."
                    yield Mention(
                        vendor=vendor.code,
                        basis="nearly the name",
                        evidence=evidence,
                        confidence=round(0.6 * factor, 2),
                    )

    def _inside(self, text: str, said: str, sure: float) -> Iterator[Mention]:
        words = re.findall(r"\w+", folded(text[:20_000]).replace("&", " and ").replace("'", ""))
        for place, word in enumerate(words):
            for core in self.by_start.get(word, ()):
                parts = core.split()
                if words[place : place + len(parts)] != parts or _is_common(core):
                    continue
                single = len(parts) == 1
                if single and (len(core) < 6 or sure < 0.5):  # a short word, or one word of a long text, tells little
                    continue
                for vendor, what in self.by_name[core]:
                    evidence = f'{said} "{core}", the {what} of {vendor.name} without its legal form.'
                    confidence = round(sure - (0.2 if single else 0), 2)
                    yield Mention(
                        vendor=vendor.code, basis="part of the text", evidence=evidence, confidence=confidence
                    )


def _is_common(core: str) -> bool:
    return all(word in _COMMON for word in core.split())


def _domain(domain: str) -> str:
    bare = re.sub(r"^[a-z]+://", "", domain.strip().casefold()).split("/")[0].split(":")[0]
    return bare.removeprefix("www.").rstrip(".")
