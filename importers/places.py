"""Countries and jurisdictions: codes and names as people write them, to ISO 3166 codes."""

from collections.abc import Mapping
from functools import cache

import pycountry
from rapidfuzz import process

from importers.base import plain_name, shown
from importers.misfit import Misfit

__all__ = ["read_country", "read_jurisdiction"]

# Names in common use that the list of countries does not hold.
_COMMON_NAMES = {
    "uk": "GB", "greatbritain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northernireland": "GB", "usa": "US", "unitedstatesofamerica": "US", "america": "US", "southkorea": "KR",
    "korea": "KR", "northkorea": "KP", "russia": "RU", "czechrepublic": "CZ", "holland": "NL", "ivorycoast": "CI",
    "turkey": "TR", "vietnam": "VN", "iran": "IR", "syria": "SY", "laos": "LA", "moldova": "MD", "tanzania": "TZ",
    "bolivia": "BO", "venezuela": "VE", "taiwan": "TW", "brunei": "BN", "macedonia": "MK", "swaziland": "SZ",
    "burma": "MM", "capeverde": "CV", "uae": "AE", "emirates": "AE", "hongkong": "HK", "macau": "MO", "palestine": "PS",
    "deutschland": "DE", "france": "FR", "españa": "ES", "espana": "ES", "italia": "IT", "schweiz": "CH", "suisse": "CH",
    "österreich": "AT", "oesterreich": "AT", "belgique": "BE", "belgië": "BE", "brasil": "BR", "el": "GR",
    "vatican": "VA", "micronesia": "FM", "thenetherlands": "NL", "thephilippines": "PH", "slovakrepublic": "SK",
}  # fmt: skip
# Lands whose parts have breach laws of their own; the names of their parts are understood without the country.
_FEDERAL = ("US", "CA", "AU")


def read_country(text: str) -> str:
    """Return the ISO 3166-1 code of a country given by code or name.

    Raises
    ------
    Misfit
        When it is none, with the nearest names.

    >>> read_country("Germany"), read_country("uk"), read_country("USA")
    ('DE', 'GB', 'US')
    """
    names = _countries()
    found = names.get(plain_name(text))
    if found is None:
        raise Misfit("unknown_country", f'"{shown(text)}" is no country. {_nearest(text, names)}')
    return found


def read_jurisdiction(text: str) -> str:
    """Return the ISO 3166 code of a country or of a part of one, such as `US-CA`.

    Raises
    ------
    Misfit
        When it is none, or a name that two places carry.

    >>> read_jurisdiction("us-ca"), read_jurisdiction("California"), read_jurisdiction("France")
    ('US-CA', 'US-CA', 'FR')
    """
    code = text.strip().upper().replace("_", "-")
    if code in _subdivisions():
        return code
    key = plain_name(text)
    country, part = _countries().get(key), _parts().get(key)
    if country and part and len(key) > 2:
        message = f'"{shown(text)}" is a country ({country}) and a part of one ({part}). Write the code that is meant.'
        raise Misfit("ambiguous_place", message)
    found = country or part
    if found is None:
        raise Misfit("unknown_jurisdiction", f'"{shown(text)}" is no country or state. {_nearest(text, _countries())}')
    return found


def _nearest(text: str, names: Mapping[str, str]) -> str:
    full_names = [name for name in names if len(name) > 3]  # a code is near to anything
    near = process.extractOne(plain_name(text), full_names, score_cutoff=75)
    if near is None:
        return "Write its ISO 3166 code, such as DE or US-CA."
    code = names[near[0]]
    name = next(country.name for country in pycountry.countries if country.alpha_2 == code)
    return f"Did you mean {name}? Write {code}."


@cache
def _countries() -> dict[str, str]:
    names = dict(_COMMON_NAMES)
    for country in pycountry.countries:
        for attribute in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
            if name := getattr(country, attribute, None):
                names[plain_name(name)] = country.alpha_2
        # "Korea, Republic of" is also written "Republic of Korea".
        first, comma, rest = country.name.partition(", ")
        if comma:
            names.setdefault(plain_name(f"{rest} {first}"), country.alpha_2)
    return names


@cache
def _subdivisions() -> frozenset[str]:
    return frozenset(part.code for part in pycountry.subdivisions)


@cache
def _parts() -> dict[str, str]:
    return {plain_name(part.name): part.code for part in pycountry.subdivisions if part.country_code in _FEDERAL}
