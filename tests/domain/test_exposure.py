"""The exposure graph: every edge, merge, control and multiplier, by hand and against the slow second reading."""

import dataclasses

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.exposure.exposure import build, people_by_dataset
from registry.domain.register.errors import InvalidRegister, UnknownCode
from registry.domain.register.facts import (
    Access,
    Control,
    Dataset,
    Dependency,
    Link,
    Organisation,
    Placement,
    PlatformUse,
    Process,
    System,
    Vendor,
)
from registry.domain.register.vocabulary import (
    AccessKind,
    ControlState,
    EdgeKind,
    LinkKind,
    PlatformUseKind,
    Protection,
    ScenarioKind,
    Storage,
)
from registry.reference.load import shipped_parameters
from tests.domain import reference
from tests.domain.registers import TODAY, flow, register_of, registers, shuffled

SHIPPED = shipped_parameters()
KINDS = list(ScenarioKind)


def graph_of(register, kind=ScenarioKind.DATA_THEFT, parameters=SHIPPED, start=()):
    return build(register, parameters, kind=kind, as_of=TODAY, start=start)


def chance(graph, source, target):
    return graph.edges[source, target]["probability"] if graph.has_edge(source, target) else 0.0


def access(code="A-1", vendor="V-1", system="S-1", kind=AccessKind.ADMIN, **others):
    return Access(code=code, vendor=vendor, system=system, kind=kind, **others)


def use(code="P-1", platform="V-1", user="S-1", kind=PlatformUseKind.SAAS_MFA, **others):
    return PlatformUse(code=code, platform=platform, user=user, kind=kind, **others)


# -- one edge of each kind ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("storage", "expected"), [(Storage.BULK, 0.7), (Storage.CACHED, 0.3), (Storage.IN_MEMORY, 0.1)]
)
def test_a_holder_gives_its_copy_away_by_storage(storage, expected):
    graph = graph_of(register_of(flow("F-1", "S-1", "V-1", storage=storage)))
    assert chance(graph, "vendor:V-1", "copy:D-1@V-1") == expected
    assert graph.nodes["copy:D-1@V-1"]["storage"] == storage


def test_a_flow_that_stores_nothing_makes_no_copy_but_still_relates_the_vendors():
    graph = graph_of(register_of(flow("F-1", "V-1", "V-2", storage=Storage.NONE, sender_reads_back=True)))
    assert "copy:D-1@V-2" not in graph
    assert chance(graph, "vendor:V-2", "vendor:V-1") == 0.05


def test_a_dataset_lies_in_its_home_system_as_a_bulk_copy():
    graph = graph_of(register_of(flow("F-1", "S-1", "V-1")))
    assert chance(graph, "system:S-1", "copy:D-1@S-1") == 0.7
    assert graph.nodes["copy:D-1@S-1"]["storage"] == "home_system"
    assert graph.nodes["copy:D-1@S-1"]["facts"] == ("D-1",)
    assert graph.nodes["copy:D-1@V-1"]["home"] == "system:S-1"


@pytest.mark.parametrize("sender", ["S-1", "V-2"])
def test_a_sender_that_reads_back_opens_the_copy_at_the_recipient(sender):
    graph = graph_of(register_of(flow("F-1", sender, "V-1", sender_reads_back=True)))
    node = "system:S-1" if sender == "S-1" else "vendor:V-2"
    assert chance(graph, node, "copy:D-1@V-1") == 0.5


@pytest.mark.parametrize("kind", AccessKind)
def test_a_vendor_enters_a_system_by_the_kind_of_its_access(kind):
    graph = graph_of(register_of(access(kind=kind)))
    assert chance(graph, "vendor:V-1", "system:S-1") == reference.P0["pivot", kind]


def test_compromise_climbs_from_the_sub_vendor_to_the_vendor():
    graph = graph_of(register_of(flow("F-1", "V-1", "V-2")))
    assert chance(graph, "vendor:V-2", "vendor:V-1") == 0.05
    assert not graph.has_edge("vendor:V-1", "vendor:V-2")


def test_giving_data_to_a_vendor_opens_no_way_into_the_sending_system():
    graph = graph_of(register_of(flow("F-1", "S-1", "V-1")))
    assert nx.descendants(graph, "vendor:V-1") == {"copy:D-1@V-1"}


