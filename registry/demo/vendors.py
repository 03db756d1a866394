"""The third parties of the demo company, with contracts, certificates and contacts; every name is invented."""

from datetime import date, timedelta

from registry.demo.people import address
from registry.demo.table import number, rows, words
from registry.domain.register.facts import Certificate, Contact, Contract, Vendor
from registry.domain.register.vocabulary import ContactRole, Lifecycle, Posture, Relationship, RevenueBand, Tier

__all__ = ["certificates", "contacts", "contracts", "vendors"]

# vendor | name | relationship | sector | country | revenue | posture | service | owner | unit | lifecycle | tags
VENDORS = """
V-0001 | Corvid Mail                | direct    | information    | US | 100M-1B | fair        | Campaign and service mail           | vendor.manager | Marketing    | active      | customer-data email
V-0002 | Tallgrass Contact          | direct    | administrative | PH | 100M-1B | weak        | Outsourced contact centre           | vendor.manager | Service      | active      | customer-data offshore
V-0003 | Ferrous Cloud              | platform  | information    | US | 10-100B | strong      | Public cloud                        | it.sourcing    | IT           | active      | hosting critical-ict
V-0004 | Bluewick CRM               | direct    | information    | US | 1-10B   | strong      | Customer relations as a service     | vendor.manager | Sales        | active      | customer-data critical-ict
V-0005 | Pennywhistle Payments      | direct    | financial      | NL | 1-10B   | strong      | Card processing                     | banking.buying | Banking      | active      | cards critical-ict
V-0006 | Oakrun Claims Services     | direct    | administrative | GB | 10-100M | weak        | Claims handling                     | vendor.manager | Claims       | active      | customer-data
V-0007 | Larkspur Analytics         | direct    | information    | DE | 100M-1B | fair        | Analytics on the warehouse          | vendor.manager | Data         | active      | customer-data
V-0008 | Quillon Print and Post     | direct    | manufacturing  | IE | <10M    | unknown     | Printing and posting of letters     | vendor.manager | Service      | active      | customer-data
V-0009 | Stonemill Collections      | direct    | financial      | GB | 10-100M | fair        | Debt collection                     | vendor.manager | Finance      | active      | customer-data
V-0010 | Trusthollow Identity       | direct    | information    | EE | 10-100M | strong      | Identity checks                     | banking.buying | Banking      | active      | identity
V-0011 | Mossbank Credit Data       | direct    | financial      | GB | 100M-1B | fair        | Credit reference                    | banking.buying | Banking      | active      | customer-data
V-0012 | Kestrelway Telematics      | direct    | information    | SE | 10-100M | fair        | Driving boxes and apps              | vendor.manager | Insurance    | active      | location
V-0013 | Palisade Fraud Network     | direct    | information    | US | 100M-1B | strong      | Shared fraud signals                | banking.buying | Banking      | active      | customer-data
V-0014 | Driftwood Archive          | direct    | administrative | PL | 10-100M | weak        | Scanning and archive                | vendor.manager | Service      | active      | customer-data
V-0015 | Candlemark Survey          | direct    | professional   | CA | <10M    | unknown     | Customer surveys                    | vendor.manager | Marketing    | active      |
V-0016 | Northloom Payroll          | direct    | professional   | DE | 100M-1B | fair        | Payroll                             | workplace      | People       | active      | employees
V-0017 | Sable and Finchley Law     | direct    | professional   | GB | 100M-1B | fair        | Litigation and breach counsel       | legal          | Legal        | active      |
V-0018 | Ambervale Health Assessors | direct    | healthcare     | IE | 10-100M | weak        | Medical assessments                 | vendor.manager | Claims       | active      | health
V-0019 | Roadhelp Borealis          | direct    | transportation | FR | 100M-1B | fair        | Roadside help                       | vendor.manager | Claims       | active      |
V-0020 | Halcyra Travel Assist      | direct    | healthcare     | CA | 10-100M | fair        | Travel and medical help abroad      | vendor.manager | Claims       | active      | health
V-0021 | Copperline Telephony       | direct    | information    | US | 1-10B   | fair        | Telephony and call recording        | it.sourcing    | Service      | active      | critical-ict
V-0022 | Wrenfield Software         | direct    | information    | IN | 100M-1B | fair        | Builds and supports policy systems  | it.sourcing    | IT           | active      | offshore
V-0023 | Tidegate Transfer          | platform  | information    | US | 100M-1B | weak        | Managed file transfer               | it.sourcing    | IT           | active      | critical-ict
V-0024 | Lanternfish Security       | platform  | information    | US | 1-10B   | very_strong | Watched endpoints                   | it.sourcing    | Security     | active      | agents-everywhere
V-0025 | Ironbark Remote            | platform  | information    | AU | 10-100M | weak        | Remote management                   | it.sourcing    | IT           | active      |
V-0026 | Grovelight Identity        | platform  | information    | US | 1-10B   | strong      | Sign-on for customers and staff     | it.sourcing    | Security     | active      | critical-ict
V-0027 | Saltmarsh Backup           | direct    | information    | NL | 10-100M | fair        | Archive and backup hosting          | it.sourcing    | IT           | active      |
V-0028 | Pebblechat                 | direct    | information    | US | <10M    | unknown     | Chat assistant on the website       |                | Digital      | active      | ai
V-0029 | Marrowdata Enrichment      | direct    |                | US |         | unknown     | Adds interests and household data   | vendor.manager | Marketing    | active      | customer-data
V-0030 | Sundial Audiences          | direct    | information    | IE | 1-10B   | fair        | Advertising audiences               | vendor.manager | Marketing    | active      | advertising
V-0031 | Orchardgate Broker Systems | direct    | information    | GB | 10-100M | fair        | Broker portal as a service          | vendor.manager | Sales        | active      |
V-0032 | Cinderpath Reinsurance     | direct    | financial      | CH | 10-100B | strong      | Reinsurance                         | head.of.risk   | Risk         | active      |
V-0033 | Brightquay Reinsurance     | direct    | financial      | BM | 1-10B   |             | Reinsurance                         | head.of.risk   | Risk         | active      |
V-0034 | Mapleford Administrators   | direct    | administrative | US | 100M-1B | weak        | Runs the US specialty policies      | vendor.manager | Insurance    | active      | customer-data
V-0035 | Prairie Lantern Adjusting  | direct    | administrative | US | <10M    | unknown     | US claims adjusting                 | vendor.manager | Claims       | active      |
V-0036 | Eclisse Actuarial          | direct    | professional   | FR | 10-100M | fair        | Pricing models                      | head.of.risk   | Risk         | active      |
V-0037 | Thornapple Testing         | direct    | information    | BG | <10M    | weak        | Test services                       | it.sourcing    | IT           | active      | offshore
V-0038 | Wayfarer Card Bureau       | direct    | manufacturing  | ES | 10-100M | strong      | Makes and sends cards               | banking.buying | Banking      | active      | cards
V-0039 | Kelpstone Statements       | direct    | information    | DK | 10-100M | fair        | Electronic statements               | banking.buying | Banking      | active      | customer-data
V-0040 | Nettlebyrne Audit          | direct    | professional   | GB | 1-10B   | strong      | External audit                      | head.of.risk   | Risk         | active      |
V-0041 | Snowdrop Loyalty           | direct    | retail         | FI | 10-100M | fair        | Loyalty programme                   | vendor.manager | Marketing    | active      |
V-0042 | Vantaverde Vehicle Data    | direct    | information    | IT | 10-100M | fair        | Vehicle and driver checks           | vendor.manager | Insurance    | active      |
V-0043 | Hearthmend Repairs         | direct    | construction   | GB | <10M    | unknown     | Home repair network                 | vendor.manager | Claims       | active      |
V-0044 | Zephyrlane Analytics       | direct    | information    | FR | 10-100M | fair        | Web and app measurement             | vendor.manager | Digital      | active      |
V-0045 | Bramblewire SMS            | nth_party | information    | IE | 10-100M | weak        | Text messages for Corvid Mail       | vendor.manager | Marketing    | active      |
V-0046 | Isthmus Deliverability     | nth_party | information    | US | <10M    | weak        | Cleans address lists                |                |              | active      |
V-0047 | Pinegrain Labs             | nth_party | information    | RS | <10M    | unknown     | Scores addresses                    |                |              | active      |
V-0048 | Cobaltmarsh Hosting        | nth_party | information    | GB | 10-100M | fair        | Servers of Oakrun                   |                | Claims       | active      |
V-0049 | Tumbrel Logistics          | nth_party | transportation | IE | 10-100M | unknown     | Carries letters                     |                |              | active      |
V-0050 | Sparrowhawk Transcription  | nth_party | administrative | KE | <10M    | weak        | Writes down calls                   | vendor.manager | Service      | active      | offshore
V-0051 | Glasswing Speech           | nth_party | information    | US | 10-100M | fair        | Speech models                       |                |              | active      | ai
V-0052 | Cairnside Labelling        | nth_party | administrative | IN | <10M    | very_weak   | Labels speech by hand               |                |              | active      | offshore
V-0053 | Teal Harbour Overflow      | nth_party | administrative | ZA | <10M    | weak        | Takes calls at peak                 | vendor.manager | Service      | active      | offshore
V-0054 | Dunlin Data Centres        | platform  | information    | DE | 100M-1B | strong      | Servers of Larkspur                 |                |              | active      |
V-0055 | Foxglove Scoring           | nth_party | financial      | GB | 10-100M | fair        | Scores for credit and fraud         |                |              | active      |
V-0056 | Upland Tracing             | nth_party | administrative | GB | <10M    | unknown     | Finds people who moved              |                |              | active      |
V-0057 | Verdigris Medical Records  | nth_party | healthcare     | IE | 10-100M | fair        | Keeps records for assessors         |                | Claims       | active      | health
V-0058 | Quarrytop Imaging          | nth_party | administrative | VN | <10M    | weak        | Indexes scanned pages               |                |              | active      | offshore
V-0059 | Stratusrow Collaboration   | platform  | information    | US | >100B   | strong      | Mail, files and meetings            | it.sourcing    | IT           | active      | critical-ict
V-0060 | Millrace Integration       | platform  | information    | US | 100M-1B | fair        | Connects cloud services             | it.sourcing    | IT           | active      |
V-0061 | Thistledown Assistant      | direct    | information    | US | 10-100M | unknown     | Assistant for claims handlers       | vendor.manager | Claims       | prospect    | ai
V-0062 | Redshank Mailing           | direct    | manufacturing  | GB | 10-100M | weak        | Former printer of letters           | vendor.manager | Service      | terminated  |
"""

