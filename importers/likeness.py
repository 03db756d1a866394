"""Finds vendors that are probably the same under another spelling: legal form, word order, a typing slip, one domain."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

__all__ = ["Candidate", "Likeness", "bare_name", "domain_of"]

_LEGAL_FORMS_TEXT = (
    "inc incorporated corp corporation co company llc lc llp lp ltd limited plc pty pte pvt private gmbh mbh ag kg kgaa ohg "
    "gbr ug ev eg se sa sas sarl sasu snc eurl spa srl srls sl slu bv nv vof cv ab as asa aps oy oyj sp zoo spzoo kft zrt "
    "oo nyrt sro spol doo dd ad ood eood jsc ooo oao pao kk yk bhd sdn holding holdings group gruppe international intl"
)
_LEGAL_FORMS = frozenset(_LEGAL_FORMS_TEXT.split())
_SCHEME = re.compile(r"^[a-z]+://", re.IGNORECASE)
_FRENCH = re.compile(r"\bs\.? ?a ?r\.?l\b\.?")  # S.à r.l.
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}", re.IGNORECASE)
_NEAR = 90
_SLIP = 80  # two letters exchanged in a short name cost more than this leaves
_PROPOSED_MAX = 3
# Domains many companies share, so they tell nothing of who it is.
_SHARED_DOMAINS = frozenset({
    "linkedin.com", "github.com", "facebook.com", "google.com", "apple.com", "microsoft.com", "gmail.com", "outlook.com",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be the same: its key, its name, how near (100: all but the same), and why."""

    key: str
    name: str
    score: float
    why: str


@lru_cache(maxsize=65_536)
def bare_name(name: str) -> str:
    """Return a name without case, accents, punctuation and legal forms.

    >>> bare_name("ACME Mail, S.à r.l."), bare_name("The Acme Mail Company GmbH & Co. KG")
    ('acme mail', 'acme mail')
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    plain = _DOTTED.sub(lambda found: found[0].replace(".", ""), plain.replace("&", " ").casefold())
    plain = _FRENCH.sub("sarl", plain.replace("a/s", "as"))
    words = re.findall(r"\w+", plain)
    if len(words) > 1 and words[0] == "the":
        del words[0]
    while len(words) > 1 and (words[-1] in _LEGAL_FORMS or words[-1] in {"and", "und", "z"}):
        del words[-1]
    return " ".join(words)


def domain_of(text: str | None) -> str | None:
    """Return the domain of an address as people write it; None for one that many companies share.

    >>> domain_of("https://www.Acme.example/about"), domain_of("linkedin.com/company/acme")
    ('acme.example', None)
    """
    host = _SCHEME.sub("", (text or "").strip()).split("/")[0].split("?")[0].split(":")[0].casefold()
    host = host.rpartition("@")[2].removeprefix("www.").strip(".")
    return host if "." in host and " " not in host and host not in _SHARED_DOMAINS else None


@dataclass(slots=True)
class Likeness:
    """Names and domains seen so far, asked for what a further one may be."""

    names: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # bare name -> (key, name)
    domains: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    # Names with their words in order, by the numbers in them: "Region 1" and "Region 2" are never compared.
    _sorted: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)

    def add(self, key: str, names: Iterable[str | None], domain: str | None) -> None:
        """Remember one vendor under its names (the first is shown) and its domain."""
        known = [name for name in names if name]
        for name in known:
            bare = bare_name(name)
            self.names.setdefault(bare, []).append((key, known[0]))
            self._sorted.setdefault(_numbers(bare), {})[_in_order(bare)] = bare
        if host := domain_of(domain):
            self.domains.setdefault(host, []).append((key, known[0] if known else host))

    def of(self, name: str, domain: str | None = None) -> list[Candidate]:
        """Return what a name may mean, nearest first; time grows with the number of names remembered."""
        bare = bare_name(name)
        found = [Candidate(key, other, 100, "the same name but for its legal form or spelling")
                 for key, other in self.names.get(bare, ())]  # fmt: skip
        if host := domain_of(domain):
            found += [
                Candidate(key, other, 97, f"the same domain, {host}") for key, other in self.domains.get(host, ())
            ]
        if len(bare) >= 5:
            for other, score in _near(bare, self._sorted.get(_numbers(bare), {})):
                found += [Candidate(key, shown, score, "a similar name") for key, shown in self.names[other]]
        best: dict[str, Candidate] = {}
        for candidate in sorted(found, key=lambda each: -each.score):
            best.setdefault(candidate.key, candidate)
        return list(best.values())[:_PROPOSED_MAX]


def _near(bare: str, names: Mapping[str, str]) -> list[tuple[str, float]]:
    """Return the near ones of names given with their words in order, with their score."""
    own = _in_order(bare)
    found = process.extract(own, names.keys(), scorer=fuzz.ratio, score_cutoff=_SLIP, limit=4 * _PROPOSED_MAX)
    return [
        (names[other], score)
        for other, score, _ in found
        if score >= _NEAR or OSA.distance(bare, names[other], score_cutoff=1) <= 1
    ]


def _numbers(bare: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+", bare))


def _in_order(bare: str) -> str:
    return " ".join(sorted(bare.split()))
