"""The demo company itself: Brackwater Group, its systems, its customers, and the data it keeps about them."""

from datetime import date, timedelta

from registry.demo.people import address
from registry.demo.table import number, rows, words
from registry.domain.register.facts import (
    Coverage,
    Currency,
    Dataset,
    Jurisdiction,
    Link,
    Organisation,
    OrganisationRole,
    Process,
    Segment,
    System,
)
from registry.domain.register.vocabulary import LinkKind

__all__ = [
    "ORGANISATION",
    "coverage",
    "currencies",
    "datasets",
    "jurisdictions",
    "links",
    "organisation_roles",
    "processes",
    "segments",
    "systems",
]

ORGANISATION = Organisation(
    name="Brackwater Group",
    sector="financial",
    country="IE",
    annual_revenue=2_400_000_000,
    currency="EUR",
    customers=3_150_000,
    revenue_per_customer=410,
    risk_appetite=60_000_000,
)

# system | name | owner | hosted by | recovery time objective in hours
SYSTEMS = """
S-001 | Policy administration       | policy.it       | V-0003 | 8
S-002 | Claims                      | claims.it       | V-0003 | 12
S-003 | Customer relations (CRM)    | sales.it        | V-0004 | 8
S-004 | Data warehouse              | data.office     | V-0003 | 48
S-005 | Card and savings core       | banking.it      |        | 2
S-006 | Payments hub                | banking.it      |        | 4
S-007 | Customer portal             | digital         | V-0003 | 4
S-008 | Mobile app services         | digital         | V-0003 | 4
S-009 | Contact-centre desk         | service.it      | V-0004 | 4
S-010 | Document archive            | policy.it       | V-0027 | 72
S-011 | Customer sign-on            | digital         | V-0026 | 2
S-012 | Quotes and leads            | sales.it        | V-0003 | 12
S-013 | Mail and collaboration      | workplace       | V-0059 | 8
S-014 | Marketing automation        | marketing       | V-0003 | 48
S-015 | Billing and collections     | finance.it      | V-0003 | 24
S-016 | Fraud analytics             | data.office     | V-0003 | 12
S-017 | Underwriting workbench      | policy.it       | V-0003 | 24
S-018 | Broker portal               | sales.it        | V-0031 | 24
S-019 | File exchange               | workplace       | V-0023 | 12
S-020 | Human resources and payroll | workplace       |        | 72
S-021 | General ledger              | finance.it      |        | 48
S-022 | Call recording              | service.it      | V-0021 | 72
S-023 | Web and app analytics       |                 | V-0044 |
S-024 | Telematics intake           | digital         | V-0003 | 72
S-025 | Backup vault                | workplace       | V-0027 | 24
"""

# segment | name | people | counted so many days ago | source | jurisdictions and shares; the rest is unknown
SEGMENTS = """
G-01 | Insurance customers, euro area | 1240k | 34   | policy count, month end   | IE .34 DE .27 FR .18 NL .11 AT .06
G-02 | Savings and card customers     | 780k  | 34   | account count, month end  | DE .41 ES .22 IT .19 IE .10 PT .08
G-03 | Motor and home customers, UK   | 640k  | 34   | policy count, month end   | GB 1
G-04 | Specialty policyholders, US    | 310k  | 65   | carrier statement         | US-CA .28 US-TX .19 US-NY .17 US-FL .12 US-IL .08 US-MA .06 US-VA .05
G-05 | Travel customers, Canada       | 122k  | 65   | carrier statement         | CA-ON .44 CA-QC .27 CA-BC .19 CA-AB .1
G-06 | Former customers               | 890k  | 1490 | archive count             | DE .30 GB .30 IE .20 FR .10
G-07 | People who asked for a quote   | 1450k | 34   | quote engine, 24 months   | GB .30 DE .25 FR .15 ES .10 IT .08 US-CA .03 US-NY .02
G-08 | Clients of brokers             | 96k   |      |                           | IE .52 GB .38
"""

