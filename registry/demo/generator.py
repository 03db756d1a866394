"""Random registers of any size, for trying how fast and how clear the screens stay."""

from datetime import date, timedelta

import numpy as np

from registry.domain.register.facts import (
    Access,
    Coverage,
    Dataset,
    Dependency,
    Flow,
    Jurisdiction,
    Link,
    Organisation,
    PlatformUse,
    Process,
    Register,
    Segment,
    System,
    Vendor,
)
from registry.domain.register.vocabulary import (
    AccessKind,
    Lifecycle,
    LinkKind,
    PlatformUseKind,
    Posture,
    Protection,
    Relationship,
    RevenueBand,
    Storage,
)

__all__ = ["generate"]

SECTORS = ("information", "financial", "administrative", "professional", "healthcare", "retail", "transportation")
COUNTRIES = ("US", "GB", "DE", "IE", "FR", "IN", "NL", "PL", "CA", "ES", "SE", "AU")
FIRST = ("Amber", "Birch", "Copper", "Drift", "Ember", "Flint", "Grove", "Harbour", "Iron", "Juniper", "Kelp", "Lark")
SECOND = ("bridge", "croft", "dale", "field", "gate", "haven", "lane", "marsh", "moor", "stone", "vale", "wick")
TRADES = ("Analytics", "Cloud", "Claims", "Contact", "Data", "Hosting", "Identity", "Logistics", "Mail", "Payments")
CATEGORIES = (
    ("user.name", "user.contact.email"),
    ("user.name", "user.contact", "user.demographic.birth_date"),
    ("user.financial.card", "user.financial.transaction"),
    ("user.name", "user.financial.bank_account"),
    ("user.name", "user.health.record"),
    ("user.behaviour", "user.device"),
    ("user.account.credentials", "user.contact.email"),
)
PLACES = ("DE", "FR", "GB", "IE", "US-CA", "US-NY", "CA-ON", "NL")
# Few are large and most are small, in everything that firms share: flows per vendor and per dataset.
TAIL = 2.5
DIRECT_SHARE = 0.55  # of the vendors; the others are reached through them
OWNERS = 40


def generate(*, vendors: int, flows: int, seed: int, today: date) -> Register:
    """Return a random register in which the number of flows per vendor follows a power law.

    Vendors are numbered so that a flow between two of them always goes to the higher number: the chains are
    many levels deep and have no cycle.

    Parameters
    ----------
    vendors, flows : int
        How many of each; at least 2 vendors. Systems, datasets and the rest grow with their square root.
    seed : int
        The same numbers and day give the same register.
    today : date
        Dates are relative to it.

    Returns
    -------
    Register
        Time and memory grow in proportion to vendors + flows.

    Raises
    ------
    ValueError
        Fewer than 2 vendors, or a negative number of flows.
    """
    if vendors < 2 or flows < 0:
        raise ValueError("A generated register needs at least 2 vendors, and no fewer than 0 flows.")
    random = np.random.default_rng(seed)
    systems = max(5, round(vendors**0.5))
    datasets = _datasets(random, max(10, systems * 2), systems, today)
    return Register(
        organisation=Organisation(
            name="Generated Group",
            sector="financial",
            country="IE",
            annual_revenue=5e9,
            currency="USD",
            customers=10_000_000,
        ),
        vendors=_vendors(random, vendors),
        systems=tuple(
            System(
                code=f"S-{n:03}", name=f"System {n}", owner_email=f"owner{n % OWNERS}@generated.example", rto_hours=24.0
            )
            for n in range(1, systems + 1)
        ),
        segments=tuple(
            Segment(code=f"G-{n:02}", name=f"Segment {n}", people=1_000_000 * n, as_of=today, source="generated")
            for n in range(1, 9)
        ),
        jurisdictions=tuple(
            Jurisdiction(segment=f"G-{n:02}", jurisdiction=place, share=0.45)
            for n in range(1, 9)
            for place in (PLACES[n - 1], PLACES[n % 8])
        ),
        datasets=datasets,
        coverage=tuple(
            Coverage(dataset=dataset.code, segment=f"G-{1 + n % 8:02}", share=0.02)
            for n, dataset in enumerate(datasets)
        ),
        flows=_flows(random, flows, vendors, datasets, today=today),
        access=_access(random, vendors, systems, today),
        links=tuple(
            Link(code=f"L-{n:03}", from_system=f"S-{n:03}", to_system=f"S-{n + 1:03}", kind=LinkKind.SEGMENTED)
            for n in range(1, systems)
        ),
        platform_uses=_platform_uses(random, vendors),
        processes=tuple(
            Process(code=f"Q-{n:02}", name=f"Process {n}", rto_hours=8.0, margin_per_day=50_000.0 * n)
            for n in range(1, 9)
        ),
        dependencies=tuple(
            Dependency(code=f"B-{n:03}", process=f"Q-{n:02}", depends_on=f"S-{n % systems + 1:03}") for n in range(1, 9)
        ),
    )


