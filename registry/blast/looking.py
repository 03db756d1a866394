"""What can be tried on one thing of the picture: a fact behind an edge, a vendor, a system, a dataset."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from registry.blast import words
from registry.blast.asking import Subject
from registry.blast.behind import rank_facts
from registry.blast.described import DescribedFact, PlacedControl, describe_facts
from registry.blast.page import Links
from registry.core.formats import category_word, percent
from registry.core.formats import words as plain
from registry.domain.exposure import exposure
from registry.domain.exposure.exposure import EdgePart
from registry.domain.register.facts import Dataset, Flow, Register, System, Vendor
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import Lifecycle, Protection, Storage

__all__ = ["Choice", "Look", "Near", "PlacedLine", "Switch", "look_at"]

_MENU_MAX = 400
# What a control must act on to do anything for a fact, by the first letter of its code; `probability` always does.
_EDGES = {
    "F": ("holds", "reads_back", "upstream", "exposure", "protection:"),
    "A": ("pivot",),
    "L": ("lateral",),
    "P": ("common_cause", "hosting"),
    "B": ("availability",),
    "S": ("hosting", "holds", "exposure", "protection:"),
}


@dataclass(frozen=True, slots=True)
class Switch:
    """A what-if that needs no more words: a link that tries it, or undoes it when it is on."""

    label: str
    gloss: str
    url: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A what-if with something to choose: a form with the what-ifs as its values, or a field to type into."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...] = ()
    now: str = ""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A control that stands or is planned on the fact, with what can be tried about it."""

    control: PlacedControl
    switch: Switch


