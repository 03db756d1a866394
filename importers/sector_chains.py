"""Vendors and clients that the name in a public record seems to tell: read as proposals, with how sure each is.

The same brackets hold a client, a vendor, an earlier name or a member of a group, so nothing here decides anything.
"""

import re
from collections.abc import Callable

from registry.domain.breaches.public_breaches import Chain

__all__ = ["chains_in_name"]

_PART = r"(?P<{}>[^()]{{2,}}?)"
_FIRST, _SECOND = _PART.format("first"), _PART.format("second")
# Wording -> pattern, which of both parts is the vendor, and how often the wording means that (a judgement).
_WORDINGS: tuple[tuple[str, re.Pattern[str], str, float], ...] = tuple(
    (wording, re.compile(pattern, re.IGNORECASE), vendor, confidence)
    for wording, pattern, vendor, confidence in (
        ("business associate of", rf"{_FIRST},? (?:as |an? )*business associate (?:of|for|to) {_SECOND}", "first", 0.9),
        ("service provider for", rf"{_FIRST},? (?:as |an? )*(?:service provider|vendor|contractor) (?:of|for|to) {_SECOND}", "first", 0.85),
        ("through its vendor", rf"{_FIRST},? (?:by|through|via) (?:its|their) (?:vendor|service provider|business associate|contractor),? {_SECOND}", "second", 0.85),
        ("on behalf of", rf"{_FIRST},?[ (]+on behalf of {_SECOND}\)?", "first", 0.7),
        ("for (o/b/o)", rf"{_FIRST},?[ (]+(?:o/?b/?o|obo) {_SECOND}\)?", "first", 0.7),
        ("care of", rf"{_FIRST},?[ (]+c/o {_SECOND}\)?", "second", 0.5),
        ("vendor in brackets", rf"{_FIRST} \((?:vendor|business associate|service provider|third party)[:,]? {_SECOND}\)", "second", 0.85),
    )
)  # fmt: skip
_BRACKETS = re.compile(r"(?P<outside>[^()]{2,}?)\s*\((?P<inside>[^()]{2,})\)\s*$")
_SAME_FIRM = re.compile(
    r"\b(?:d/?b/?a|f/?k/?a|a/?k/?a|n/?k/?a|doing business as|formerly|also known as|now known as|previously|"
    r"collectively|together with|and (?:its )?(?:affiliates|subsidiaries|affiliated)|member of|part of)\b",
    re.IGNORECASE,
)
_QUOTES = "\"'\u201c\u2018"
_COMMON = frozenset(
    {
        "inc",
        "incorporated",
        "corporation",
        "company",
        "group",
        "services",
        "health",
        "healthcare",
        "medical",
        "center",
        "university",
        "hospital",
        "bank",
        "holdings",
        "limited",
    }
)
_ABBREVIATION = re.compile(r"[^a-z]{1,8}s?|the .{1,40}|.{0,3}")


def chains_in_name(name: str) -> tuple[Chain, ...]:
    """Return what the name of a record proposes: no chain, or one, or both readings of a bracket.

    >>> [(chain.vendor, chain.client) for chain in chains_in_name("Perch Billing on behalf of Larch Clinic")]
    [('Perch Billing', 'Larch Clinic')]
    """
    text = " ".join(name.split())
    for wording, pattern, vendor, confidence in _WORDINGS:
        if found := pattern.fullmatch(text):
            parts = {key: _trimmed(part) for key, part in found.groupdict().items()}
            client = parts["second" if vendor == "first" else "first"]
            return _usable(Chain(vendor=parts[vendor], client=client, wording=wording, confidence=confidence))
    return _of_brackets(text)


def _of_brackets(text: str) -> tuple[Chain, ...]:
    found = _BRACKETS.fullmatch(text)
    if found is None or _SAME_FIRM.search(text):
        return ()
    outside, inside = _trimmed(found["outside"]), _trimmed(found["inside"])
    if found["inside"].strip()[0] in _QUOTES or _ABBREVIATION.fullmatch(inside) or _is_short_name(inside, outside):
        return ()
    if _words(outside) & _words(inside):  # more often members of one group than two firms
        return _usable(Chain(vendor=outside, client=inside, wording="group member in brackets", confidence=0.15))
    return (
        *_usable(Chain(vendor=outside, client=inside, wording="client in brackets", confidence=0.4)),
        *_usable(Chain(vendor=inside, client=outside, wording="vendor in brackets", confidence=0.2)),
    )


def _is_short_name(one: str, other: str) -> bool:
    """Tell whether one of two names only repeats the other, whole or by its first letters."""
    if _words(one) <= _words(other) or _words(other) <= _words(one):
        return True
    return any(
        re.sub(r"\W", "", short).casefold() == "".join(word[0] for word in re.findall(r"\w+", long)).casefold()
        for short, long in ((one, other), (other, one))
    )


def _words(text: str) -> set[str]:
    """Return the words of a name that tell it apart."""
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) >= 4 and word not in _COMMON}


def _trimmed(text: str) -> str:
    return text.strip(" ,;:-–—'\"“”")


def _usable(chain: Chain) -> tuple[Chain, ...]:
    is_name: Callable[[str], bool] = lambda text: len(re.findall(r"[^\W\d_]", text)) >= 2  # noqa: E731
    if not is_name(chain.vendor) or (chain.client is not None and not is_name(chain.client)):
        return ()
    return (chain,)