# vendor | years since start | days left, negative when over | value a year | currency | notice days | breach notice hours | data agreement | audit right | liability cap | insurance
CONTRACTS = """
V-0001 | 3 | 220  | 480k  | EUR | 90  | 48 | yes | yes | 5M   | 10M
V-0002 | 4 | 410  | 7.2M  | EUR | 180 | 72 | yes | yes | 10M  | 5M
V-0003 | 6 | 700  | 9.5M  | USD | 365 | 24 | yes | no  | 9.5M |
V-0004 | 5 | 96   | 2.1M  | USD | 90  | 48 | yes | no  | 4M   |
V-0005 | 7 | 880  | 11M   | EUR | 365 | 24 | yes | yes | 25M  | 50M
V-0006 | 2 | 300  | 3.4M  | GBP | 90  | 72 | yes | yes | 3M   | 5M
V-0007 | 3 | 150  | 860k  | EUR | 90  | 48 | yes | yes | 2M   | 5M
V-0008 | 9 | 40   | 610k  | EUR | 30  |    | yes | no  |      |
V-0009 | 4 | 510  | 420k  | GBP | 60  | 72 | yes | yes | 1M   | 2M
V-0010 | 2 | 640  | 540k  | EUR | 90  | 24 | yes | yes | 5M   | 10M
V-0011 | 8 | 120  | 1.3M  | GBP | 180 | 48 | yes | no  | 5M   |
V-0012 | 3 | 270  | 980k  | EUR | 90  | 72 | yes | yes | 2M   | 3M
V-0013 | 4 | 330  | 750k  | USD | 90  | 48 | yes | no  | 2M   |
V-0014 | 6 | -25  | 390k  | EUR | 60  |    | yes | yes | 500k | 1M
V-0015 | 2 | 75   | 64k   | CAD | 30  |    | no  | no  |      |
V-0016 | 5 | 450  | 350k  | EUR | 180 | 48 | yes | yes | 2M   | 5M
V-0017 | 9 |      | 1.8M  | GBP | 30  | 72 | yes | no  |      |
V-0018 | 3 | 190  | 1.1M  | EUR | 90  | 72 | yes | yes | 2M   | 2M
V-0019 | 5 | 560  | 4.8M  | EUR | 180 | 72 | yes | yes | 3M   | 5M
V-0020 | 4 | 260  | 2.2M  | CAD | 90  | 72 | yes | yes | 2M   | 5M
V-0021 | 3 | 480  | 1.4M  | USD | 90  | 48 | yes | no  | 2M   |
V-0022 | 8 | 360  | 5.6M  | EUR | 180 | 24 | yes | yes | 10M  | 10M
V-0023 | 6 | 33   | 210k  | USD | 60  |    | yes | no  | 210k |
V-0024 | 2 | 820  | 1.2M  | USD | 90  | 24 | yes | yes | 5M   |
V-0025 | 4 | 115  | 90k   | USD | 30  |    | no  | no  |      |
V-0026 | 5 | 590  | 1.6M  | USD | 180 | 24 | yes | no  | 5M   |
V-0027 | 7 | 240  | 680k  | EUR | 90  | 48 | yes | yes | 2M   | 5M
V-0028 | 1 | 160  | 48k   | USD | 30  |    | no  | no  |      |
V-0030 | 3 | 200  | 3.1M  | EUR | 30  |    | yes | no  |      |
V-0031 | 4 | 380  | 440k  | GBP | 90  | 72 | yes | yes | 1M   | 2M
V-0032 | 9 | 37   | 21M   | EUR | 90  |    | yes | no  |      |
V-0033 | 6 | 37   | 8.4M  | USD | 90  |    | no  | no  |      |
V-0034 | 3 | 500  | 6.1M  | USD | 180 | 72 | yes | yes | 5M   | 10M
V-0035 | 2 | -90  | 280k  | USD | 30  |    | yes | no  |      | 1M
V-0036 | 4 | 140  | 320k  | EUR | 60  | 72 | yes | no  | 500k |
V-0037 | 2 | 210  | 260k  | EUR | 30  |    | yes | yes |      |
V-0038 | 6 | 430  | 1.9M  | EUR | 180 | 24 | yes | yes | 5M   | 10M
V-0039 | 5 | 310  | 520k  | EUR | 90  | 48 | yes | yes | 2M   | 3M
V-0040 | 3 | 55   | 2.4M  | EUR | 180 |    | yes | no  |      |
V-0041 | 2 | 170  | 240k  | EUR | 60  | 72 | yes | yes | 1M   |
V-0042 | 3 | 290  | 380k  | EUR | 90  | 72 | yes | no  | 1M   |
V-0043 | 5 | 130  | 1.7M  | GBP | 30  |    | yes | no  |      |
V-0044 | 4 | 85   | 130k  | EUR | 30  | 72 | yes | no  | 130k |
V-0059 | 6 | 610  | 3.9M  | EUR | 365 | 72 | yes | no  | 3.9M |
V-0060 | 3 | 230  | 310k  | USD | 60  | 72 | yes | no  | 310k |
V-0062 | 7 | -140 | 450k  | GBP | 60  |    | yes | no  |      |
"""

