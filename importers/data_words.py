"""From the words of a list ("names, e-mail addresses, card data") to data categories."""

import re

from importers.base import plain_name
from registry.reference.load import read_rows

__all__ = ["categories_in"]

_PARTS = re.compile(r"[;,\n•]|\band\b|\bund\b|\bet\b|\by\b|\be\b(?!-)")
# Category -> beginnings of words that mean it, in several languages; compared without case.
_SIGNS: tuple[tuple[str, str], ...] = (
    ("user.account.credentials", r"password|credential|passwort|mot de passe|contraseña|login"),
    ("user.contact.email", r"e-?mail|courriel|correo"),
    ("user.contact.phone", r"phone|telephone|telefon|téléphone|teléfono|mobile number|sms"),
    ("user.contact.address", r"postal|(?<!ip )(?<!mail )(?<!mail-)\baddress|anschrift|dirección|shipping"),
    ("user.contact", r"contact|kontakt|coordonnées|contacto"),
    ("user.name", r"\bnames?\b|\bnamen?\b|\bnoms?\b|nombre|nome\b"),
    ("user.financial.card", r"card|karte|carte bancaire|tarjeta"),
    ("user.financial.bank_account", r"bank|iban|konto\b"),
    ("user.financial.transaction", r"payment|purchase|transaction|order|zahlung|bestell|paiement|invoice|billing|rechnung|pago"),
    ("user.financial", r"financial|finanz|financier"),
    ("user.health", r"health|medical|gesundheit|santé|salud|patient"),
    ("user.biometric", r"biometr"),
    ("user.government_id", r"passport|social security|\bssn\b|identity (?:card|document)|ausweis|pièce d'identité|national id"),
    ("user.location", r"location|geo|standort(?:daten)?|localisation|ubicación"),
    ("user.behaviour", r"usage|behaviou?r|analytics|clickstream|nutzung|cookies?|log ?data|\blogs?\b|telemetry|event data"),
    ("user.device", r"device|\bip\b|ip address|gerät|appareil|identifier|user agent|browser"),
    ("user.communication", r"message|ticket|chat|call|support (?:request|content|case)|nachricht|communication|correspondence"),
    ("user.media", r"photo|video|voice|image|recording|foto|aufnahme"),
    ("user.account", r"account|customer (?:id|number)|contract|kundennummer|profile|vertrag|compte"),
    ("user.demographic", r"birth|age\b|gender|geburt|demograph|naissance"),
    ("user.employment", r"employer|job title|profession"),
    ("employee", r"employee|staff|mitarbeiter|personnel|empleado"),
)  # fmt: skip


def categories_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the categories named in a text (by key, label, or a word that means one) and its parts that name none.

    >>> categories_in("Names and e-mail addresses"), categories_in("user.health; stuff")
    ((('user.name', 'user.contact.email'), ()), (('user.health',), ('stuff',)))
    """
    rows = read_rows("data_categories")
    known = {row["key"]: row["key"] for row in rows} | {plain_name(row["label"]): row["key"] for row in rows}
    found: dict[str, None] = {}
    unknown: list[str] = []
    for part in (part.strip(" .") for part in _PARTS.split(text)):
        if not part:
            continue
        key = known.get(part.casefold()) or known.get(plain_name(part))
        meant = [key] if key else [sign_key for sign_key, sign in _SIGNS if re.search(sign, part.casefold())]
        found.update(dict.fromkeys(meant))
        if not meant:
            unknown.append(part)
    return tuple(found), tuple(unknown)
