"""The second factor: time-based codes of an authenticator app (RFC 6238) and recovery codes."""

import secrets
from datetime import datetime

import pyotp
import segno

__all__ = [
    "RECOVERY_CODES",
    "matching_step",
    "new_recovery_codes",
    "new_seed",
    "normal_code",
    "provisioning_uri",
    "qr_picture",
]

PERIOD_SECONDS = 30
RECOVERY_CODES = 10
_DRIFT_STEPS = 1  # a phone's clock may be one step off
# Without 0, 1, I, L, O and U, which are misread or spell words; 12 of 30 letters are 59 bits.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP_LENGTH = 3, 4


def new_seed() -> str:
    """Return a fresh seed of 160 bits in base 32."""
    return pyotp.random_base32()


def matching_step(seed: str, code: str, now: datetime, *, after: int = 0) -> int | None:
    """Return the time step a code belongs to, or None when it belongs to none near now.

    A step at or before `after`, the last one used, is never accepted: a code works once (ASVS 6.5.1).
    """
    current = int(now.timestamp()) // PERIOD_SECONDS
    totp = pyotp.TOTP(seed, interval=PERIOD_SECONDS)
    digits = "".join(code.split())
    matches = [
        step
        for step in range(current - _DRIFT_STEPS, current + _DRIFT_STEPS + 1)
        if secrets.compare_digest(totp.generate_otp(step).encode(), digits.encode()) and step > after
    ]
    return matches[0] if matches else None


def provisioning_uri(seed: str, account: str, issuer: str) -> str:
    """Return the `otpauth:` address that an authenticator app reads from the picture."""
    return pyotp.TOTP(seed, interval=PERIOD_SECONDS).provisioning_uri(name=account, issuer_name=issuer)


def qr_picture(uri: str) -> str:
    """Return the QR code as a `data:` address for an `img` (the content policy allows no inline SVG styles)."""
    return segno.make(uri, error="m").svg_data_uri(scale=5, border=3, dark="#16181d", light="#ffffff")


def new_recovery_codes() -> list[str]:
    """Return the codes a person keeps for the day the phone is lost: `K7QP-3MXZ-R2TA`."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def normal_code(typed: str) -> str:
    """Return a recovery code as it was issued, whatever spaces, dashes and case it was typed with."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())