@dataclass(frozen=True, slots=True)
class Near:
    """Another fact of the same edge, or a fact of the thing: code, words, where its what-ifs are."""

    code: str
    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything the panel shows of one thing."""

    code: str
    title: str
    sentence: str
    pairs: tuple[tuple[str, str], ...]
    url: str | None
    placed: tuple[PlacedLine, ...]
    switches: tuple[Switch, ...]
    choices: tuple[Choice, ...]
    near: tuple[Near, ...]
    hidden: tuple[tuple[str, str], ...]
    close_url: str


def look_at(subject: Subject, links: Links) -> Look | None:
    """Return what can be tried on the thing the question looks at; None when it is not in the register."""
    code = subject.question.look.partition("@")[0]
    register = subject.shown.register
    desk = _Desk(subject, links, code)
    if code in register.vendor_by_code:
        return desk.vendor(register.vendor_by_code[code])
    if code in register.dataset_by_code:
        return desk.dataset(register.dataset_by_code[code])
    part = desk.parts.get(code)
    found = describe_facts(register, subject.shown.parameters, {code: part} if part else {})
    if found:
        return desk.fact(found[0])
    return desk.system(register.system_by_code[code]) if code in register.system_by_code else None


class _Desk:
    """Fills the panel for one code."""

    def __init__(self, subject: Subject, links: Links, code: str) -> None:
        self._question, self._links, self._code = subject.question, links, code
        self._register, self._parameters = subject.shown.register, subject.shown.parameters
        self._graph = subject.shown.graph
        self.parts: dict[str, EdgePart] = rank_facts(self._graph, self._graph.nodes)

    # -- kinds of things ---------------------------------------------------------------------------------------

    def vendor(self, vendor: Vendor) -> Look:
        """Offer to end the relation or to let another vendor take over."""
        flows = [row for row in self._register.flows if vendor.code in {row.sender, row.recipient}]
        access = [row for row in self._register.access if row.vendor == vendor.code]
        pairs = (
            ("Relation", plain(vendor.relationship)),
            ("Service", vendor.service or ""),
            ("Lifecycle", plain(vendor.lifecycle)),
        )
        gloss = f"{len(flows)} flows and {len(access)} accesses gone, data deleted, nothing depends on it"
        end = self._switch(f"end:{vendor.code}", "End the relation", gloss)
        return self._made(
            "vendor", vendor.name, pairs, switches=(end,), choices=(self._replacement(vendor.code),),
            near=[*(row.code for row in flows), *(row.code for row in access)],
        )  # fmt: skip

    def dataset(self, dataset: Dataset) -> Look:
        """Offer to stop collecting a category at all."""
        home = self._register.system_by_code.get(dataset.system)
        pairs = (("Lives in", home.name if home else dataset.system),)
        flows = [row.code for row in self._register.flows if row.dataset == dataset.code]
        return self._made(
            "dataset", dataset.name, pairs, choices=tuple(self._dropping(dataset.code, dataset.categories)), near=flows
        )

    def system(self, system: System) -> Look:
        """Offer controls on a system of ours."""
        return self._made("system", system.name, (), choices=(self._placing(system.code, ()),))

    def fact(self, fact: DescribedFact) -> Look:
        """Offer everything that can be changed about a registered fact."""
        pairs = (("Carries", f"{percent(fact.chance)}, as {fact.kind}"), ("Source", fact.source))
        placed = tuple(self._placed(fact.code, control) for control in fact.controls)
        cut = self._switch(
            f"cut:{fact.code}", f"Cut {words.fact_word(fact.code)} {fact.code}", "as if it did not exist"
        )
        return self._made(
            words.fact_word(fact.code), fact.sentence, pairs, placed=placed,
            switches=(cut,) if fact.is_cuttable else (), choices=tuple(self._changes(fact)),
            near=self._beside(fact.code),
        )  # fmt: skip

    def _made(
        self,
        kind: str,
        sentence: str,
        pairs: tuple[tuple[str, str], ...],
        *,
        placed: tuple[PlacedLine, ...] = (),
        switches: tuple[Switch, ...] = (),
        choices: tuple[Choice, ...] = (),
        near: Sequence[str] = (),
    ) -> Look:
        return Look(
            code=self._code,
            title=f"{kind.removesuffix(' of').capitalize()} {self._code}",
            sentence=sentence,
            pairs=tuple((label, text) for label, text in pairs if text),
            url=self._links.fact(self._code),
            placed=placed,
            switches=switches,
            choices=tuple(choice for choice in choices if choice.options or choice.parts),
            near=self._described(near),
            hidden=tuple(self._question.pairs()),
            close_url=self._links.page(replace(self._question, look="")),
        )

    # -- what can be tried -------------------------------------------------------------------------------------

    def _switch(self, text: str, label: str, gloss: str) -> Switch:
        is_on = text in self._question.what_ifs
        other = self._question.without_what_if(text) if is_on else self._question.with_what_if(text)
        return Switch(label, gloss, self._links.page(other), is_on)

    def _placed(self, fact: str, control: PlacedControl) -> PlacedLine:
        if control.is_in_place:
            return PlacedLine(control, self._switch(f"remove:{control.code}:{fact}", "Without it", ""))
        return PlacedLine(control, self._switch(f"upgrade:{control.code}:{fact}", "As if in place", ""))

    def _changes(self, fact: DescribedFact) -> Iterator[Choice]:
        flow = next((row for row in self._register.flows if row.code == fact.code), None)
        if flow is not None:
            yield from self._flow_changes(flow)
        if fact.code[:1] in _EDGES:
            yield self._placing(fact.code, tuple(control.code for control in fact.controls))

    def _flow_changes(self, flow: Flow) -> Iterator[Choice]:
        others = tuple(
            (f"protect:{flow.code}:{each}", plain(each)) for each in Protection if each is not flow.protection
        )
        yield Choice("protect", "Protect it otherwise", others, now=plain(flow.protection))
        kept = tuple((f"storage:{flow.code}:{each}", plain(each)) for each in Storage if each is not flow.storage)
        yield Choice("storage", "Let the vendor keep it otherwise", kept, now=plain(flow.storage))
        dataset = self._register.dataset_by_code.get(flow.dataset)
        yield from self._dropping(flow.code, flow.categories or (dataset.categories if dataset else ()))

    def _dropping(self, code: str, categories: Sequence[str]) -> Iterator[Choice]:
        if len(categories) > 1:
            options = tuple((f"drop:{code}:{key}", category_word(key)) for key in categories)
            yield Choice("drop", "No longer pass on", options, now=f"{len(categories)} categories")

    def _placing(self, code: str, standing: Sequence[str]) -> Choice:
        known = _known_controls(self._register, self._parameters)
        options = tuple(
            (f"place:{control}:{code}", f"{name} ({control})")
            for control, (name, acts_on) in known.items()
            if control not in standing and _acts(acts_on, code)
        )
        return Choice("place", "Put a control on it", options)

    def _replacement(self, code: str) -> Choice:
        live = [row for row in self._register.vendors if row.code != code and row.lifecycle is not Lifecycle.TERMINATED]
        if len(live) > _MENU_MAX:
            return Choice("replace", "Let another vendor take over", (), (("try", "replace"), ("try_on", code)))
        named = sorted(live, key=lambda row: row.name.casefold())
        options = tuple((f"replace:{code}:{row.code}", row.name) for row in named)
        return Choice("replace", "Let another vendor take over", options)

    # -- what is near ------------------------------------------------------------------------------------------

    def _beside(self, code: str) -> list[str]:
        found = {
            other
            for _, _, edge in self._graph.edges(data=True)
            if code in edge[exposure.FACTS]
            for other in edge[exposure.FACTS]
        }
        return sorted(found - {code})

    def _described(self, codes: Sequence[str]) -> tuple[Near, ...]:
        wanted = {code: self.parts[code] for code in codes[:12] if code in self.parts}
        described = describe_facts(self._register, self._parameters, wanted)
        return tuple(
            Near(fact.code, fact.sentence, self._links.page(replace(self._question, look=fact.code)))
            for fact in described
        )


def _known_controls(register: Register, parameters: Parameters) -> dict[str, tuple[str, tuple[str, ...]]]:
    known = {row.code: (row.name, tuple(row.acts_on)) for row in register.controls}
    return known | {code: (row.name, tuple(row.acts_on)) for code, row in parameters.controls.items()}


def _acts(acts_on: Sequence[str], code: str) -> bool:
    wanted = _EDGES[code[:1]]
    return any(each == "probability" or each.startswith(wanted) for each in acts_on)