@pytest.mark.parametrize("kind", LinkKind)
def test_systems_open_each_other_by_the_kind_of_link(kind):
    graph = graph_of(register_of(Link(code="L-1", from_system="S-1", to_system="S-2", kind=kind)))
    assert chance(graph, "system:S-1", "system:S-2") == reference.P0["lateral", kind]
    assert not graph.has_edge("system:S-2", "system:S-1")


def test_a_host_opens_the_system_it_hosts():
    graph = graph_of(register_of(System(code="S-1", name="s", hosted_by="V-1")))
    assert chance(graph, "vendor:V-1", "system:S-1") == 0.1
    assert graph.edges["vendor:V-1", "system:S-1"]["facts"] == ("S-1",)


@pytest.mark.parametrize("kind", PlatformUseKind)
@pytest.mark.parametrize("user", ["S-1", "V-2"])
def test_a_platform_takes_its_users_along(kind, user):
    graph = graph_of(register_of(use(user=user, kind=kind)))
    target = "system:S-1" if user == "S-1" else "vendor:V-2"
    assert chance(graph, "vendor:V-1", target) == reference.P0["common_cause", kind]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("needed", ["V-1", "S-1"])
def test_a_process_stops_only_in_scenarios_that_stop_services(kind, needed):
    graph = graph_of(register_of(Dependency(code="B-1", process="Q-1", depends_on=needed)), kind)
    source = "vendor:V-1" if needed == "V-1" else "system:S-1"
    expected = {"ransomware_theft": 0.5, "outage": 0.8, "malicious_update": 0.25}.get(kind, 0.0)
    assert chance(graph, source, "process:Q-1") == pytest.approx(expected)


def test_a_process_carries_its_hours_and_margin():
    process = Process(code="Q-1", name="Orders", rto_hours=None, margin_per_day=5000)
    graph = graph_of(register_of(process, Dependency(code="B-1", process="Q-1", depends_on="V-1")))
    assert graph.nodes["process:Q-1"]["rto_hours"] == 0
    assert graph.nodes["process:Q-1"]["margin_per_day"] == 5000


# -- kinds of scenario -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_edge_is_scaled_by_the_kind_of_scenario(kind):
    register = register_of(
        flow("F-1", "S-1", "V-1"),
        flow("F-2", "V-1", "V-2", sender_reads_back=True),
        access(),
        Link(code="L-1", from_system="S-1", to_system="S-2", kind=LinkKind.FLAT_NETWORK),
        System(code="S-1", name="s"),
        System(code="S-3", name="h", hosted_by="V-3"),
        *(use(f"P-{n}", f"V-1{n}", kind=use_kind) for n, use_kind in enumerate(PlatformUseKind)),
    )
    world = reference.World(register, kind, TODAY, ())
    found = {(u, v): p for u, v, p in graph_of(register, kind).edges(data="probability")}
    assert found == pytest.approx(reference.edges(world.ways()))


def test_a_scaled_chance_stops_at_one():
    register = register_of(access(probability=0.9, probability_reason="x"))
    assert chance(graph_of(register, ScenarioKind.STOLEN_CREDENTIALS), "vendor:V-1", "system:S-1") == 1


# -- typed chances -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [0.0, 0.4, 1.0])
def test_a_typed_chance_replaces_the_base_of_the_main_edge_only(typed):
    register = register_of(flow("F-1", "V-1", "V-2", sender_reads_back=True, probability=typed))
    graph = graph_of(register)
    assert chance(graph, "vendor:V-2", "copy:D-1@V-2") == typed
    assert chance(graph, "vendor:V-1", "copy:D-1@V-2") == 0.5
    assert chance(graph, "vendor:V-2", "vendor:V-1") == 0.05


def test_a_typed_chance_is_still_scaled_by_scenario_and_controls():
    register = register_of(access(probability=0.4, probability_reason="x"), Placement(control="MFA", fact="A-1"))
    graph = graph_of(register, ScenarioKind.INSIDER)
    assert chance(graph, "vendor:V-1", "system:S-1") == pytest.approx(0.4 * 0.5 * 0.3)


