"""The data map: layers, walks and filters; the walks against the exposure graph and against a slow second reading."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.datamap.datamap import DataMap, Layer, LineKind, build, filtered
from registry.domain.datamap.datamap_walks import Way, walk, whole
from registry.domain.exposure import exposure
from registry.domain.register.errors import UnknownCode
from registry.domain.register.facts import Access, Coverage, Dataset, Link, PlatformUse, Segment, System, Vendor
from registry.domain.register.vocabulary import (
    AccessKind,
    AccessOutcome,
    Lifecycle,
    LinkKind,
    PlatformUseKind,
    ScenarioKind,
    Storage,
)
from registry.reference.load import shipped_parameters
from tests.domain.registers import TODAY, flow, register_of, registers, shuffled

SHIPPED = shipped_parameters()


def company():
    """CRM (hosted) and billing; mail and print vendors, a chain of three, a platform nobody sends data to."""
    return register_of(
        Segment(code="G-1", name="Customers", people=1000),
        Coverage(dataset="D-1", segment="G-1", share=0.5),
        Vendor(code="V-1", name="Mail", country="IE"),
        Vendor(code="V-2", name="Print", country="US"),
        Vendor(code="V-3", name="Paper", country="DE"),
        Vendor(code="V-4", name="Ink", country="DE"),
        Vendor(code="V-9", name="Updates"),
        System(code="S-1", name="CRM", hosted_by="V-2"),
        System(code="S-2", name="Billing"),
        Dataset(code="D-1", name="Profiles", system="S-1", categories=("user.contact.email",), people=500),
        Dataset(code="D-2", name="Cards", system="S-2", categories=("user.financial.card",), people=200),
        flow("F-1", "S-1", "V-1"),
        flow("F-2", "S-2", "V-1", "D-2"),
        flow("F-3", "V-1", "V-3", storage=Storage.NONE),
        flow("F-4", "V-3", "V-4", "D-2"),
        Access(code="A-1", vendor="V-1", system="S-2", kind=AccessKind.ADMIN),
        Link(code="L-1", from_system="S-2", to_system="S-1", kind=LinkKind.SEGMENTED),
        PlatformUse(code="P-1", platform="V-9", user="V-1", kind=PlatformUseKind.SOFTWARE_UPDATE),
    )


def found(data_map: DataMap, start: str, way: Way, **how: int) -> set[str]:
    return set(walk(data_map, start, way, **how).steps) - {start}


def test_things_stand_in_the_layer_of_their_rank():
    layers = {thing.code: thing.layer for thing in build(company(), TODAY).things.values()}
    assert layers == {
        "G-1": Layer.SEGMENTS,
        "D-1": Layer.DATASETS,
        "D-2": Layer.DATASETS,
        "S-1": Layer.SYSTEMS,
        "S-2": Layer.SYSTEMS,
        "V-1": Layer.RANK_1,
        "V-3": Layer.RANK_2,
        "V-4": Layer.RANK_3,
        "V-2": Layer.UNRANKED,
        "V-9": Layer.UNRANKED,
    }


def test_every_kind_of_fact_is_a_line_with_the_code_of_its_page():
    lines = {(line.kind, line.source, line.target, line.code) for line in build(company(), TODAY).lines}
    assert (LineKind.COVERS, "G-1", "D-1", "D-1") in lines
    assert (LineKind.LIVES_IN, "D-1", "S-1", "D-1") in lines
    assert (LineKind.HOSTING, "V-2", "S-1", "S-1") in lines
    assert (LineKind.PLATFORM, "V-9", "V-1", "P-1") in lines
    assert len(lines) == 11


def test_around_a_thing_is_what_its_facts_name():
    data_map = build(company(), TODAY)
    assert found(data_map, "V-1", Way.AROUND) == {"S-1", "S-2", "D-1", "D-2", "V-3", "V-9"}
    assert found(data_map, "D-1", Way.AROUND) == {"G-1", "S-1", "V-1", "V-3"}
    assert found(data_map, "G-1", Way.AROUND) == {"D-1"}
    assert found(data_map, "G-1", Way.AROUND, steps=2) == {"D-1", "S-1", "V-1", "V-3"}


def test_data_is_followed_dataset_by_dataset():
    """Paper sends cards on that it never got from Mail: profiles of the CRM do not get to Ink."""
    data_map = build(company(), TODAY)
    assert found(data_map, "S-1", Way.GOES) == {"V-1", "V-3"}
    assert found(data_map, "D-1", Way.GOES) == {"S-1", "V-1", "V-3"}
    assert found(data_map, "D-2", Way.GOES) == {"S-2", "V-1", "V-3", "V-4"}  # as registered, although nobody gave it
    assert found(data_map, "G-1", Way.GOES) == {"D-1", "S-1", "V-1", "V-3"}
    assert found(data_map, "V-3", Way.GOES) == {"V-4"}
    assert found(data_map, "S-1", Way.GOES, steps=1) == {"V-1"}


def test_data_is_traced_back_to_the_people_it_is_about():
    data_map = build(company(), TODAY)
    assert found(data_map, "V-3", Way.COMES) == {"V-1", "S-1", "D-1", "G-1"}
    assert found(data_map, "V-1", Way.COMES) == {"S-1", "S-2", "D-1", "D-2", "G-1"}
    assert found(data_map, "S-2", Way.COMES) == {"D-2"}
    assert found(data_map, "D-1", Way.COMES) == {"G-1"}
    assert found(data_map, "G-1", Way.COMES) == set()


def test_a_breach_travels_against_the_flow_and_along_every_way_in():
    data_map = build(company(), TODAY)
    assert found(data_map, "V-3", Way.REACHES) == {"V-1", "S-1", "S-2", "D-1", "D-2", "G-1"}
    assert found(data_map, "V-2", Way.REACHES) == {"S-1", "D-1", "G-1"}
    assert found(data_map, "S-1", Way.REACHED) == {"V-2", "S-2", "V-1", "V-3", "V-4", "V-9"}
    arrows = {(arrow.source, arrow.target, arrow.line.code) for arrow in walk(data_map, "V-3", Way.REACHES).arrows}
    assert ("V-3", "V-1", "F-3") in arrows  # back up the flow
    assert ("V-3", "D-1", "F-3") not in arrows  # nothing is kept there


def test_a_way_typed_as_closed_is_not_walked():
    register = register_of(
        Access(code="A-1", vendor="V-1", system="S-1", kind=AccessKind.ADMIN, probability=0.0, probability_reason="off")
    )
    assert found(build(register, TODAY), "V-1", Way.REACHES) == set()


def test_what_does_not_count_today_is_not_on_the_map():
    register = register_of(
        Vendor(code="V-1", name="Prospect", lifecycle=Lifecycle.PROSPECT),
        Access(code="A-1", vendor="V-2", system="S-1", kind=AccessKind.ADMIN, outcome=AccessOutcome.REVOKED),
        flow("F-1", "S-1", "V-1"),
    )
    data_map = build(register, TODAY)
    assert "V-1" not in data_map.things
    assert [line.kind for line in data_map.lines] == [LineKind.LIVES_IN]
    with pytest.raises(UnknownCode):
        walk(data_map, "V-1", Way.AROUND)


def test_a_category_keeps_what_holds_or_gets_it():
    register = company()
    cards = filtered(build(register, TODAY), register, category="user.financial", country=None)
    assert set(cards.things) == {"D-2", "S-2", "V-1", "V-3", "V-4"}
    assert {line.code for line in cards.lines} == {"D-2", "F-2", "F-4", "A-1"}
    none = filtered(build(register, TODAY), register, category="user.fin", country=None)
    assert none.things == {}  # part of a word is no category


def test_a_country_keeps_what_goes_there():
    register = company()
    germany = filtered(build(register, TODAY), register, category=None, country="DE")
    assert set(germany.things) == {"V-3", "V-4", "V-1", "D-1", "D-2", "S-1", "S-2", "G-1"}
    assert {line.code for line in germany.lines if line.kind is LineKind.FLOW} == {"F-3", "F-4"}
    hosted = filtered(build(register, TODAY), register, category=None, country="US")
    assert set(hosted.things) == {"V-2", "S-1"}
    stored = register_of(flow("F-1", "S-1", "V-1", countries_at_rest=("US-CA",)))
    assert "V-1" in filtered(build(stored, TODAY), stored, category=None, country="US").things


def test_without_a_filter_the_map_is_whole():
    register = company()
    data_map = build(register, TODAY)
    assert filtered(data_map, register, category=None, country=None) is data_map
    assert set(whole(data_map).steps) == set(data_map.things)


@settings(max_examples=60, deadline=None)
@given(registers())
def test_a_breach_reaches_what_the_exposure_graph_reaches(register):
    data_map = build(register, TODAY)
    graph = exposure.build(register, SHIPPED, kind=ScenarioKind.DATA_THEFT, as_of=TODAY)
    for start in [*register.vendors, *register.systems]:
        node = exposure.node_of(register, start.code)
        if start.code not in data_map.things:
            assert node not in graph
            continue
        expected = set()
        for other in nx.descendants(graph, node):
            if graph.nodes[other][exposure.KIND] in (exposure.VENDOR, exposure.SYSTEM):
                expected.add(exposure.code_of(other))
            elif graph.nodes[other][exposure.KIND] == exposure.COPY:
                expected.add(graph.nodes[other][exposure.DATASET])
        got = {code for code in found(data_map, start.code, Way.REACHES) if code[0] in "VSD"}
        assert got == expected


@settings(max_examples=60, deadline=None)
@given(registers())
def test_the_two_directions_of_a_breach_mirror_each_other(register):
    data_map = build(register, TODAY)
    onward = {code: found(data_map, code, Way.REACHES) for code in data_map.things}
    for code in data_map.things:
        assert found(data_map, code, Way.REACHED) == {start for start in onward if code in onward[start]}


@settings(max_examples=60, deadline=None)
@given(registers())
def test_data_gets_where_a_slow_reading_says(register):
    """For each dataset by itself: all vendors that any of its flows leads to from the system."""
    data_map = build(register, TODAY)
    flows = [line.fact for line in data_map.lines if line.kind is LineKind.FLOW]
    for system in register.systems:
        expected = set()
        homed = {row.code for row in register.datasets if row.system == system.code}
        for dataset in homed | {each.dataset for each in flows if each.sender == system.code}:
            holders, grown = {system.code}, True
            while grown:
                more = {each.recipient for each in flows if each.dataset == dataset and each.sender in holders}
                grown = not more <= holders
                holders |= more
            expected |= holders - {system.code}
        assert found(data_map, system.code, Way.GOES) == expected


@settings(max_examples=30, deadline=None)
@given(registers(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_set(register, random):
    one, other = build(register, TODAY), build(shuffled(register, random), TODAY)
    for code in one.things:
        for way in Way:
            assert walk(one, code, way).steps == walk(other, code, way).steps


@settings(max_examples=30, deadline=None)
@given(registers())
def test_a_filter_only_takes_away(register):
    data_map = build(register, TODAY)
    for row in register.datasets:
        part = filtered(data_map, register, category=row.categories[0], country=None)
        assert set(part.things) <= set(data_map.things)
        assert {id(line) for line in part.lines} <= {id(line) for line in data_map.lines}
        assert all(line.source in part.things and line.target in part.things for line in part.lines)
