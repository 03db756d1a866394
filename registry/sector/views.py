"""The pages of public breaches."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, may, needs
from registry.core.actor import Actor
from registry.core.errors import StaleVersion
from registry.core.listviews import send_list, show_list
from registry.domain.breaches.public_breaches import BreachSource
from registry.domain.register.errors import IllegalMove
from registry.importing.catalogue import kind_of
from registry.importing.kinds import ImportKind
from registry.sector import figures as read_figures
from registry.sector import queries, service
from registry.sector.lists import BREACHES, SOURCE_WORDS, sector_words

_REASON_MAX = 1_000
_LARGEST_ID = 2**31 - 1


@needs(Permission.SECTOR_READ)
def index() -> ResponseReturnValue:
    actor = current_actor()
    head = queries.headline()
    return show_list(
        BREACHES,
        "sector/index.html",
        tabs=_tabs("index", head),
        head=head,
        summary=read_figures.figures(read_figures.FiguresQuestion()),
        import_kind=_import_kind(actor),
        export_url=url_for("sector.export"),
    )


@needs(Permission.LISTS_EXPORT)
def export() -> ResponseReturnValue:
    return send_list(BREACHES)


@needs(Permission.SECTOR_READ)
def figures() -> ResponseReturnValue:
    asked, problems = _figures_question()
    return render_template(
        "sector/figures.html",
        asked=asked,
        problems=problems,
        found=read_figures.figures(asked),
        placed=_placed(problems),
        people=request.args.get("people", "")[:20],
        tabs=_tabs("figures", queries.headline()),
        sources=SOURCE_WORDS,
        sectors=sector_words(),
    )


@needs(Permission.SECTOR_READ)
def alerts() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "sector/alerts.html",
        tabs=_tabs("alerts", queries.headline()),
        waiting=queries.alerts(actor, is_open=True),
        decided=queries.alerts(actor, is_open=False),
        shown_max=queries.SHOWN_MAX,
    )


@needs(Permission.FACTS_WRITE)
def decide_alert(alert_id: int) -> ResponseReturnValue:
    form = request.form
    command = service.Decide(
        alert=_id(alert_id),
        version=_id(form.get("version", "")),
        is_taken_up=form.get("decision") == "taken_up",
        reason=form.get("reason", "")[:_REASON_MAX],
    )
    try:
        service.decide_alert(current_actor(), command)
        flash("The alert is taken up." if command.is_taken_up else "The alert is dismissed.", "success")
    except IllegalMove as error:
        flash(str(error), "error")
    except StaleVersion:
        flash("Somebody else decided about this alert meanwhile; look at what they said.", "error")
    return redirect(url_for("sector.alerts"), 303)


@needs(Permission.SECTOR_IMPORT)
def compare() -> ResponseReturnValue:
    raised = service.compare_with_vendors(current_actor())
    flash(f"All records were compared with our vendors: {raised} new alerts." if raised else "Nothing new.", "success")
    return redirect(url_for("sector.alerts"), 303)


@needs(Permission.SECTOR_READ)
def links() -> ResponseReturnValue:
    return render_template(
        "sector/links.html",
        tabs=_tabs("links", queries.headline()),
        waiting=queries.chains(is_open=True),
        decided=queries.chains(is_open=False),
        shown_max=queries.SHOWN_MAX,
    )


@needs(Permission.SECTOR_IMPORT)
def decide_link(chain_id: int) -> ResponseReturnValue:
    accept = request.form.get("decision") == "accept"
    try:
        name = service.decide_link(current_actor(), _id(chain_id), _id(request.form.get("version", "")), accept=accept)
        flash(f"{name} counts as the vendor it began at." if accept else "The link is rejected.", "success")
    except StaleVersion:
        flash("Somebody else decided about this link meanwhile; look at what they said.", "error")
    return redirect(url_for("sector.links"), 303)


@needs(Permission.SECTOR_READ)
def show(breach_id: int) -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "sector/show.html",
        page=queries.record(actor, _id(breach_id)),
        source_words=SOURCE_WORDS,
        sectors=sector_words(),
    )


def _tabs(here: str, head: queries.Headline) -> list[tuple[str, str, int | None, bool]]:
    entries = (
        ("index", "Breaches", head.breaches),
        ("figures", "Figures", None),
        ("alerts", "Our vendors named", head.open_alerts),
        ("links", "Vendor links to check", head.proposed_links),
    )
    return [(label, url_for(f"sector.{name}"), count, name == here) for name, label, count in entries]


def _import_kind(actor: Actor) -> ImportKind | None:
    return kind_of("breaches") if may(actor, Permission.SECTOR_IMPORT) else None


def _figures_question() -> tuple[read_figures.FiguresQuestion, list[str]]:
    """Read the choice from the address; what cannot be read is said and left out."""
    problems: list[str] = []
    source, sector = request.args.get("source", ""), request.args.get("sector", "")
    if source and source not in set(BreachSource):
        problems.append(f"“{source[:40]}” is no list we know, so it was left out.")
        source = ""
    if sector and sector not in sector_words():
        problems.append(f"“{sector[:40]}” is no sector, so it was left out.")
        sector = ""
    asked = read_figures.FiguresQuestion(
        source=BreachSource(source) if source else None,
        sector=sector or None,
        first_year=_year("from", problems),
        last_year=_year("to", problems),
    )
    return asked, problems


def _year(name: str, problems: list[str]) -> int | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) == 4:
        return int(text)
    problems.append(f"“{text[:20]}” is no year, so it was left out; write it like 2025.")
    return None


def _placed(problems: list[str]) -> read_figures.PlacedPeople | None:
    """Place the number of people somebody typed among the breaches."""
    text = request.args.get("people", "").replace(",", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 10):
        problems.append(f"“{text[:20]}” is no number of people.")
        return None
    return read_figures.place_people(int(text))


def _id(given: int | str) -> int:
    """Return a number that a column can hold; one that cannot names nothing."""
    if isinstance(given, str):
        given = int(given) if given.isascii() and given.isdecimal() and len(given) < 11 else -1
    return given if given <= _LARGEST_ID else -1