def test_probability_one_makes_every_edge_certain_that_can_be_travelled_at_all():
    register = register_of(
        access(),
        access("A-2", "V-1", "S-2", probability=0.0, probability_reason="blocked"),
        Dependency(code="B-1", process="Q-1", depends_on="V-1"),
    )
    graph = graph_of(register, parameters=SHIPPED.with_changes({"probability": "1"}))
    assert chance(graph, "vendor:V-1", "system:S-1") == 1
    assert chance(graph, "vendor:V-1", "system:S-2") == 0
    assert chance(graph, "vendor:V-1", "process:Q-1") == 0


# -- controls ----------------------------------------------------------------------------------------------------------

_CARRIERS = {
    "pivot": ([access()], "A-1", ("vendor:V-1", "system:S-1")),
    "lateral": (
        [Link(code="L-1", from_system="S-1", to_system="S-2", kind=LinkKind.FLAT_NETWORK)],
        "L-1",
        ("system:S-1", "system:S-2"),
    ),
    "common_cause": ([use()], "P-1", ("vendor:V-1", "system:S-1")),
    "hosting": ([System(code="S-1", name="s", hosted_by="V-1")], "S-1", ("vendor:V-1", "system:S-1")),
    "holds": ([flow("F-1", "V-1", "V-2")], "F-1", ("vendor:V-2", "copy:D-1@V-2")),
    "upstream": ([flow("F-1", "V-1", "V-2")], "F-1", ("vendor:V-2", "vendor:V-1")),
    "reads_back": (
        [flow("F-1", "V-1", "V-2", sender_reads_back=True)],
        "F-1",
        ("vendor:V-1", "copy:D-1@V-2"),
    ),
    "availability": (
        [Dependency(code="B-1", process="Q-1", depends_on="V-1")],
        "B-1",
        ("vendor:V-1", "process:Q-1"),
    ),
}


@pytest.mark.parametrize("edge", _CARRIERS)
@pytest.mark.parametrize("code", sorted(SHIPPED.controls))
def test_a_shipped_control_lowers_exactly_the_edges_it_acts_on(code, edge):
    facts, placed_on, pair = _CARRIERS[edge]
    control = SHIPPED.control(code)
    kind = ScenarioKind.RANSOMWARE_THEFT
    before = chance(graph_of(register_of(*facts), kind), *pair)
    after = chance(graph_of(register_of(*facts, Placement(control=code, fact=placed_on)), kind), *pair)
    expected = before * (1 - control.efficacy) if edge in control.acts_on else before
    assert after == pytest.approx(expected)


def test_a_control_on_probability_lowers_every_edge_of_its_fact():
    own = Control(code="C-1", name="watch", acts_on=("probability",), efficacy=0.5)
    register = register_of(
        flow("F-1", "V-1", "V-2", sender_reads_back=True),
        Placement(control="C-1", fact="F-1", coverage=0.5),
        controls=(own,),
    )
    graph = graph_of(register)
    assert chance(graph, "vendor:V-2", "copy:D-1@V-2") == pytest.approx(0.7 * 0.75)
    assert chance(graph, "vendor:V-1", "copy:D-1@V-2") == pytest.approx(0.5 * 0.75)
    assert chance(graph, "vendor:V-2", "vendor:V-1") == pytest.approx(0.05 * 0.75)


def test_a_control_on_a_system_acts_on_its_host_and_its_home_copies():
    system = System(code="S-1", name="s", hosted_by="V-1")
    dataset = Dataset(code="D-1", name="d", system="S-1", categories=("user",), people=10)
    graph = graph_of(register_of(system, dataset, access(), *_placed("S-1", "PATCHING", "DLP", "PSEUDONYMISATION")))
    parts = {part.kind: part.probability for part in graph.edges["vendor:V-1", "system:S-1"]["parts"]}
    assert parts == {EdgeKind.HOSTING: pytest.approx(0.07), EdgeKind.PIVOT: 0.25}
    assert chance(graph, "system:S-1", "copy:D-1@S-1") == pytest.approx(0.49)
    home = graph.nodes["copy:D-1@S-1"]
    assert (home["share"], home["protection"]) == (pytest.approx(0.7), Protection.PSEUDONYMISED)


def _placed(fact, *controls):
    return [Placement(control=control, fact=fact) for control in controls]


@pytest.mark.parametrize("state", [ControlState.PLANNED_FUNDED, ControlState.PLANNED_UNFUNDED])
def test_a_planned_control_changes_nothing(state):
    register = register_of(access(), Placement(control="MFA", fact="A-1", state=state))
    assert chance(graph_of(register), "vendor:V-1", "system:S-1") == 0.25


