"""Passwords: how they are kept, and which ones are refused.

The rules follow ASVS 5.0 6.2: length counts, no rules about kinds of characters, nothing is cut or changed before
hashing, common and guessable ones are refused. `common_passwords.txt.gz` holds the 30,000 most used passwords of
five letters and more, from the frequency lists of zxcvbn (licence in `common_passwords.LICENSE`).
"""

import gzip
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

__all__ = ["MAX_LENGTH", "MIN_LENGTH", "hash_password", "needs_rehash", "refusals", "verify_password"]

MIN_LENGTH = 12
MAX_LENGTH = 256  # characters; more would only make hashing dearer
_COMMON = Path(__file__).with_name("common_passwords.txt.gz")
_SHORTEST_WORD = 4  # a name such as "Bo" inside a password proves nothing

_hasher = PasswordHasher()  # argon2id, the parameters of RFC 9106's low-memory profile
# Each hash takes 64 MiB and a core for about 94 ms: more at a time would starve the pages of everybody else.
_slots = BoundedSemaphore(2)
# Verified against when nobody has the name, so that both paths take one verification (ASVS 6.3.8).
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$2sn/7jd0FnC0nRdWK+jBZg$+2DMCmOWn74DS3F0IEMUOq6cN1BfhUq0J2ssBrdtZhc"

_LEET = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_EDGE = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def hash_password(plain: str) -> str:
    """Return the argon2id hash with its salt and parameters."""
    with _slots:
        return _hasher.hash(plain)


def verify_password(stored: str | None, plain: str) -> bool:
    """Tell whether the password is the one that was hashed; costs one verification also when there is no hash."""
    with _slots:
        try:
            _hasher.verify(stored or _NOBODY, plain[: MAX_LENGTH + 1])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Tell whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def refusals(plain: str, *, names: Iterable[str] = (), also: frozenset[str] = frozenset()) -> list[str]:
    """Return, in words, every reason against a new password; empty when it is good.

    Parameters
    ----------
    plain
        The password as it was typed.
    names
        Words anybody would try first: of the person, the organisation, the product.
    also
        Passwords this installation refuses beside the shipped list, in lower case.
    """
    found: list[str] = []
    if len(plain) < MIN_LENGTH:
        found.append(f"Use at least {MIN_LENGTH} characters; a few unrelated words are easy to remember.")
    if len(plain) > MAX_LENGTH:
        found.append(f"Use at most {MAX_LENGTH} characters.")
    folded = plain.casefold()
    if _is_common(folded, also):
        found.append("This password, or one that differs only by digits at its ends, is on the list of common ones.")
    if _is_monotonous(folded):
        found.append(
            "This password repeats a few characters or follows the keyboard; choose one that is harder to guess."
        )
    name = next((word for word in _words(names) if word in folded and len(folded) - len(word) < MIN_LENGTH), None)
    if name:
        found.append(f"Without “{name}”, which others would try first, too little of this password is left.")
    return found


def _words(names: Iterable[str]) -> list[str]:
    words = {word for name in names for word in re.split(r"[\W_]+", name.casefold()) if len(word) >= _SHORTEST_WORD}
    return sorted(words, key=lambda word: (-len(word), word))


def _is_common(folded: str, also: frozenset[str]) -> bool:
    core = _EDGE.sub("", folded)
    candidates = {folded, core, core.translate(_LEET), folded.translate(_LEET)} | {_half(core), _half(folded)}
    return any(word in _common() or word in also for word in candidates if word)


def _half(text: str) -> str:
    """Return the part that a text repeats ("summersummer": "summer"), else nothing."""
    for size in range(_SHORTEST_WORD, len(text) // 2 + 1):
        if len(text) % size == 0 and text[:size] * (len(text) // size) == text:
            return text[:size]
    return ""


def _is_monotonous(folded: str) -> bool:
    """Tell whether it has fewer than five different characters or is a run along a row of keys."""
    rows = (
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890123456789",
        "qwertyuiopasdfghjklzxcvbnm",
        "qazwsxedcrfvtgbyhnujmikolp",
    )
    runs = [way for row in rows for way in (row, row[::-1])]
    return bool(folded) and (len(set(folded)) < 5 or any(folded in row + row for row in runs))


@cache
def _common() -> frozenset[str]:
    return frozenset(gzip.decompress(_COMMON.read_bytes()).decode().split())
