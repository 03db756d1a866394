"""Which vendor a public record seems to name, by what, and how sure."""

import pytest

from importers.mentions import KnownVendor, VendorNames, core_name
from registry.domain.breaches.public_breaches import BreachSource, Chain, PublicBreach

OURS = VendorNames([
    KnownVendor(code="V-0001", name="Corvid Mail", domain="www.corvidmail.example"),
    KnownVendor(code="V-0002", name="Bluewick", legal_name="Bluewick Customer Systems GmbH"),
    KnownVendor(code="V-0003", name="Data Services Inc."),
    KnownVendor(code="V-0004", name="Moss"),
    KnownVendor(code="V-0005", name="Pennywhistle Payments"),
])  # fmt: skip


def record(name, **options):
    return PublicBreach(source=BreachSource.PLAIN, key="1", name=name, **options)


@pytest.mark.parametrize(
    ("of", "vendor", "basis", "least"),
    [
        (record("CORVID  MAIL, Inc."), "V-0001", "name", 0.9),
        (record("Somebody", domain="corvidmail.example"), "V-0001", "domain", 0.95),
        (record("Bluewick Customer Systems"), "V-0002", "legal name", 0.9),
        (record("Pennywhistle Payment"), "V-0005", "nearly the name", 0.5),
        (record("Larch Clinic and Corvid Mail of Iowa"), "V-0001", "part of the text", 0.7),
        (record("Bluewick of Iowa"), "V-0002", "part of the text", 0.5),
        (
            record("Larch Clinic", description="It began at Pennywhistle Payments, LLC."),
            "V-0005",
            "part of the text",
            0.4,
        ),
        (record("Moss"), "V-0004", "name", 0.6),
        (record("Data Services"), "V-0003", "name", 0.6),
    ],
)
def test_a_record_that_names_a_vendor(of, vendor, basis, least):
    (mention,) = OURS.mentioned_in(of)
    assert (mention.vendor, mention.basis) == (vendor, basis)
    assert least <= mention.confidence < 1
    assert mention.evidence


@pytest.mark.parametrize(
    "of",
    [
        record("Larch Clinic"),
        record("Moss County School"),  # a short word inside a longer name
        record("Larch Data Services"),  # words that many firms share
        record("Larch Clinic", description="The bluewick plant grew."),  # one word of a long text
        record("Inc."),
        record("", description=""),
    ],
)
def test_weak_agreement_raises_nothing(of):
    assert OURS.mentioned_in(of) == []


def test_a_vendor_of_a_chain_counts_by_how_sure_the_chain_is():
    sure = record(
        "Larch Clinic",
        chains=(Chain(vendor="Corvid Mail LLC", client=None, wording="named as vendor", confidence=0.95),),
    )
    weak = record(
        "Larch Clinic",
        chains=(Chain(vendor="Corvid Mail LLC", client=None, wording="vendor in brackets", confidence=0.2),),
    )
    assert OURS.mentioned_in(sure)[0].confidence > OURS.mentioned_in(weak)[0].confidence


def test_the_strongest_sign_of_a_vendor_is_told_once():
    (mention,) = OURS.mentioned_in(
        record("Corvid Mail", domain="corvidmail.example", description="Corvid Mail was hit.")
    )
    assert mention.basis == "domain"


def test_names_made_of_legal_forms_keep_something():
    assert core_name("The Company, Inc.") != ""