# vendor | certificate, months since issue, months it lasts
CERTIFICATES = """
V-0001 | SOC2_T2 5 12, ISO27001 20 36
V-0002 | ISO27001 34 36, PCI_AOC 15 12
V-0003 | ISO27001 11 36, SOC2_T2 4 12, C5_T2 7 12, ISO27017 11 36
V-0004 | SOC2_T2 8 12, ISO27001 18 36, ISO27018 18 36
V-0005 | PCI_AOC 3 12, ISO27001 9 36, ISO22301 9 36
V-0006 | CYBER_ESSENTIALS 14 12
V-0007 | ISO27001 6 36, PENTEST 9 12
V-0009 | CYBER_ESSENTIALS_PLUS 5 12, ISO27001 29 36
V-0010 | ISO27001 13 36, SOC2_T2 2 12
V-0011 | ISO27001 30 36, SOC2_T1 19 12
V-0012 | ISO27001 8 36
V-0013 | SOC2_T2 10 12
V-0014 | ISO27001 41 36
V-0016 | ISO27001 15 36, SOC1_T2 7 12
V-0018 | ISO27001 3 36
V-0019 | ISO27001 22 36, CONTINUITY_TEST 13 12
V-0020 | SOC2_T2 16 12
V-0021 | SOC2_T2 6 12, ISO27001 25 36
V-0022 | ISO27001 12 36, SOC2_T2 9 12, PENTEST 4 12
V-0023 | SOC2_T1 26 12
V-0024 | SOC2_T2 1 12, ISO27001 5 36, FEDRAMP 6 12
V-0026 | SOC2_T2 3 12, ISO27001 17 36
V-0027 | ISO27001 10 36, ISO22301 10 36
V-0031 | CYBER_ESSENTIALS 8 12
V-0034 | SOC2_T2 14 12, HITRUST_I1 5 12
V-0038 | PCI_AOC 7 12, ISO27001 19 36
V-0039 | ISO27001 27 36
V-0044 | ISO27001 16 36
V-0048 | ISO27001 24 36
V-0054 | ISO27001 7 36, C5_T2 10 12
V-0057 | ISO27001 33 36
V-0059 | ISO27001 14 36, SOC2_T2 5 12, C5_T2 5 12
V-0060 | SOC2_T2 11 12
V-0062 | ISO27001 44 36
"""

