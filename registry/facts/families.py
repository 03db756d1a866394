"""Which kinds of facts are shown side by side: one entry of the menu opens a family of lists."""

from collections.abc import Iterator

from registry.core.links import url_if_there

__all__ = ["FAMILIES", "family_tabs"]

# Each family: (label, kind); the first one is where the menu leads.
FAMILIES: tuple[tuple[tuple[str, str], ...], ...] = (
    (("Flows", "flows"), ("Accesses", "access"), ("Platform uses", "platform_uses")),
    (
        ("Systems", "systems"),
        ("Datasets", "datasets"),
        ("Segments", "segments"),
        ("Links", "links"),
        ("Processes", "processes"),
        ("Dependencies", "dependencies"),
        ("Coverage", "coverage"),
        ("Jurisdictions", "jurisdictions"),
    ),
    (("Placed and planned", "placements"), ("Controls of our own", "controls")),
    (("Organisation", "organisation"), ("Roles", "organisation_roles"), ("Currencies", "currencies")),
    (("Vendors", "vendors"), ("Contracts", "contracts"), ("Certificates", "certificates"), ("Contacts", "contacts")),
)


def family_tabs(kind: str) -> Iterator[tuple[str, str, bool]]:
    """Yield (label, address, is this one) for the lists beside the list of a kind."""
    family = next((family for family in FAMILIES if any(kind == each for _, each in family)), ())
    for label, each in family:
        url = url_if_there(f"{each}.index")
        if url:
            yield label, url, each == kind
