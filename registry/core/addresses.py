"""Addresses of people outside: what mail can be sent to, and what is refused with a reason."""

from email_validator import EmailNotValidError, validate_email

from registry.domain.register.errors import DomainError

__all__ = ["BadAddress", "mail_address"]

LONGEST = 254


class BadAddress(DomainError):
    """Mail cannot be sent to this; says why."""


def mail_address(typed: str | None) -> str:
    """Return an address in the form it is sent to: lower case, domain in ASCII.

    Raises
    ------
    BadAddress
        When it is empty, holds control characters, or is none.
    """
    if not typed or not typed.strip():
        raise BadAddress("There is no address.")
    if not typed.isprintable():
        raise BadAddress("The address holds control characters; type it anew.")
    try:
        found = validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError as error:
        raise BadAddress(f"{typed.strip()[:LONGEST]!r} is no address mail can be sent to: {error}") from error
    return (found.ascii_email or found.normalized).casefold()