# nth party | how we know of it | so many days ago
INTRODUCED = """
V-0045 | Corvid Mail, list of sub-processors            | 140
V-0046 | Bramblewire SMS, answer to our questionnaire   | 95
V-0047 | Isthmus Deliverability, answer by mail         | 95
V-0048 | Oakrun Claims Services, list of sub-processors | 310
V-0049 | Quillon Print and Post, on request             | 620
V-0050 | Copperline Telephony, list of sub-processors   | 120
V-0051 | Sparrowhawk Transcription, contract annex      | 120
V-0052 | Glasswing Speech, found by our own research    | 60
V-0053 | Tallgrass Contact, site visit                  | 210
V-0054 | Larkspur Analytics, list of sub-processors     | 280
V-0055 | Mossbank Credit Data, questionnaire            | 330
V-0056 | Stonemill Collections, questionnaire           | 330
V-0057 | Ambervale Health Assessors, data agreement     | 400
V-0058 | Driftwood Archive, site visit                  | 700
"""

TIER_OVERRIDES = {"V-0017": (Tier.HIGH, "Counsel in a breach: must be reachable at any hour.")}
TYPED_CHANCES = {"V-0052": (0.3, "Two incidents in the last four years, told by Glasswing Speech.")}
WITHOUT_CONTACTS = {"V-0029", "V-0047", "V-0052", "V-0056"}
WITHOUT_INCIDENT_CONTACT = {"V-0008", "V-0015", "V-0028", "V-0035", "V-0043", "V-0046", "V-0049", "V-0061", "V-0062"}