def _vendors(random: np.random.Generator, count: int) -> tuple[Vendor, ...]:
    platforms = platform_count(count)
    direct = max(1, round(count * DIRECT_SHARE))
    first, second, trade, sector, country, band, posture, owner = random.integers(0, 1 << 30, size=(8, count))
    bands, postures = list(RevenueBand), list(Posture)
    return tuple(
        Vendor(
            code=vendor_code(n),
            name=f"{FIRST[first[n] % 12]}{SECOND[second[n] % 12]} {TRADES[trade[n] % 10]} {n + 1}",
            relationship=_relationship(n, platforms, direct),
            sector=SECTORS[sector[n] % len(SECTORS)],
            country=COUNTRIES[country[n] % len(COUNTRIES)],
            revenue_band=bands[band[n] % len(bands)],
            posture=postures[posture[n] % len(postures)],
            service=TRADES[trade[n] % 10],
            owner_email=f"owner{owner[n] % OWNERS}@generated.example",
            lifecycle=Lifecycle.ACTIVE,
        )
        for n in range(count)
    )


def _datasets(random: np.random.Generator, count: int, systems: int, today: date) -> tuple[Dataset, ...]:
    people = np.minimum(5_000_000, 200_000 * (1 + random.pareto(1.3, count))).astype(int)
    return tuple(
        Dataset(
            code=f"D-{n + 1:03}",
            name=f"Dataset {n + 1}",
            system=f"S-{n % systems + 1:03}",
            categories=CATEGORIES[n % len(CATEGORIES)],
            people=int(people[n]),
            as_of=today,
            source="generated",
        )
        for n in range(count)
    )


def _flows(
    random: np.random.Generator, count: int, vendors: int, datasets: tuple[Dataset, ...], *, today: date
) -> tuple[Flow, ...]:
    recipients = ranks(random, count, vendors)
    dataset = ranks(random, count, len(datasets))
    onward = random.random(count) < 0.6
    sender_draw, share = random.random((2, count))
    storage, protection, age = random.integers(0, 1 << 30, size=(3, count))
    storages, protections = list(Storage), list(Protection)
    direct = max(1, round(vendors * DIRECT_SHARE))

    def sender(n: int) -> str:
        to = int(recipients[n])
        if to < direct and not (onward[n] and to > 0):
            return datasets[dataset[n]].system
        # The square keeps most senders among the large vendors, and below the recipient: no cycles.
        return vendor_code(int(sender_draw[n] ** 2 * to))

    return tuple(
        Flow(
            code=f"F-{n + 1:03}",
            sender=sender(n),
            recipient=vendor_code(int(recipients[n])),
            dataset=datasets[dataset[n]].code,
            people_share=round(float(share[n]) * 0.98 + 0.01, 3),
            storage=storages[storage[n] % len(storages)],
            protection=protections[protection[n] % len(protections)],
            mechanism="API",
            purpose="Service",
            legal_basis="contract",
            starts=today - timedelta(days=int(age[n] % 2000)),
        )
        for n in range(count)
    )


def _access(random: np.random.Generator, vendors: int, systems: int, today: date) -> tuple[Access, ...]:
    count = vendors // 4
    holder = ranks(random, count, vendors)
    system, kind, age = random.integers(0, 1 << 30, size=(3, count))
    kinds = list(AccessKind)
    return tuple(
        Access(
            code=f"A-{n + 1:03}",
            vendor=vendor_code(int(holder[n])),
            system=f"S-{system[n] % systems + 1:03}",
            kind=kinds[kind[n] % len(kinds)],
            last_review=today - timedelta(days=int(age[n] % 700)),
        )
        for n in range(count)
    )


def _platform_uses(random: np.random.Generator, vendors: int) -> tuple[PlatformUse, ...]:
    platforms = platform_count(vendors)
    user, kind = random.integers(0, 1 << 30, size=(2, vendors // 3))
    kinds = list(PlatformUseKind)
    return tuple(
        PlatformUse(
            code=f"P-{n + 1:03}",
            platform=vendor_code(n % platforms),
            user=vendor_code(platforms + int(user[n] % (vendors - platforms))),
            kind=kinds[kind[n] % len(kinds)],
        )
        for n in range(vendors // 3)
    )


def ranks(random: np.random.Generator, count: int, places: int) -> np.ndarray:
    """Draw `count` places from 0 to `places` - 1, where place x comes up in proportion to x ** (1 / TAIL - 1)."""
    return (random.random(count) ** TAIL * places).astype(int)


def platform_count(vendors: int) -> int:
    """Return how many of the vendors, the first ones, are platforms."""
    return max(1, vendors // 200)


def _relationship(position: int, platforms: int, direct: int) -> Relationship:
    if position < platforms:
        return Relationship.PLATFORM
    return Relationship.DIRECT if position < direct else Relationship.NTH_PARTY


def vendor_code(position: int) -> str:
    """Return the code of the vendor at a position from 0."""
    return f"V-{position + 1:04}"