# dataset | name | system | categories (below `user.` unless dotted from the top) | people | counted days ago | source | retention in months | segment and share
DATASETS = """
D-001 | Customer profiles           | S-003 | name contact.email contact.phone contact.address demographic.birth_date            | 2840k | 34   | CRM count           | 84  | G-01 1 G-02 1 G-03 1 G-04 .3 G-05 .6
D-002 | Policies                    | S-001 | name contact.address demographic.birth_date financial.transaction                  | 1890k | 34   | policy count        | 120 | G-01 1 G-03 1
D-003 | Claims files                | S-002 | name contact financial.bank_account media                                          | 545k  | 34   | claims count        | 120 | G-01 .24 G-03 .31 G-05 .3
D-004 | Marketing contacts          | S-014 | name contact.email behaviour                                                       | 2980k | 34   | campaign tool       | 36  | G-01 .8 G-02 .7 G-03 .65 G-07 .7
D-005 | Card accounts               | S-005 | name financial.card contact.address                                                | 760k  | 34   | core banking        | 120 | G-02 .97
D-006 | Card transactions           | S-005 | financial.card financial.transaction location                                      | 760k  | 34   | core banking        | 84  | G-02 .97
D-007 | Bank details for debits     | S-015 | name financial.bank_account                                                        | 1930k | 34   | billing run         | 84  | G-01 .9 G-02 .3 G-03 .87
D-008 | Savings accounts            | S-005 | name government_id.tax_number financial.bank_account financial.transaction         | 610k  | 34   | core banking        | 120 | G-02 .78
D-009 | Sign-on credentials         | S-011 | account.credentials account.recovery contact.email                                 | 1720k | 12   | sign-on service     |     | G-01 .6 G-02 .9 G-03 .42
D-010 | Identity documents          | S-010 | government_id.passport government_id.driving_licence biometric                     | 430k  | 410  | archive index       | 120 | G-02 .42 G-01 .07
D-011 | Call recordings             | S-022 | communication name contact.phone                                                   |       |      |                     | 24  |
D-012 | Contact-centre cases        | S-009 | name contact communication                                                         | 1310k | 34   | case count          | 60  | G-01 .45 G-02 .6 G-03 .4
D-013 | Scanned correspondence      | S-010 | name contact.address communication media                                           | 1540k | 410  | archive index       | 120 | G-01 .4 G-03 .4 G-06 .8
D-014 | Medical assessments         | S-002 | name health.record health.insurance                                                | 88k   | 34   | claims count        | 120 | G-01 .04 G-04 .1
D-015 | Credit checks               | S-017 | name financial.credit financial.income                                             | 930k  | 90   | underwriting report | 24  | G-02 .6 G-07 .3
D-016 | Telematics trips            | S-024 | location.precise behaviour device                                                  | 184k  | 20   | device count        | 24  | G-03 .2 G-01 .04
D-017 | Web and app behaviour       | S-023 | behaviour device                                                                   |       |      |                     | 14  | G-07 .9
D-018 | Fraud scores                | S-016 | derived financial.transaction                                                      | 1450k | 34   | scoring run         | 24  | G-02 .97 G-01 .3 G-03 .4
D-019 | Quotes and leads            | S-012 | name contact.email contact.phone demographic.birth_date                            | 1450k | 34   | quote engine        | 24  | G-07 1
D-020 | Broker clients              | S-018 | name contact financial.transaction                                                 | 96k   |      |                     | 84  | G-08 1
D-021 | Customer 360 extract        | S-004 | name contact demographic.birth_date financial.transaction derived                  | 2900k | 34   | warehouse load      | 60  | G-01 1 G-02 1 G-03 1 G-04 .4
D-022 | Survey answers              | S-014 | contact.email derived                                                              | 210k  | 120  | survey tool         | 24  | G-01 .1 G-03 .12
D-023 | Debt cases                  | S-015 | name contact.address financial.credit financial.bank_account                       | 74k   | 34   | ledger              | 84  | G-01 .02 G-02 .04 G-03 .02
D-024 | Travel assistance cases     | S-002 | name health.record location government_id.passport                                 | 41k   | 34   | case count          | 84  | G-05 .3
D-025 | US policyholder file        | S-001 | name government_id.national_number demographic.birth_date contact financial.bank_account | 310k | 65 | carrier statement | 120 | G-04 1
D-026 | Vehicles and drivers        | S-017 | name contact.address government_id.driving_licence                                 | 660k  | 90   | underwriting report | 84  | G-03 .7 G-01 .18
D-027 | Payroll                     | S-020 | employee.payroll employee.file                                                     | 6800  | 34   | payroll run         | 120 |
D-028 | Statements and letters      | S-010 | name contact.address financial.transaction                                         | 1270k | 34   | output run          | 84  | G-02 .98 G-01 .4
D-029 | Loyalty members             | S-014 | name contact.email behaviour                                                       | 388k  | 800  | campaign tool       | 36  | G-03 .4 G-01 .1
D-030 | Research extract            | S-004 | derived.pseudonymous financial.transaction                                         | 1100k | 220  | warehouse load      | 36  | G-01 .5 G-02 .6
"""

# link | from | to | kind
LINKS = """
L-001 | S-013 | S-019 | flat_network
L-002 | S-013 | S-021 | flat_network
L-003 | S-019 | S-010 | service_account
L-004 | S-007 | S-001 | service_account
L-005 | S-007 | S-011 | service_account
L-006 | S-008 | S-005 | service_account
L-007 | S-009 | S-003 | service_account
L-008 | S-003 | S-014 | service_account
L-009 | S-001 | S-004 | service_account
L-010 | S-002 | S-004 | service_account
L-011 | S-003 | S-004 | service_account
L-012 | S-004 | S-016 | segmented
L-013 | S-005 | S-006 | segmented
L-014 | S-006 | S-021 | segmented
L-015 | S-018 | S-001 | service_account
L-016 | S-012 | S-003 | service_account
L-017 | S-017 | S-001 | segmented
L-018 | S-025 | S-010 | segmented
L-019 | S-015 | S-006 | service_account
L-020 | S-024 | S-017 | segmented
"""