def vendors(today: date) -> tuple[Vendor, ...]:
    """Return the vendors."""
    introduced = {code: f"{how}, {today - timedelta(days=int(age))}" for code, how, age in rows(INTRODUCED, 3)}
    return tuple(vendor(cells, introduced.get(cells[0])) for cells in rows(VENDORS, 12))


def vendor(cells: list[str], introduced_by: str | None) -> Vendor:
    """Return one vendor."""
    code, name, relationship, sector, country, revenue, posture, service, owner, unit, lifecycle, tags = cells
    tier, tier_reason = TIER_OVERRIDES.get(code, (None, None))
    chance, chance_reason = TYPED_CHANCES.get(code, (None, None))
    return Vendor(
        code=code,
        name=name,
        legal_name=f"{name} Ltd" if country in {"GB", "IE"} else None,
        relationship=Relationship(relationship),
        sector=sector or None,
        country=country,
        revenue_band=RevenueBand(revenue) if revenue else None,
        annual_breach_probability=chance,
        annual_breach_probability_reason=chance_reason,
        posture=Posture(posture or "unknown"),
        tags=words(tags),
        introduced_by=introduced_by,
        domain=domain(name),
        service=service,
        owner_email=address(owner),
        business_unit=unit or None,
        lifecycle=Lifecycle(lifecycle),
        tier_override=tier,
        tier_override_reason=tier_reason,
    )


