"""Registers made by Hypothesis: small, whole, and true to the rules."""

from datetime import date

from hypothesis import strategies as st

from registry.domain.register import facts
from registry.domain.register import vocabulary as words
from registry.reference.load import known_words

_KNOWN = known_words()
_SAFE = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp", "Zs"))
_UNKNOWN = {"#N/A", "#REF!", "#VALUE!"}

texts = st.text(_SAFE, min_size=1, max_size=12).map(str.strip).filter(lambda text: bool(text) and text not in _UNKNOWN)
tricky = st.sampled_from(
    [
        "=1+1",
        "+4420",
        "-",
        "@here",
        "#channel",
        "_x000D_",
        "12",
        "1e5",
        "TRUE",
        "2024-01-01",
        "a\nb",
        "نسيم",
        "🦊 Fox",
        "#N/A x",
    ]
)
some_text = st.none() | texts | tricky
dates = st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31))
amounts = st.none() | st.floats(0, 1e12, allow_nan=False).map(lambda number: number + 0.0)
shares = st.floats(0, 1, allow_nan=False).map(lambda number: number + 0.0)
counts = st.integers(0, 10_000_000)
emails = st.none() | st.sampled_from(["owner@company.example", "o.w+n@sub.company.example"])
countries = st.sampled_from(sorted(_KNOWN.countries))
country_lists = st.lists(countries, max_size=3, unique=True).map(tuple)
categories = st.lists(st.sampled_from(sorted(_KNOWN.parameters.categories)), min_size=1, max_size=3, unique=True).map(
    tuple
)


def numbered(prefix, count, digits):
    return [f"{prefix}-{number:0{digits}d}" for number in range(1, count + 1)]


def overridden():
    return st.one_of(st.just({}), st.builds(lambda p: {"probability": p, "probability_reason": "measured"}, shares))


@st.composite
def registers(draw):
    vendor_codes = numbered("V", draw(st.integers(1, 4)), 4)
    system_codes = numbered("S", draw(st.integers(1, 3)), 3)
    vendor, system = st.sampled_from(vendor_codes), st.sampled_from(system_codes)
    dataset_codes = numbered("D", draw(st.integers(0, 3)), 3)
    segment_codes = numbered("G", draw(st.integers(0, 2)), 2)
    datasets = tuple(_dataset(draw, code, system) for code in dataset_codes)
    flows = tuple(_flow(draw, code, (system, vendor), dataset_codes) for code in _codes(draw, "F", dataset_codes))
    dated = datasets + flows
    assert all(fact.code for fact in dated)
    processes = numbered("Q", draw(st.integers(0, 2)), 2)
    return facts.Register(
        organisation=draw(_organisation()),
        currencies=(facts.Currency(currency="EUR", usd_per_unit=1.1, as_of=draw(dates), source=draw(some_text)),),
        vendors=tuple(_vendor(draw, code) for code in vendor_codes),
        systems=tuple(_system(draw, code, vendor) for code in system_codes),
        segments=tuple(
            facts.Segment(code=code, name=f"Segment {code}", people=draw(counts), as_of=draw(dates), source=draw(some_text))
            for code in segment_codes
        ),
        jurisdictions=tuple(
            facts.Jurisdiction(segment=code, jurisdiction=draw(st.sampled_from(["DE", "US-CA", "CA-QC"])), share=draw(shares))
            for code in segment_codes
        ),
        datasets=datasets,
        coverage=tuple(
            facts.Coverage(dataset=code, segment=segment_codes[0], share=draw(shares))
            for code in (dataset_codes if segment_codes else ())
        ),
        flows=flows,
        access=_many(draw, "A", 3, lambda code: facts.Access(
            code=code, vendor=draw(vendor), system=draw(system), kind=draw(st.sampled_from(words.AccessKind)),
            last_review=draw(dates), outcome=draw(st.none() | st.sampled_from(words.AccessOutcome)), **draw(overridden()),
        )),
        processes=tuple(
            facts.Process(code=code, name=f"Process {code}", owner_email=draw(emails), rto_hours=draw(amounts),
                          margin_per_day=draw(amounts))
            for code in processes
        ),
        dependencies=_many(draw, "B", 3, lambda code: facts.Dependency(
            code=code, process=draw(st.sampled_from(processes)), depends_on=draw(vendor | system), **draw(overridden()),
        )) if processes else (),
        controls=(facts.Control(code="C-001", name="Own control", acts_on=("pivot", "upstream"), efficacy=draw(shares)),),
        placements=tuple(
            facts.Placement(control=draw(st.sampled_from(["C-001", "MFA"])), fact=flow.code, coverage=draw(shares),
                            state=draw(st.sampled_from(words.ControlState)), cost_once=draw(amounts), due=draw(dates))
            for flow in flows
        ),
        contracts=_many(draw, "K", 3, lambda code: facts.Contract(
            code=code, vendor=draw(vendor), reference=draw(texts | tricky), currency=draw(st.sampled_from([None, "EUR", "USD"])),
            notice_days=draw(amounts), right_to_audit=draw(st.none() | st.booleans()), liability_cap=draw(amounts),
        )),
        certificates=tuple(
            facts.Certificate(vendor=code, certificate="ISO27001", expires=draw(dates), evidence=draw(some_text))
            for code in vendor_codes[:1]
        ),
        contacts=tuple(
            facts.Contact(vendor=code, role=draw(st.sampled_from(words.ContactRole)), name=draw(some_text), email=draw(emails))
            for code in vendor_codes
        ),
    )  # fmt: skip


