"""A year by trying everything: every combination of ways for every vendor and kind of event, priced by hand.

Shares no code with the engine: ways come from the second reading, tables are read from the shipped files. Speaks of
registers asked with everything taken (`exposed_fraction=1`), no spread of cost and none of the days a service stands
still, so that an event's cost follows from what is open.
"""

from itertools import product
from math import exp, log, prod

from tests.domain import reference

CERTAIN = {"exposed_fraction": "1", "cost.sigma": "0", "cost.availability.days_sigma": "0", "cost.place": "none"}
COST = {(row["model"], row["parameter"]): float(row["value"]) for row in reference._table("cost_models")}
FREQUENCY = {(row["parameter"], row["key"]): float(row["value"]) for row in reference._table("frequency")}
KINDS = {key: value for (name, key), value in FREQUENCY.items() if name == "scenario_kind_share"}
POSTURES = {row["key"]: float(row["value"]) for row in reference._table("multipliers") if row["kind"] == "posture"}
THIRD_PARTY = next(float(row["value"]) for row in reference._table("multipliers") if row["kind"] == "third_party")
SEALED = {"encrypted_our_key", "tokenised"}


def rate(register, vendor, as_of):
    """Events per year of a vendor that counts, whose band and sector nobody knows."""
    own = min(0.6, FREQUENCY["base_probability", "default"] * POSTURES[str(vendor.posture)])
    if str(vendor.relationship) != "platform":
        return -log(1 - own)
    world = reference.World(register, "data_theft", as_of, ())
    holds = any(holder == vendor.code for _, holder in world.copies()) or any(
        a.vendor == vendor.code for a in world.access
    )
    return FREQUENCY["platform_rate", "default"] - (log(1 - own) if holds else 0.0)


def uncertain(register, as_of):
    """The largest number of uncertain ways from any vendor under any kind: two to this power is the work."""
    most = 0
    for kind in KINDS:
        world = reference.World(register, kind, as_of, ())
        ways = world.ways()
        for code in world.vendors:
            within = reference.reach(ways, [world.key(code)])
            most = max(most, sum(1 for way in ways if way[0] in within and way[2] < 1))
    return most


def outcomes(register, code, as_of):
    """Every outcome of one event at a vendor: (chance, people, cost), over kinds and combinations of ways."""
    found = []
    for kind, share in KINDS.items():
        world = reference.World(register, kind, as_of, ())
        if code not in world.vendors:
            return []
        copies, start = world.copies(), world.key(code)
        ways = world.ways()
        within = reference.reach(ways, [start])
        ways = [way for way in ways if way[0] in within]
        sure, open_or_not = [w for w in ways if w[2] == 1], [w for w in ways if w[2] < 1]
        for luck in product((True, False), repeat=len(open_or_not)):
            weight = prod(w[2] if is_open else 1 - w[2] for w, is_open in zip(open_or_not, luck, strict=True))
            taken = sure + [w for w, is_open in zip(open_or_not, luck, strict=True) if is_open]
            reached = reference.reach(taken, [start])
            found.append((share * weight, *priced(register, world, copies, reached)))
    return found


def priced(register, world, copies, reached):
    """People and cost of what is reached."""
    exposed = {key: copy for key, copy in copies.items() if f"copy:{key[0]}@{key[1]}" in reached}
    homes = {d.code: f"system:{d.system}" for d in register.datasets}
    unprotected = {
        key: copy
        for key, copy in exposed.items()
        if copy["protection"] not in SEALED or homes[key[0]] in reached
    }  # fmt: skip
    people, plain = union(register, world, exposed), union(register, world, unprotected)
    stopped = 0.0
    for process in register.processes:
        if f"process:{process.code}" in reached:
            days = exp(COST["availability", "days_mu"])
            stopped += max(0.0, days - (process.rto_hours or 0.0) / 24) * (process.margin_per_day or 0.0)
    amount = plain + COST["calibrated", "protected_weight"] * (people - plain)
    cost = 0.0
    if amount > 0:
        cost = exp(COST["calibrated", "intercept"]) * amount ** COST["calibrated", "slope"]
        cost *= THIRD_PARTY * data_weight(register, world, exposed)
    return people, cost + stopped


def union(register, world, copies):
    """People found in some copies, datasets and segments independent of each other."""
    taken = {}
    for (dataset, _), copy in copies.items():
        taken.setdefault(dataset, []).append(copy["share"])
    shares = {dataset: 1 - prod(1 - share for share in each) for dataset, each in taken.items()}
    people = 0.0
    for segment in register.segments:
        left = prod(
            1 - shares.get(dataset, 0.0) * share
            for (dataset, code), share in coverage(register).items()
            if code == segment.code
        )
        people += segment.people * (1 - left)
    return people + sum(share * residual(register, world, dataset) for dataset, share in shares.items())


def coverage(register):
    found = {}
    for row in register.coverage:
        found[row.dataset, row.segment] = found.get((row.dataset, row.segment), 0.0) + row.share
    return found


def accounted(register, dataset):
    sizes = {segment.code: segment.people for segment in register.segments}
    return sum(sizes[segment] * share for (code, segment), share in coverage(register).items() if code == dataset)


def residual(register, world, dataset):
    return max(0.0, world.people(dataset) - accounted(register, dataset))


def data_weight(register, world, exposed):
    """Records-weighted weight of the copies, people-weighted where records are 0."""
    for size in (world.people, lambda dataset: accounted(register, dataset)):
        sizes = [(copy["share"] * size(dataset), copy["weight"]) for (dataset, _), copy in exposed.items()]
        if sum(records for records, _ in sizes) > 0:
            return sum(records * weight for records, weight in sizes) / sum(records for records, _ in sizes)
    return 1.0
