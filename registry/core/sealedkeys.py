"""The installation's keys in a file sealed with a passphrase: kept apart from the backup, useless without the words."""

import base64
import json
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from registry.core.errors import CoreError
from registry.core.files import write_whole

__all__ = ["KeysSealed", "open_keys", "seal_keys"]

MAGIC = "registry-keys-1"
SCRYPT_COST = 2**15  # about a tenth of a second and 32 MiB a guess


class KeysSealed(CoreError):
    """The passphrase is wrong, or the file is no file of keys."""


def seal_keys(target: Path, passphrase: str, keys: dict[str, str]) -> None:
    """Write keys sealed with a passphrase; a file that is there already is kept and the act refused."""
    if target.exists():
        raise KeysSealed(f"{target} exists already; name a new file.")
    salt = secrets.token_bytes(16)
    sealed = Fernet(_key(passphrase, salt)).encrypt(json.dumps(keys).encode())
    content = {"format": MAGIC, "salt": salt.hex(), "sealed": sealed.decode()}
    write_whole(target, json.dumps(content).encode())


def open_keys(source: Path, passphrase: str) -> dict[str, str]:
    """Return the keys of a sealed file."""
    try:
        content = json.loads(source.read_bytes())
        salt = bytes.fromhex(content["salt"])
        opened: dict[str, str] = json.loads(Fernet(_key(passphrase, salt)).decrypt(content["sealed"]))
    except (OSError, ValueError, KeyError, TypeError, InvalidToken) as error:
        raise KeysSealed(f"{source} cannot be opened: wrong passphrase, or no file of keys.") from error
    return opened


def _key(passphrase: str, salt: bytes) -> bytes:
    derived = Scrypt(salt=salt, length=32, n=SCRYPT_COST, r=8, p=1).derive(passphrase.encode())
    return base64.urlsafe_b64encode(derived)
