"""From cells as people fill their lists to cells as the register's own columns expect them.

What is understood in one way only is rewritten; what could be doubted is rewritten and said (a usable `Misfit`); what is
not understood stays as it is, so that the register's own converter tells what is wrong with it.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

from babel import Locale

from importers.base import Cell, plain_name, shown
from importers.likeness import domain_of
from importers.misfit import Misfit
from importers.numbers_in_text import read_number
from importers.places import read_country

__all__ = ["LANGUAGES", "country_code", "fix"]

LANGUAGES = ("de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "cs")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]+")
_AMOUNT_TAIL = re.compile(
    r"\s*(?:(?:/|per|p\.?|pro|par|por|a)\s?(?:a\.?$|year|yr|annum|jahr|an|année|año|anno|jaar)|yearly|annually|jährlich)\.?$"
)
_MONTHLY = re.compile(r"\s*(?:/|per|pro|par|por|a)\s?(?:month|mo|monat|mois|mes|mese|maand)\.?$|\s+monthly$")
_SPAN = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*-?\s*(h|hrs?|hours?|stunden?|heures?|horas?|ore|d|days?|calendar days?|tage?n?|jours?|días?|giorni|"
    r"dagen|w|weeks?|wochen?|semaines?|semanas?|m|mths?|months?|monate?n?|mois|mes|meses|mesi|maanden|"
    r"y|yrs?|years?|jahre?n?|ans?|años?|anni|jaar)\.?"
)
_HOURS_IN = {"h": 1.0, "d": 24.0, "w": 168.0, "m": 720.0, "y": 8760.0}
_UNIT_STARTS = (
    ("h", ("h", "stund", "or")),
    ("d", ("d", "tag", "jour", "calendar", "giorn", "dag")),
    ("w", ("w", "semain", "semana")),
    ("y", ("y", "jahr", "an", "añ", "jaar")),
    ("m", ("m",)),
)
_OPEN_ENDED = frozenset({
    "evergreen", "auto-renew", "auto renew", "auto-renewal", "autorenewal", "open", "open ended", "open-ended", "ongoing",
    "perpetual", "indefinite", "none", "no end", "rolling", "unbefristet", "unlimited", "indéterminée", "indefinido",
})  # fmt: skip
_BANDS = (
    (10e6, "<10M"),
    (100e6, "10-100M"),
    (1e9, "100M-1B"),
    (10e9, "1-10B"),
    (100e9, "10-100B"),
    (float("inf"), ">100B"),
)


def _words(**groups: str) -> Mapping[str, str]:
    return {plain_name(word): key for key, words in groups.items() for word in (key, *words.split("|"))}


_CHOICES: Mapping[str, Mapping[str, str]] = {
    "vendors.lifecycle": _words(
        active="live|in use|current|approved|yes|ja|oui|sí|si|true|aktiv|in betrieb|actif|active vendor|activo|attivo|actief|"
        "production|in production|enabled|signed|ativo|aktywny",
        prospect="evaluating|in evaluation|evaluation|proposed|candidate|new|under review|in review|pipeline|interessent|"
        "geplant|en évaluation|en evaluación|rfp|pilot|poc|trial",
        onboarding="in onboarding|implementing|implementation|contracting|in negotiation|negotiation|pending|einführung|"
        "intégration",
        offboarding="ending|phasing out|phase out|being replaced|notice given|in offboarding|sunset|sunsetting|gekündigt|"
        "en cours de résiliation",
        terminated="inactive|ended|former|ex|closed|retired|cancelled|canceled|expired|archived|no|nein|non|false|inaktiv|"
        "beendet|inactif|résilié|terminé|inactivo|terminato|inactief|disabled|not active|no longer used",
    ),
    "vendors.relationship": _words(
        direct="vendor|supplier|third party|3rd party|direct vendor|direkt|processor|customer facing|contracted",
        nth_party="subprocessor|sub-processor|fourth party|4th party|subcontractor|sub-vendor|indirect|nth party|"
        "unterauftragnehmer|sous-traitant ultérieur",
        platform="cloud platform|infrastructure|iaas|paas",
    ),
    "vendors.tier_override": _words(
        critical="1|tier 1|tier1|t1|p1|a|very high|essential|mission critical|business critical|crown jewel|kritisch|"
        "sehr hoch|critique|très élevé|crítico|muy alto|critico|kritiek|krytyczny",
        high="2|tier 2|tier2|t2|p2|b|important|significant|major|hoch|élevé|eleve|haut|alto|alta|hoog|wysoki",
        medium="3|tier 3|tier3|t3|p3|c|moderate|mid|standard|normal|mittel|moyen|moyenne|medio|media|middel|gemiddeld|średni",
        low="4|tier 4|tier4|t4|p4|d|minor|minimal|very low|non critical|niedrig|gering|faible|bas|bajo|baja|basso|laag|niski",
    ),
    "vendors.sector": _words(
        information="it|it services|software|saas|cloud|technology|tech|telecommunications|telecom|media|hosting|internet|"
        "informatik|informationstechnologie|informatique|tecnología|data processing|cybersecurity|security software",
        financial="finance|banking|bank|insurance|payments|payment|fintech|financial services|versicherung|finanzen|"
        "banque|assurance|finanzas|payment processor",
        professional="consulting|legal|law|accounting|audit|marketing|advertising|engineering|research|beratung|conseil|"
        "consultoría|design|analytics|professional services|law firm",
        administrative="hr|human resources|payroll|call center|call centre|call centers|staffing|recruiting|facility|cleaning|"
        "personal|security services|travel|bpo|collection|customer support",
        transportation="logistics|transport|shipping|logistik|logistique|delivery|freight|post|warehousing|logística",
        healthcare="health|medical|hospital|pharma|gesundheit|santé|salud|health care",
        retail="e-commerce|ecommerce|handel|commerce",
        wholesale_trade="wholesale|distribution|grosshandel|großhandel",
        manufacturing="industry|industrial|production|hardware|industrie|fabricación|printing",
        public="government|public sector|public administration|behörde|öffentliche verwaltung|administration publique",
        education="training|university|schulung|bildung|formation|educación|e-learning",
        utilities="energy|electricity|water|energie|énergie|energía",
        real_estate="property|immobilien|immobilier|leasing",
        hospitality="catering|hotel|restaurant|hotels",
        other_services="other|others|misc|miscellaneous|sonstige|autres|otros|services",
    ),
    "contracts.dpa_signed": _words(
        yes="signed|in place|executed|done|complete|completed|available|unterzeichnet|vorhanden|signé|firmado",
        no="not signed|missing|none|unsigned|required|to do|todo|fehlt|nicht vorhanden|manquant|falta|not in place",
    ),
    "contracts.right_to_audit": _words(yes="granted|included|in contract|vorhanden", no="none|not granted|excluded|fehlt"),
}  # fmt: skip


def fix(key: str, cell: Cell) -> Cell:
    """Return a cell as its column of the register expects it.

    Raises
    ------
    Misfit
        Usable, with the value: when it should be said how the cell was read.

    >>> fix("vendors.country", "Deutschland"), fix("contracts.notice_days", "6 weeks")
    ('DE', 42.0)
    """
    special = _FIXES.get(key)
    if special is not None and isinstance(cell, str):
        return special(cell.strip()) if cell.strip() else None
    words = _CHOICES.get(key)
    if words is not None and isinstance(cell, str | int | float):
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        word = words.get(plain_name(text), cell)
        if key == "vendors.tier_override" and len(text.strip()) == 1 and word is not cell:
            message = (
                f'Criticality "{shown(text)}" was read as {word}. Write the word if your scale runs the other way.'
            )
            raise Misfit("tier_from_scale", message, value=word, is_usable=True)
        return word
    return cell


def country_code(text: str) -> str:
    """Return the code of a country named in any of several languages.

    Raises
    ------
    Misfit
        When it is none; usable when only the end of the text, behind a place, is one.
    """
    try:
        return read_country(text)
    except Misfit as misfit:
        code = _foreign_names().get(plain_name(text))
        if code is not None:
            return code
        for part in re.split(r"[,(/|]|\s[-\u2013]\s", text)[:0:-1]:
            code = _quiet_country(part.strip(" )."))
            if code is not None:
                message = f'"{shown(text)}" was read as the country {code}. Write the country alone if that is wrong.'
                raise Misfit("country_from_place", message, value=code, is_usable=True) from None
        raise misfit from None


def _quiet_country(text: str) -> str | None:
    try:
        return read_country(text)
    except Misfit:
        return _foreign_names().get(plain_name(text))


@cache
def _foreign_names() -> Mapping[str, str]:
    """Names of countries in the languages lists come in; a name two languages give to two countries is left out."""
    names: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}:
                names.setdefault(plain_name(name), set()).add(code)
    return {name: next(iter(codes)) for name, codes in names.items() if len(codes) == 1}


def _country(text: str) -> Cell:
    try:
        return country_code(text)
    except Misfit as misfit:
        if misfit.is_usable:
            raise
        return text


def _email(text: str) -> Cell:
    found = _EMAIL.findall(text)
    if not found:
        return text
    if len(set(found)) > 1:
        message = f'"{shown(text)}" holds {len(found)} addresses; the first one was taken.'
        raise Misfit("several_addresses", message, value=found[0], is_usable=True)
    return str(found[0])


def _domain(text: str) -> Cell:
    return domain_of(text) or text


def _tags(text: str) -> Cell:
    return ";".join(part.strip() for part in re.split(r"[;,\n|]", text) if part.strip())


def _revenue(text: str) -> Cell:
    try:
        amount = read_number(text, lowest=0)
    except Misfit:
        return text
    return next(band for limit, band in _BANDS if amount < limit)


def _end(text: str) -> Cell:
    if " ".join(text.casefold().split()) in _OPEN_ENDED:
        message = f'"{shown(text)}" was read as no end. The contract is registered without one.'
        raise Misfit("no_end", message, value=None, is_usable=True)
    return text


def _amount(text: str) -> Cell:
    plain = _AMOUNT_TAIL.sub("", text.casefold())
    if _MONTHLY.search(plain):
        try:
            amount = read_number(_MONTHLY.sub("", plain), lowest=0) * 12
        except Misfit:
            return text
        raise Misfit("monthly", f'"{shown(text)}" was read as {amount:,.2f} a year.', value=amount, is_usable=True)
    return plain if plain != text.casefold() else text


def _span(text: str) -> re.Match[str] | None:
    return _SPAN.fullmatch(text.casefold().split("(")[0].strip())


def _unit(text: str) -> str | None:
    found = _span(text)
    return next(unit for unit, starts in _UNIT_STARTS if found[2].startswith(starts)) if found else None


def _hours(text: str) -> float | None:
    found, unit = _span(text), _unit(text)
    return float(found[1].replace(",", ".")) * _HOURS_IN[unit] if found and unit else None


def _notice_days(text: str) -> Cell:
    hours = _hours(text)
    if hours is None:
        return text
    days = hours / 24
    if _unit(text) in {"m", "y"}:
        message = f'"{shown(text)}" was read as {days:g} days.'
        raise Misfit("days_from_months", message, value=days, is_usable=True)
    return days


def _notice_hours(text: str) -> Cell:
    hours = _hours(text)
    return text if hours is None else hours


_FIXES: Mapping[str, Callable[[str], Cell]] = {
    "vendors.country": _country,
    "vendors.domain": _domain,
    "vendors.owner_email": _email,
    "vendors.tags": _tags,
    "vendors.revenue_band": _revenue,
    "contacts.email": _email,
    "contacts.security": _email,
    "contracts.ends": _end,
    "contracts.value_per_year": _amount,
    "contracts.liability_cap": _amount,
    "contracts.insurance": _amount,
    "contracts.notice_days": _notice_days,
    "contracts.breach_notice_hours": _notice_hours,
}