def test_controls_together_leave_at_least_the_floor():
    placements = [Placement(control="TOKEN_BINDING", fact="A-1")] * 3
    assert chance(graph_of(register_of(access(), *placements)), "vendor:V-1", "system:S-1") == pytest.approx(0.0125)


def test_the_floor_is_a_share_of_the_chance_and_scaled_with_it():
    own = Control(code="C-1", name="wall", acts_on=("pivot",), efficacy=1)
    register = register_of(access(), Placement(control="C-1", fact="A-1"), controls=(own,))
    assert chance(graph_of(register, ScenarioKind.STOLEN_CREDENTIALS), "vendor:V-1", "system:S-1") == pytest.approx(
        0.25 * 1.5 * 0.05
    )


def test_the_efficacy_of_an_own_control_can_be_changed_for_a_run():
    own = Control(code="C-1", name="wall", acts_on=("pivot",), efficacy=0.2)
    register = register_of(access(), Placement(control="C-1", fact="A-1"), controls=(own,))
    graph = graph_of(register, parameters=SHIPPED.with_changes({"control.C-1": "0.5"}))
    assert chance(graph, "vendor:V-1", "system:S-1") == pytest.approx(0.125)


def test_an_exposure_control_multiplies_the_share_and_leaves_the_chance():
    register = register_of(
        flow("F-1", "S-1", "V-1", people_share=0.5), Placement(control="EXPORT_LIMIT", fact="F-1", coverage=0.5)
    )
    graph = graph_of(register)
    assert graph.nodes["copy:D-1@V-1"]["share"] == pytest.approx(0.5 * (1 - 0.4 * 0.5))
    assert chance(graph, "vendor:V-1", "copy:D-1@V-1") == 0.7


@pytest.mark.parametrize("registered", Protection)
@pytest.mark.parametrize("control", ["ENC_OUR_KEY", "ENC_VENDOR_KEY", "TOKENISATION", "PSEUDONYMISATION"])
def test_a_protection_control_only_ever_strengthens(registered, control):
    order = list(Protection)
    given = Protection(SHIPPED.control(control).acts_on[0].removeprefix("protection:"))
    register = register_of(flow("F-1", "S-1", "V-1", protection=registered), Placement(control=control, fact="F-1"))
    graph = graph_of(register)
    assert graph.nodes["copy:D-1@V-1"]["protection"] == max(registered, given, key=order.index)
    assert chance(graph, "vendor:V-1", "copy:D-1@V-1") == 0.7


@pytest.mark.parametrize("protection", Protection)
def test_only_pseudonyms_make_a_copy_cheaper(protection):
    graph = graph_of(register_of(flow("F-1", "S-1", "V-1", protection=protection)))
    expected = 0.8 * (0.68 if protection is Protection.PSEUDONYMISED else 1)
    assert graph.nodes["copy:D-1@V-1"]["weight"] == pytest.approx(expected)


# -- merging -----------------------------------------------------------------------------------------------------------


def test_flows_of_one_dataset_to_one_vendor_make_one_copy_of_the_worst_of_each():
    register = register_of(
        flow("F-1", "S-1", "V-1", people_share=0.9, storage=Storage.IN_MEMORY, protection=Protection.TOKENISED,
             categories=("user.contact",)),
        flow("F-2", "S-1", "V-1", people_share=0.2, storage=Storage.CACHED, protection=Protection.PSEUDONYMISED,
             categories=("user.name",)),
        Placement(control="EXPORT_LIMIT", fact="F-1"),
    )  # fmt: skip
    graph = graph_of(register)
    copy = graph.nodes["copy:D-1@V-1"]
    assert copy["share"] == pytest.approx(0.54)
    assert copy["storage"] == Storage.CACHED
    assert copy["protection"] == Protection.PSEUDONYMISED
    assert copy["categories"] == ("user.contact", "user.name")
    assert copy["facts"] == ("F-1", "F-2")
    edge = graph.edges["vendor:V-1", "copy:D-1@V-1"]
    assert (edge["probability"], edge["facts"]) == (0.3, ("F-1", "F-2"))
    assert [part.identity for part in edge["parts"]] == ["holds|D-1@V-1"]


