"""A second reading of model.md, slow and plain, that shares no code with the engine: the oracle of the tests.

It takes a register, reads the shipped tables itself, lists every independent way of compromise, and works out each
chance by trying every combination of them. Written pair by pair (for each two nodes, which facts lie between?), where
the engine goes fact by fact.
"""

import csv
from itertools import permutations, product
from math import prod
from pathlib import Path

import registry.reference

TABLES = Path(registry.reference.__file__).parent
WEAKEST_FIRST = ["none", "encrypted_vendor_key", "pseudonymised", "encrypted_our_key", "tokenised"]
FULLEST_FIRST = ["bulk", "cached", "in_memory"]


def _table(name):
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


P0 = {(row["edge_kind"], row["variant"]): float(row["p0"]) for row in _table("exposure_defaults")}
K = {(row["kind"], row["edge_kind"]): float(row["multiplier"]) for row in _table("scenario_kinds")}
CONTROLS = {row["code"]: (row["acts_on"].split(";"), float(row["efficacy"] or 0)) for row in _table("control_efficacy")}
WEIGHTS = {row["key"]: float(row["cost_weight"]) for row in _table("data_categories")}


class World:
    """The facts that count, and the questions asked of them."""

    def __init__(self, register, kind, as_of, start):
        self.register, self.kind, self.as_of, self.start = register, str(kind), as_of, set(start)
        self.stage = {v.code: str(v.lifecycle) for v in register.vendors}
        self.flows = [flow for flow in register.flows if self._is_flow_alive(flow)]
        self.access = [
            a for a in register.access if str(a.outcome or "") != "revoked" and not self._is_shut_prospect(a.vendor)
        ]
        self.vendors = [v.code for v in register.vendors if self._is_there(v.code)]

    def _is_shut_prospect(self, code):
        return self.stage.get(code) == "prospect" and code not in self.start

    def _is_flow_alive(self, flow):
        if self._is_shut_prospect(flow.sender) or self._is_shut_prospect(flow.recipient):
            return False
        if flow.starts and flow.starts > self.as_of:
            return False
        is_over = "terminated" in {self.stage.get(flow.sender), self.stage.get(flow.recipient)}
        ended = is_over or (flow.ends is not None and flow.ends <= self.as_of)
        return not (ended and flow.deletion_certified is not None and flow.deletion_certified <= self.as_of)

    def _has_something_left(self, code):
        return any(code in (f.sender, f.recipient) for f in self.flows) or any(a.vendor == code for a in self.access)

    def _counts(self, code):
        """Whether the facts of a vendor count (systems always do)."""
        if self._is_shut_prospect(code):
            return False
        return self.stage.get(code) != "terminated" or self._has_something_left(code)

    def _is_there(self, code):
        return self._counts(code) or code in self.start

    # -- chances -------------------------------------------------------------------------------------------------

    def placements(self, fact):
        return [p for p in self.register.placements if p.fact == fact and str(p.state) == "in_place"]

    def p(self, edge, variant, fact, typed=None):
        base = P0[edge, variant or "default"] if typed is None else typed
        k = K.get((self.kind, f"{edge}:{variant}"), K[self.kind, edge])
        left = prod(
            1 - CONTROLS[p.control][1] * p.coverage
            for p in self.placements(fact)
            if edge in CONTROLS[p.control][0] or "probability" in CONTROLS[p.control][0]
        )
        return min(1, base * k * max(0.05, left))

    def _share(self, flow):
        share = 1.0
        if flow.people_share is not None:
            share = flow.people_share
        elif flow.people is not None:
            people = self.people(flow.dataset)
            share = flow.people / people if people else 0.0
        return share * self._exposure_left(flow.code)

    def _exposure_left(self, fact):
        return prod(
            1 - CONTROLS[p.control][1] * p.coverage
            for p in self.placements(fact)
            if CONTROLS[p.control][0] == ["exposure"]
        )

    def _protection(self, fact, own):
        found = [own]
        for p in self.placements(fact):
            found += [t.split(":")[1] for t in CONTROLS[p.control][0] if t.startswith("protection:")]
        return max(found, key=WEAKEST_FIRST.index)

    def people(self, dataset):
        people = next(d.people for d in self.register.datasets if d.code == dataset)
        if people is None:
            customers = self.register.organisation.customers
            assumed = 360_000 if customers is None else customers
            passed = [f.people for f in self.register.flows if f.dataset == dataset and f.people is not None]
            return max([assumed, *passed])
        return people

    # -- copies and edges ------------------------------------------------------------------------------------------

    def copies(self):
        """Return by (dataset, holder): share, storage, protection, categories, weight, chance, facts."""
        found = {}
        for d in self.register.datasets:
            found[d.code, d.system] = _weighed(
                share=self._exposure_left(d.system),
                storage="home_system",
                protection=self._protection(d.system, "none"),
                categories=set(d.categories),
                chance=self.p("holds", "home_system", d.system),
                facts={d.code},
            )
            for vendor in self.vendors:
                into = [
                    f for f in self.flows if (f.dataset, f.recipient) == (d.code, vendor) and str(f.storage) != "none"
                ]
                if into:
                    found[d.code, vendor] = _weighed(
                        share=max(self._share(f) for f in into),
                        storage=min((str(f.storage) for f in into), key=FULLEST_FIRST.index),
                        protection=min(
                            (self._protection(f.code, str(f.protection)) for f in into), key=WEAKEST_FIRST.index
                        ),
                        categories={key for f in into for key in (f.categories or d.categories)},
                        chance=max(self.p("holds", str(f.storage), f.code, f.probability) for f in into),
                        facts={f.code for f in into},
                    )
        return found

    def ways(self):
        """Return every independent way of compromise: source, target, chance."""
        found = [*self._data_ways(), *self._access_ways(), *self._platform_ways(), *self._process_ways()]
        return [way for way in found if way[2] > 0]

    def key(self, code):
        return f"system:{code}" if any(s.code == code for s in self.register.systems) else f"vendor:{code}"

    def _data_ways(self):
        for (dataset, holder), copy in self.copies().items():
            yield self.key(holder), f"copy:{dataset}@{holder}", copy["chance"]
        for f in self.flows:
            if f.sender_reads_back and str(f.storage) != "none":
                yield self.key(f.sender), f"copy:{f.dataset}@{f.recipient}", self.p("reads_back", None, f.code)
        for one, other in permutations(self.vendors, 2):
            between = [self.p("upstream", None, f.code) for f in self.flows if (f.recipient, f.sender) == (one, other)]
            if between:
                yield self.key(one), self.key(other), max(between)

    def _access_ways(self):
        for a in self.access:
            yield self.key(a.vendor), self.key(a.system), self.p("pivot", str(a.kind), a.code, a.probability)
        for link in self.register.links:
            chance = self.p("lateral", str(link.kind), link.code, link.probability)
            yield self.key(link.from_system), self.key(link.to_system), chance

    def _process_ways(self):
        for b in self.register.dependencies:
            if self._counts(b.depends_on):
                yield (
                    self.key(b.depends_on),
                    f"process:{b.process}",
                    self.p("availability", None, b.code, b.probability),
                )

    def _platform_ways(self):
        hosted = {}
        for u in self.register.platform_uses:
            if not (self._counts(u.platform) and self._counts(u.user)):
                continue
            pair = self.key(u.platform), self.key(u.user)
            chance = self.p("common_cause", str(u.kind), u.code, u.probability)
            if str(u.kind) == "hosting":
                hosted.setdefault(pair, []).append(chance)
            else:
                yield *pair, chance
        for s in self.register.systems:
            if s.hosted_by and self._counts(s.hosted_by):
                hosted.setdefault((self.key(s.hosted_by), self.key(s.code)), []).append(self.p("hosting", None, s.code))
        for pair, chances_of in hosted.items():
            yield *pair, max(chances_of)


