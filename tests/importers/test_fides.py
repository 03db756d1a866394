"""Manifests of Fides: systems, datasets and flows; hostile YAML is refused."""

import pytest

from importers.fides import read
from importers.fides_categories import our_category
from importers.register import read as read_register
from registry.domain.register.problems import errors_of
from registry.reference.load import read_rows
from tests.importers import files

MANIFEST = """
system:
  - fides_key: shop
    name: Web shop
    system_type: Service
    egress:
      - fides_key: mailer
        type: system
        data_categories: [user.contact.email]
      - fides_key: warehouse
        type: system
      - fides_key: user
        type: user
      - fides_key: outside_analytics
        type: system
    privacy_declarations:
      - name: Sell things
        data_categories: [user.contact]
        data_use: essential.service
        data_subjects: [customer]
        dataset_references: [customers]
  - fides_key: mailer
    name: Corvid Mail
    description: Customer e-mail
    vendor_id: gvl.1
    ingress:
      - fides_key: shop
        type: system
  - fides_key: warehouse
    name: Warehouse
dataset:
  - fides_key: customers
    name: Customers
    data_categories: [system.operations]
    collections:
      - name: people
        fields:
          - name: email
            data_categories: [user.contact.email]
          - name: address
            fields:
              - name: street
                data_categories: [user.contact.address.street]
          - name: odd
            data_categories: [custom.thing]
registry:
  - fides_key: all
"""
BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 30)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
BASE = read_register(files.workbook()).register


def one(content, **options):
    return read(content.encode() if isinstance(content, str) else content, name="manifest.yml", base=BASE, **options)


def codes(result):
    return [problem.code for problem in result.problems]


def test_a_manifest_becomes_systems_datasets_and_flows():
    result = one(MANIFEST)
    assert errors_of(result.problems) == []
    assert {system.name for system in result.facts["systems"]} == {"Web shop", "Warehouse"}
    assert {vendor.name for vendor in result.facts["vendors"]} == {"Corvid Mail", "outside analytics"}
    (dataset,) = result.facts["datasets"]
    assert set(dataset.categories) == {"company", "user.contact.email", "user.contact.address", "user"}
    names = {fact.code: fact.name for kind in ("systems", "vendors", "datasets") for fact in result.facts[kind]}
    flows = {(names[flow.sender], names[flow.recipient], names[flow.dataset]): flow for flow in result.facts["flows"]}
    assert set(flows) == {("Web shop", "Corvid Mail", "Customers"), ("Web shop", "outside analytics", "Customers")}
    mail = flows["Web shop", "Corvid Mail", "Customers"]
    assert (mail.categories, mail.purpose) == (("user.contact.email",), "Sell things")


def test_what_has_no_place_is_said_with_its_line():
    result = one(MANIFEST)
    assert {"unread_part", "no_vendor", "unknown_category"} <= set(codes(result))
    between = next(problem for problem in result.problems if problem.code == "no_vendor")
    assert (between.row, "Warehouse" in between.message) == (10, True)


def test_the_person_says_who_is_a_vendor():
    asked = {party["key"]: party["is_vendor"] for party in one(MANIFEST).asks["parties"]}
    assert asked == {"shop": False, "mailer": True, "warehouse": False, "outside_analytics": True}
    result = one(MANIFEST, choices={"vendors": ["warehouse"]})
    assert [vendor.name for vendor in result.facts["vendors"]] == ["Warehouse"]
    assert len(result.facts["flows"]) == 1


def test_a_dataset_without_a_system_gets_a_home_and_a_sender_without_a_dataset_gets_one():
    text = "system:\n- fides_key: a\n  egress:\n  - fides_key: b\n    data_categories: [user.name]\ndataset:\n- fides_key: d\n"
    result = one(text)
    assert errors_of(result.problems) == []
    assert {"no_home", "made_dataset", "no_categories"} <= set(codes(result))
    assert {dataset.name: dataset.categories for dataset in result.facts["datasets"]} == {
        "d": ("user",),
        "Data of a": ("user.name",),
    }


def test_a_value_is_mended_by_its_line_and_key():
    text = "system:\n- fides_key: a\n  name: Shop\n- fides_key: b\n  name: Shop\n- name: Keyless\n"
    wrong = {(problem.row, problem.column) for problem in errors_of(one(text).problems)}
    assert wrong == {(4, "name"), (6, "fides_key")}
    assert one(text).quoted[("manifest", 4, "name")] == "Shop"
    mended = one(text, mended={"manifest": {(4, "name"): "Second shop", (6, "fides_key"): "c"}})
    assert errors_of(mended.problems) == []
    assert [system.name for system in mended.facts["systems"]] == ["Shop", "Second shop", "Keyless"]


def test_a_second_import_changes_nothing():
    first = one(MANIFEST)
    again = read(MANIFEST.encode(), name="manifest.yml", base=first.register)
    assert errors_of(again.problems) == []
    for kind in ("systems", "vendors", "datasets", "flows"):
        assert {fact.code for fact in again.facts[kind]} == {fact.code for fact in first.facts[kind]}, kind


def test_several_files_in_a_zip():
    systems, _, datasets = MANIFEST.partition("dataset:")
    result = one(files.zipped({"a/systems.yml": systems, "b/data.yaml": f"dataset:{datasets}", "readme.md": "#"}))
    assert len(result.facts["flows"]) == 2


@pytest.mark.parametrize(
    ("key", "ours"),
    [
        ("user.contact.phone_number", "user.contact.phone"),
        ("user.health_and_medical.record_id", "user.health.record"),
        ("user.provided.identifiable.contact.email", "user.contact.email"),
        ("user.derived.identifiable.device.cookie_id", "user.device"),
        ("user.financial.credit_card", "user.financial.card"),
        ("system.authentication", "company.secret"),
        ("user.anything.new", "user"),
        ("custom", None),
    ],
)
def test_categories_are_mapped_by_the_table(key, ours):
    assert our_category(key) == ours


def test_the_table_names_only_categories_that_exist():
    known = {row["key"] for row in read_rows("data_categories")}
    assert {row["category"] for row in read_rows("fides_categories")} <= known


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty"),
        ("just text", "wrong_kind"),
        ("- a\n- b", "wrong_kind"),
        ("other: 1", "no_rows"),
        ("system: [", "broken_yaml"),
        ("system:\n\t- a", "broken_yaml"),
        (BOMB, "yaml_bomb"),
        ("a: " + "[" * 500 + "]" * 500, "yaml_bomb"),
        ("system: !!python/object/apply:os.system ['touch /tmp/pwned']", "no_rows"),
        ("system:\n- name: no key\n", "missing"),
        ("<xml/>", "wrong_kind"),
        (b"\xff\xfea\x00", "encoding"),
        ("a: 1\n" * 900_000, "too_large"),
        (files.zipped({"../a.yml": "x"}), "unsafe_name"),
        (files.zipped({"a.txt": "x"}), "wrong_kind"),
    ],
)  # fmt: skip
def test_hostile_and_other_files_are_refused_with_the_reason(content, code):
    result = one(content)
    assert code in codes(result), result.problems
    assert result.register is None


def test_aliases_that_multiply_within_the_limit_are_walked_once():
    levels = "\n".join(f"    - &l{n} {{name: f{n}, fields: [*l{n - 1}, *l{n - 1}]}}" for n in range(1, 40))
    text = f"dataset:\n- fides_key: d\n  collections:\n    - &l0 {{name: x, data_categories: [user.name]}}\n{levels}\n"
    result = one(text)
    assert result.facts["datasets"][0].categories == ("user.name",)