def _codes(draw, prefix, needed):
    return numbered(prefix, draw(st.integers(0, 4)), 3) if needed else []


def _many(draw, prefix, digits, make):
    return tuple(make(code) for code in numbered(prefix, draw(st.integers(0, 3)), digits))


def _organisation():
    return st.builds(
        facts.Organisation, name=texts, sector=st.sampled_from(sorted(_KNOWN.parameters.sectors)), country=countries,
        annual_revenue=amounts, currency=st.sampled_from(["USD", "EUR"]), customers=st.none() | counts,
        revenue_per_customer=amounts, risk_appetite=amounts, row=st.none(),
    )  # fmt: skip


def _vendor(draw, code):
    given_chance = draw(st.booleans())
    return facts.Vendor(
        code=code, name=f"{draw(texts)} {code}", legal_name=draw(some_text),
        relationship=draw(st.sampled_from(words.Relationship)), country=draw(st.none() | countries),
        revenue_band=draw(st.none() | st.sampled_from(words.RevenueBand)),
        annual_breach_probability=0.25 if given_chance else None,
        annual_breach_probability_reason="own study" if given_chance else None,
        posture=draw(st.sampled_from(words.Posture)), tags=draw(st.sampled_from([(), ("a",), ("a", "b c")])),
        introduced_by=draw(some_text), domain=draw(some_text), service=draw(some_text), owner_email=draw(emails),
        lifecycle=draw(st.sampled_from(words.Lifecycle)),
    )  # fmt: skip


def _system(draw, code, vendor):
    return facts.System(
        code=code, name=f"{draw(texts)} {code}", owner_email=draw(emails), hosted_by=draw(st.none() | vendor),
        rto_hours=draw(amounts),
    )  # fmt: skip


def _dataset(draw, code, system):
    return facts.Dataset(
        code=code, name=f"{draw(texts)} {code}", system=draw(system), categories=draw(categories),
        people=draw(st.none() | counts), as_of=draw(dates), source=draw(some_text), retention_months=draw(amounts),
    )  # fmt: skip


def _flow(draw, code, ends, dataset_codes):
    system, vendor = ends
    begin = draw(dates)
    return facts.Flow(
        code=code, sender=draw(system), recipient=draw(vendor), dataset=draw(st.sampled_from(dataset_codes)),
        people_share=draw(st.none() | shares), categories=draw(st.just(()) | categories),
        storage=draw(st.sampled_from(words.Storage)), protection=draw(st.sampled_from(words.Protection)),
        sender_reads_back=draw(st.booleans()), mechanism=draw(some_text), purpose=draw(some_text),
        countries_at_rest=draw(country_lists), countries_processing=draw(country_lists), starts=begin,
        ends=draw(st.sampled_from([None, begin])), deletion_certified=draw(dates), **draw(overridden()),
    )  # fmt: skip