def _weighed(**copy):
    heaviest = max(WEIGHTS[key] for key in copy["categories"])
    return {**copy, "weight": heaviest * (0.68 if copy["protection"] == "pseudonymised" else 1)}


def edges(ways):
    """Return the combined chance by pair of nodes."""
    pairs = {}
    for source, target, chance in ways:
        pairs.setdefault((source, target), []).append(chance)
    return {pair: 1 - prod(1 - chance for chance in chances) for pair, chances in pairs.items()}


def reach(ways, start):
    """Return every node that can be reached when all these ways are open."""
    reached, grew = set(start), True
    while grew:
        new = {target for source, target, *_ in ways if source in reached} - reached
        grew = bool(new)
        reached |= new
    return reached


def chances(ways, start):
    """Return the chance of every node that can be reached, by trying every combination of the uncertain ways."""
    within = reach(ways, start)
    ways = [way for way in ways if way[0] in within]
    certain = [way for way in ways if way[2] == 1]
    uncertain = [way for way in ways if way[2] < 1]
    found = dict.fromkeys(within, 0.0)
    for luck in product((True, False), repeat=len(uncertain)):
        weight = prod(way[2] if is_open else 1 - way[2] for way, is_open in zip(uncertain, luck, strict=True))
        open_ways = certain + [way for way, is_open in zip(uncertain, luck, strict=True) if is_open]
        for node in reach(open_ways, start):
            found[node] += weight
    return found
