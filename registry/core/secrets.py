"""Keys for single purposes, derived from `SECRET_KEY`, and what is sealed, signed or compared with them.

One secret is kept outside the database; every use gets a key of its own (HKDF), so that a value made for one purpose
never opens another. Older secrets still open what they sealed; only the first one seals.
"""

import base64
import hashlib
import hmac
import secrets as random_source
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from registry.core.errors import CoreError

__all__ = ["Keyring", "SealBroken", "fingerprint", "keyring", "new_token"]

_DOMAIN = b"third-party-registry/1/"
TOKEN_BYTES = 32  # 256 bits: ASVS 11.5.1 asks for at least 128


class SealBroken(CoreError):
    """A sealed value that no known key opens: altered, or sealed under a secret that is gone."""


def new_token() -> str:
    """Return 256 random bits as text that fits into a URL or a cookie."""
    return random_source.token_urlsafe(TOKEN_BYTES)


def fingerprint(token: str) -> str:
    """Return what the database keeps of a random token: its SHA-256, useless to whoever reads the table.

    Only for tokens with 128 bits or more; a short code needs `Keyring.mark`, a password needs argon2.
    """
    return hashlib.sha256(token.encode()).hexdigest()


class Keyring:
    """The keys of this installation, one per purpose; the first secret is current, later ones are only accepted."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Keep the secrets; they are spread into keys when first used."""
        if not secrets or not all(secrets):
            message = "A keyring needs at least one secret, and none of them may be empty: set REGISTRY_SECRET_KEY."
            raise ValueError(message)
        self._secrets = tuple(secrets)

    def __repr__(self) -> str:
        """Say how many secrets there are, never what they are."""
        return f"Keyring({len(self._secrets)} secret(s))"

    def key(self, purpose: str, *, generation: int = 0) -> bytes:
        """Return the 256-bit key of one purpose."""
        derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_DOMAIN + purpose.encode())
        return derive.derive(self._secrets[generation].encode())

    def seal(self, purpose: str, plain: str) -> str:
        """Encrypt and sign a short text (Fernet: AES-128-CBC with HMAC-SHA-256)."""
        return self._boxes(purpose).encrypt(plain.encode()).decode()

    def unseal(self, purpose: str, sealed: str) -> str:
        """Return the text that `seal` was given.

        Raises
        ------
        SealBroken
            When it was altered, sealed for another purpose, or sealed under a secret that is gone.
        """
        try:
            return self._boxes(purpose).decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            message = f"A stored secret ({purpose}) cannot be opened with the present SECRET_KEY."
            raise SealBroken(message) from error

    def mark(self, purpose: str, text: str) -> str:
        """Return a keyed hash of a text: for codes too short to be kept as a plain hash."""
        return hmac.new(self.key(purpose), text.encode(), hashlib.sha256).hexdigest()

    def is_mark(self, purpose: str, text: str, mark: str) -> bool:
        """Tell, in constant time, whether a mark was made of this text under any known secret."""
        found = False
        for generation in range(len(self._secrets)):
            made = hmac.new(self.key(purpose, generation=generation), text.encode(), hashlib.sha256).hexdigest()
            found |= hmac.compare_digest(made, mark)
        return found

    def _boxes(self, purpose: str) -> MultiFernet:
        keys = (self.key(purpose, generation=generation) for generation in range(len(self._secrets)))
        return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def keyring() -> Keyring:
    """Return the keys of the running application."""
    return Keyring((current_app.config["SECRET_KEY"], *(current_app.config.get("SECRET_KEY_FALLBACKS") or ())))