def domain(name: str) -> str:
    """Return an address that can belong to nobody (RFC 2606)."""
    return name.lower().replace(" ", "").replace(",", "") + ".example"


def contracts(today: date) -> tuple[Contract, ...]:
    """Return the contracts."""
    return tuple(
        Contract(
            code=f"K-{position:03}",
            vendor=cells[0],
            reference=f"BRW-{today.year - int(cells[1])}-{position:03}",
            starts=today - timedelta(days=365 * int(cells[1]) + position),
            ends=today + timedelta(days=int(cells[2])) if cells[2] else None,
            value_per_year=number(cells[3]),
            currency=cells[4],
            notice_days=number(cells[5]),
            breach_notice_hours=number(cells[6]),
            dpa_signed=cells[7] == "yes",
            right_to_audit=cells[8] == "yes",
            liability_cap=number(cells[9]),
            insurance=number(cells[10]),
        )
        for position, cells in enumerate(rows(CONTRACTS, 11), start=1)
    )


def certificates(today: date) -> tuple[Certificate, ...]:
    """Return the certificates; some have run out."""
    found = []
    for code, held in rows(CERTIFICATES, 2):
        for kind, age, lasts in (words(entry) for entry in held.split(",")):
            issued = today - timedelta(days=30 * int(age))
            expires = issued + timedelta(days=30 * int(lasts))
            found.append(Certificate(vendor=code, certificate=kind, issued=issued, expires=expires))
    return tuple(found)


def contacts() -> tuple[Contact, ...]:
    """Return desks, not persons: whom to call at a vendor."""
    found = []
    for position, cells in enumerate(rows(VENDORS, 12)):
        code, host = cells[0], domain(cells[1])
        if code in WITHOUT_CONTACTS:
            continue
        found.append(Contact(vendor=code, role=ContactRole.PRIMARY, name="Account desk", email=f"accounts@{host}"))
        if code not in WITHOUT_INCIDENT_CONTACT:
            phone = f"+44 20 7946 {position:04}"  # the range that Ofcom keeps for drama
            found.append(
                Contact(
                    vendor=code, role=ContactRole.INCIDENT, name="Incident desk", email=f"incident@{host}", phone=phone
                )
            )
        if cells[11] and "customer-data" in cells[11]:
            found.append(Contact(vendor=code, role=ContactRole.PRIVACY, name="Privacy office", email=f"privacy@{host}"))
    return tuple(found)
