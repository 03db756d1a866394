"""The installation's signing key: made from a secret outside the database; its public half may go anywhere."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from registry.core.secrets import keyring
from registry.settings import current_settings
from reports.audit_pack import Signer

__all__ = ["fits", "known_keys", "signer"]

_PURPOSE = "audit-pack"


def signer() -> Signer:
    """Return the key packs are signed with: from AUDIT_SIGNING_KEY where it is set, else from the secret key."""
    key = _present()
    return Signer(key.public_key().public_bytes_raw().hex(), key.sign)


def known_keys() -> tuple[str, ...]:
    """Return the public keys of this installation: the present one first, then those of older secrets."""
    older = range(1, 1 + len(current_app.config.get("SECRET_KEY_FALLBACKS") or ()))
    derived = [_key(keyring().key(_PURPOSE, generation=generation)) for generation in (0, *older)]
    keys = [_present(), *derived]
    return tuple(dict.fromkeys(key.public_key().public_bytes_raw().hex() for key in keys))


def fits(public_key: str, signature: bytes, message: bytes) -> bool:
    """Tell whether a signature was made over a message with the key of this public half; no database is needed."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _present() -> Ed25519PrivateKey:
    own = current_settings().audit_signing_key
    if own is None:
        return _key(keyring().key(_PURPOSE))
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"third-party-registry/1/audit-pack-signature")
    return _key(derive.derive(own.encode()))


def _key(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(secret)