def test_two_datasets_at_one_vendor_stay_two_copies():
    graph = graph_of(register_of(flow("F-1", "S-1", "V-1", "D-1"), flow("F-2", "S-1", "V-1", "D-2")))
    assert {"copy:D-1@V-1", "copy:D-2@V-1"} <= set(graph["vendor:V-1"])


def test_many_flows_between_two_vendors_are_one_relationship():
    flows = [flow(f"F-{n}", "V-1", "V-2", f"D-{n}") for n in range(1, 11)]
    register = register_of(*flows, Placement(control="SUBPROCESSOR_CONTROL", fact="F-3"))
    edge = graph_of(register).edges["vendor:V-2", "vendor:V-1"]
    assert edge["probability"] == 0.05
    assert [part.identity for part in edge["parts"]] == ["upstream|V-2>V-1"]
    assert len(edge["facts"]) == 10


def test_hosting_told_twice_counts_once_at_its_largest():
    system = System(code="S-1", name="s", hosted_by="V-1")
    told_twice = use(kind=PlatformUseKind.HOSTING, probability=0.3, probability_reason="x")
    edge = graph_of(register_of(system, told_twice)).edges["vendor:V-1", "system:S-1"]
    assert (edge["probability"], edge["facts"]) == (0.3, ("P-1", "S-1"))
    assert [part.identity for part in edge["parts"]] == ["hosting|V-1>S-1"]


def test_other_parallel_facts_combine_and_keep_their_own_luck():
    register = register_of(
        access(), access("A-2", kind=AccessKind.NETWORK), use(), System(code="S-1", name="s", hosted_by="V-1")
    )
    edge = graph_of(register).edges["vendor:V-1", "system:S-1"]
    assert edge["probability"] == pytest.approx(1 - 0.75 * 0.75 * 0.98 * 0.9)
    assert edge["facts"] == ("A-1", "A-2", "P-1", "S-1")
    assert {part.identity for part in edge["parts"]} == {
        "pivot|A-1", "pivot|A-2", "common_cause|P-1", "hosting|V-1>S-1"
    }  # fmt: skip


def test_two_flows_read_back_by_one_sender_are_two_ways():
    register = register_of(
        flow("F-1", "V-2", "V-1", sender_reads_back=True), flow("F-2", "V-2", "V-1", sender_reads_back=True)
    )
    assert chance(graph_of(register), "vendor:V-2", "copy:D-1@V-1") == 0.75


# -- people ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "customers", "expected", "is_assumed"),
    [
        (None, 1000, 1000, True),
        (None, None, 360_000, True),
        (None, 0, 0, True),
        (0, 1000, 0, False),
        (7, 1000, 7, False),
    ],
)
def test_unknown_people_count_at_their_worst_and_nobody_is_nobody(people, customers, expected, is_assumed):
    dataset = Dataset(code="D-1", name="d", system="S-1", categories=("user",), people=people)
    register = register_of(
        dataset, Vendor(code="V-1", name="v"), organisation=Organisation(name="x", customers=customers)
    )
    copy = graph_of(register).nodes["copy:D-1@S-1"]
    assert (copy["people"], copy["people_assumed"]) == (expected, is_assumed)


def test_a_number_of_people_is_a_share_of_the_dataset():
    graph = graph_of(register_of(flow("F-1", "S-1", "V-1", people=25)))
    assert graph.nodes["copy:D-1@V-1"]["share"] == 0.25


def test_nobody_of_nobody_is_nobody():
    dataset = Dataset(code="D-1", name="d", system="S-1", categories=("user",), people=0)
    graph = graph_of(register_of(dataset, flow("F-1", "S-1", "V-1", people=0)))
    assert graph.nodes["copy:D-1@V-1"]["share"] == 0


def test_a_flow_of_more_people_than_assumed_raises_the_assumption():
    dataset = Dataset(code="D-1", name="d", system="S-1", categories=("user",))
    register = register_of(dataset, flow("F-1", "S-1", "V-1", people=5000))
    assert people_by_dataset(register, SHIPPED) == {"D-1": 5000}


# -- what is not there -------------------------------------------------------------------------------------------------


def test_a_start_that_does_not_exist_is_refused():
    with pytest.raises(UnknownCode, match="V-9"):
        graph_of(register_of(access()), start=("V-9",))


