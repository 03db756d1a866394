"""Personal links and one-time codes: derived from their numbers with a key outside the database, and never stored.

So a reminder repeats the link that was sent, whoever reads the database or a backup can open nothing, and re-issuing a
link is counting on. What is compared is compared in constant time.
"""

import hmac

from registry.core.secrets import keyring
from registry.models.portal import PortalLink
from registry.settings import current_settings

__all__ = ["CODE_DIGITS", "address_of", "code_of", "is_code_of", "is_secret_of", "token_of"]

LINK_PURPOSE, CODE_PURPOSE = "portal-link", "portal-code"
CODE_DIGITS = 6
_HEX_READ = 24  # 96 bits: a remainder of so many is as good as even


def token_of(link: PortalLink) -> str:
    """Return what stands in the address of a link: the selector, which finds it, and the secret."""
    return f"{link.selector}.{keyring().mark(LINK_PURPOSE, _named(link))}"


def address_of(link: PortalLink) -> str:
    """Return the whole address of a link."""
    return f"{current_settings().public_url}/portal/{token_of(link)}"


def is_secret_of(link: PortalLink, secret: str) -> bool:
    """Tell whether a secret is the one of this link as it was issued last."""
    return secret.isascii() and keyring().is_mark(LINK_PURPOSE, _named(link), secret)


def code_of(link: PortalLink, number: int) -> str:
    """Return a one-time code by its number: six digits."""
    mark = keyring().mark(CODE_PURPOSE, f"{_named(link)}:{number}")
    return f"{int(mark[:_HEX_READ], 16) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def is_code_of(link: PortalLink, number: int, typed: str) -> bool:
    """Tell whether what was typed is the code of this number."""
    digits = "".join(character for character in typed if character.isascii() and character.isdigit())
    return hmac.compare_digest(digits, code_of(link, number))


def _named(link: PortalLink) -> str:
    return f"{link.selector}:{link.issue}"