# process | name | owner | recovery time objective in hours | margin lost per day
PROCESSES = """
Q-01 | Taking out a policy           | head.of.sales      | 8  | 310k
Q-02 | Settling claims               | head.of.claims     | 24 | 140k
Q-03 | Card payments                 | head.of.banking    | 2  | 520k
Q-04 | Answering customers           | head.of.service    | 4  | 95k
Q-05 | Collecting premiums           | head.of.finance    | 48 | 180k
Q-06 | Roadside and travel help      | head.of.claims     | 1  | 60k
Q-07 | Letters and statements        | head.of.service    | 72 | 12k
Q-08 | Paying salaries               |                    | 72 |
"""


def organisation_roles(today: date) -> tuple[OrganisationRole, ...]:
    """Return the roles that bring legal duties."""
    since = today - timedelta(days=2000)
    roles = ("any_business", "controller", "processor", "listed_company", "financial_entity", "card_data_holder")
    return tuple(OrganisationRole(role=role, since=since, source="register of legal duties") for role in roles)


def currencies(today: date) -> tuple[Currency, ...]:
    """Return what the company's currencies are worth in USD, as its treasury booked them."""
    worth = {"EUR": 1.1, "GBP": 1.29, "CAD": 0.73, "USD": 1.0}
    month_end = today.replace(day=1) - timedelta(days=1)
    return tuple(
        Currency(currency=code, usd_per_unit=value, as_of=month_end, source="treasury, month-end rate")
        for code, value in worth.items()
    )


def systems() -> tuple[System, ...]:
    """Return the systems."""
    return tuple(
        System(code=code, name=name, owner_email=address(owner), hosted_by=host or None, rto_hours=number(hours))
        for code, name, owner, host, hours in rows(SYSTEMS, 5)
    )


def segments(today: date) -> tuple[Segment, ...]:
    """Return the populations of customers."""
    return tuple(
        Segment(code=code, name=name, people=count(people) or 0, as_of=days_before(today, age), source=source or None)
        for code, name, people, age, source, _ in rows(SEGMENTS, 6)
    )


def jurisdictions() -> tuple[Jurisdiction, ...]:
    """Return where the people of each segment live."""
    return tuple(
        Jurisdiction(segment=code, jurisdiction=place, share=share)
        for code, _, _, _, _, shares in rows(SEGMENTS, 6)
        for place, share in pairs(shares)
    )


def datasets(today: date) -> tuple[Dataset, ...]:
    """Return the datasets."""
    return tuple(
        Dataset(
            code=code,
            name=name,
            system=system,
            categories=categories(named),
            people=count(people),
            as_of=days_before(today, age),
            source=source or None,
            retention_months=number(months),
        )
        for code, name, system, named, people, age, source, months, _ in rows(DATASETS, 9)
    )


def coverage() -> tuple[Coverage, ...]:
    """Return which share of a segment is found in a dataset."""
    return tuple(
        Coverage(dataset=cells[0], segment=segment, share=share)
        for cells in rows(DATASETS, 9)
        for segment, share in pairs(cells[8])
    )


def links() -> tuple[Link, ...]:
    """Return the ways from system to system."""
    return tuple(
        Link(code=code, from_system=source, to_system=target, kind=LinkKind(kind))
        for code, source, target, kind in rows(LINKS, 4)
    )


def processes() -> tuple[Process, ...]:
    """Return the business processes."""
    return tuple(
        Process(
            code=code, name=name, owner_email=address(owner), rto_hours=number(hours), margin_per_day=number(margin)
        )
        for code, name, owner, hours, margin in rows(PROCESSES, 5)
    )


def categories(cell: str) -> tuple[str, ...]:
    """Return full category keys; most are below `user`."""
    return tuple(key if key.startswith("employee") else f"user.{key}" for key in words(cell))


def pairs(cell: str) -> list[tuple[str, float]]:
    """Read `IE .5 DE .25` as pairs."""
    cells = words(cell)
    return [(key, float(share)) for key, share in zip(cells[::2], cells[1::2], strict=True)]


def count(cell: str) -> int | None:
    """Read a number of people."""
    value = number(cell)
    return None if value is None else round(value)


def days_before(today: date, cell: str) -> date | None:
    """Return the day so many days ago."""
    return today - timedelta(days=int(cell)) if cell else None