def test_a_reference_to_nothing_is_refused_with_every_problem():
    register = dataclasses.replace(register_of(access(), flow("F-1", "S-1", "V-1")), systems=())
    with pytest.raises(InvalidRegister) as caught:
        graph_of(register)
    assert {problem.sheet for problem in caught.value.problems} == {"Access", "Datasets", "Flows"}


# -- properties --------------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(registers(vendors_max=4, flows_max=6), st.sampled_from(KINDS), st.data())
def test_the_graph_is_that_of_the_slow_second_reading(register, kind, data):
    holders = [vendor.code for vendor in register.vendors] + [system.code for system in register.systems]
    start = data.draw(st.lists(st.sampled_from(holders), max_size=2, unique=True))
    graph = graph_of(register, kind, start=start)
    world = reference.World(register, kind, TODAY, start)
    assert {(u, v): p for u, v, p in graph.edges(data="probability")} == pytest.approx(reference.edges(world.ways()))
    copies = {(n["dataset"], n["holder"]): n for _, n in graph.nodes(data=True) if n["kind"] == "copy"}
    expected = world.copies()
    assert copies.keys() == expected.keys()
    for key, copy in copies.items():
        assert copy["share"] == pytest.approx(expected[key]["share"])
        assert copy["weight"] == pytest.approx(expected[key]["weight"])
        assert copy["people"] == world.people(key[0])
        assert (copy["storage"], copy["protection"]) == (expected[key]["storage"], expected[key]["protection"])
        assert set(copy["categories"]) == expected[key]["categories"]
        assert set(copy["facts"]) == expected[key]["facts"]


@settings(max_examples=80, deadline=None)
@given(registers(), st.randoms(use_true_random=False), st.sampled_from(KINDS))
def test_the_order_of_rows_does_not_matter(register, rng, kind):
    one, other = graph_of(register, kind), graph_of(shuffled(register, rng), kind)
    assert list(one.nodes(data=True)) == list(other.nodes(data=True))
    assert list(one.edges(data=True)) == list(other.edges(data=True))


@settings(max_examples=80, deadline=None)
@given(registers(), st.sampled_from(KINDS), st.data())
def test_one_more_flow_never_takes_anything_out_of_reach(register, kind, data):
    vendors = [vendor.code for vendor in register.vendors]
    sender, recipient = data.draw(st.permutations(vendors))[:2]
    more = dataclasses.replace(
        register, flows=(*register.flows, flow("F-99", sender, recipient, sender_reads_back=True))
    )
    for start in vendors:
        before = graph_of(register, kind, start=(start,))
        after = graph_of(more, kind, start=(start,))
        assert nx.descendants(before, f"vendor:{start}") <= nx.descendants(after, f"vendor:{start}")


@settings(max_examples=80, deadline=None)
@given(registers(), st.sampled_from(KINDS), st.data())
def test_one_more_control_never_raises_a_chance_or_a_share(register, kind, data):
    facts = [
        fact.code
        for field in ("flows", "access", "links", "platform_uses", "systems")
        for fact in getattr(register, field)
    ]
    placed = Placement(
        control=data.draw(st.sampled_from(sorted(SHIPPED.controls))), fact=data.draw(st.sampled_from(facts))
    )
    before = graph_of(register, kind)
    after = graph_of(dataclasses.replace(register, placements=(*register.placements, placed)), kind)
    assert set(after.edges) <= set(before.edges)
    for source, target, probability in after.edges(data="probability"):
        assert probability <= chance(before, source, target) + 1e-12
    for node, facts_of in after.nodes(data=True):
        if facts_of["kind"] == "copy":
            assert facts_of["share"] <= before.nodes[node]["share"] + 1e-12


@settings(max_examples=60, deadline=None)
@given(registers(vendors_max=3, flows_max=3, has_certain_chances=True), st.sampled_from(KINDS))
def test_certain_edges_mean_plain_reachability(register, kind):
    parameters = SHIPPED.with_changes({"probability": 1})
    for vendor in register.vendors:
        graph = graph_of(register, kind, parameters, start=(vendor.code,))
        ways = reference.World(register, kind, TODAY, (vendor.code,)).ways()
        node = f"vendor:{vendor.code}"
        assert nx.descendants(graph, node) | {node} == reference.reach(ways, {node})
