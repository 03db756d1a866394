"""Reports beside the pack, each as one document: vendors, a dossier, an assessment, the board's summary, findings, data, breaches."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import tostring

from sqlalchemy import select

from registry.administration.queries import parameters_in_force
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.formats import money, percent, short
from registry.core.register import load
from registry.domain.scenario.scenario import with_changed_parameters
from registry.models.portfolio import PortfolioRun
from registry.models.sector import PublicBreach
from registry.reporting.cut import Cut, Quarter, Rows, one_instant
from registry.reporting.sheets.assessments import assessment_sheets
from registry.reporting.sheets.exposure import dearest_picture
from registry.reporting.sheets.findings import finding_sheets
from registry.reporting.sheets.register import register_sheets
from reports.cells import Plain
from reports.document import Document, Section
from reports.pack_digest import pack_value
from reports.pack_plan import planned_sheets
from reports.workbook import CellKind, SheetColumn
from reports.year_curve import YearCurve, decades, draw_year_curve

__all__ = ["REPORTS", "Report", "document_of"]

_CURVE_LOOK = (
    ".grid{stroke:#e6e7ea;stroke-width:1}.axis{fill:#68707d;font:11px Inter}path{fill:none;stroke-width:1.9}.annual{stroke:#16181d}"
    ".occurrence{stroke:#8a919c;stroke-dasharray:5 4}.net{stroke:#2b57c8}.band{fill:#16181d;fill-opacity:.11;stroke:none}"
    ".appetite{stroke:#a72a50;stroke-width:1.3;stroke-dasharray:4 3}.appetite-word{fill:#a72a50;font:11px Inter}"
)
_BOARD_ROWS = 15


@dataclass(frozen=True, slots=True)
class Report:
    """A kind of report: what it says, which forms it has, and what it is about ("vendor", "assessment" or nothing)."""

    name: str
    title: str
    words: str
    forms: tuple[str, ...]
    about: str | None
    make: Callable[[Cut, str], Document]


def document_of(name: str, about: str) -> Document:
    """Return a report as of now, read at one instant.

    Raises
    ------
    NotFound
        There is no such report, vendor or assessment.
    """
    report = REPORTS.get(name)
    if report is None:
        raise NotFound("report", name)
    with one_instant() as (at, connection):
        register = load(connection)
        parameters = with_changed_parameters(register, parameters_in_force())
        cut = Cut(at=at, quarter=Quarter.of(at.date()), register=register, parameters=parameters, previous=None)
        return report.make(cut, about.strip())


def _document(cut: Cut, title: str, subtitle: str, sections: Sequence[Section], **more: Any) -> Document:
    source = f"{cut.register.organisation.name}, as of {cut.at:%Y-%m-%d %H:%M} UTC"
    return Document(title=title, subtitle=subtitle, source=source, made_at=cut.at, sections=tuple(sections), **more)


def _section(
    sheet: str,
    rows: Rows,
    *,
    title: str = "",
    shown: Sequence[str] = (),
    only: tuple[str, str] | None = None,
    empty: str = "",
) -> Section:
    """Return rows of a sheet of the pack as a table, some of them or all, the named columns on a page."""
    plan = planned_sheets()[sheet]
    places = tuple(plan.names.index(name) for name in shown)
    kept = rows if only is None else [row for row in rows if row[plan.names.index(only[0])] == only[1]]
    columns = tuple(SheetColumn(each.name, each.kind, each.width, each.note) for each in plan.columns)
    return Section(
        title=title or sheet[3:], columns=columns, rows=kept, shown=places, empty=empty or "None is recorded."
    )


# -- lists ------------------------------------------------------------------------------------------------------


def _vendors(cut: Cut, _about: str) -> Document:
    rows = register_sheets(cut)["02 Vendors"]
    return _document(cut, "Vendor register", f"{len(rows):,} vendors", [_section("02 Vendors", rows)])


def _datamap(cut: Cut, _about: str) -> Document:
    sheets = register_sheets(cut)
    found = [_section(sheet, sheets[sheet]) for sheet in ("03 Data access", "04 Data flows", "05 Sub-processors")]
    return _document(cut, "Data map as tables", "Who holds, reads back or can enter what, category by category", found)


def _findings(cut: Cut, _about: str) -> Document:
    sheets = finding_sheets(cut)
    names = planned_sheets()["09 Findings"].names
    state, overdue, severity = names.index("status"), names.index("days_overdue"), names.index("severity")
    is_open = [row for row in sheets["09 Findings"] if row[state] not in {"verified", "accepted"}]
    bands = (
        ("not due yet", 0, 0),
        ("1 to 30 days over", 1, 30),
        ("31 to 90 days over", 31, 90),
        ("more than 90 days over", 91, 10**6),
    )
    levels = ("critical", "high", "medium", "low")
    ages: list[list[Plain]] = [
        [words, *(sum(row[severity] == level and low <= _whole(row[overdue]) <= high for row in is_open) for level in levels)]
        for words, low, high in bands
    ]  # fmt: skip
    columns = (SheetColumn("Open findings"), *(SheetColumn(level.capitalize(), CellKind.COUNT) for level in levels))
    ageing = Section(title="Ageing", columns=columns, rows=ages)
    return _document(
        cut, "Findings ageing", f"{len(is_open):,} open of {len(sheets['09 Findings']):,}",
        [ageing, _section("09 Findings", sheets["09 Findings"]), _section("10 Acceptances", sheets["10 Acceptances"])],
    )  # fmt: skip


def _sector(cut: Cut, _about: str) -> Document:
    names = ("source", "name", "sector", "country", "people", "measure", "began", "discovered", "reported", "days_to_notice", "began_at_vendor", "cause", "url", "year")  # fmt: skip
    kinds = {"people": CellKind.COUNT, "days_to_notice": CellKind.COUNT, "year": CellKind.NUMBER} | dict.fromkeys(("began", "discovered", "reported"), CellKind.DAY)  # fmt: skip
    asked = select(*(getattr(PublicBreach, name) for name in names)).order_by(
        PublicBreach.reported.desc(), PublicBreach.id
    )
    rows = [
        [
            pack_value(str(cell) if name in {"source", "measure"} else cell)
            for name, cell in zip(names, row, strict=True)
        ]
        for row in session().execute(asked)
    ]
    columns = tuple(SheetColumn(name, kinds.get(name, CellKind.TEXT)) for name in names)
    breaches = Section(
        title="Public breaches", columns=columns, rows=rows, empty="No public breach records were imported."
    )
    return _document(
        cut,
        "Sector breaches",
        f"{len(rows):,} public records",
        [breaches],
        notes=("Figures as the lists tell them; each row names its list.",),
    )


# -- one vendor, one assessment ---------------------------------------------------------------------------------


def _dossier(cut: Cut, about: str) -> Document:
    code = about.upper()
    vendor = cut.register.vendor_by_code.get(code)
    if vendor is None:
        raise NotFound("vendor", about[:40])
    register, assessed, found = register_sheets(cut), assessment_sheets(cut), finding_sheets(cut)
    names = planned_sheets()["02 Vendors"].names
    row = next(dict(zip(names, each, strict=True)) for each in register["02 Vendors"] if each[0] == code)
    sections = [
        _section("03 Data access", register["03 Data access"], title="Data it holds or can enter", only=("vendor", code), shown=("row_id", "route", "access_kind", "people", "storage", "protection", "controls_in_place")),
        _section("04 Data flows", register["04 Data flows"], title="Flows to it", only=("to", code), shown=("code", "from", "dataset", "people", "storage", "protection", "countries_at_rest")),
        _section("05 Sub-processors", register["05 Sub-processors"], title="Its sub-processors", only=("vendor", code), shown=("sub_processor", "sub_processor_name", "rank", "service", "countries", "people")),
        _section("06 Assessments", assessed["06 Assessments"], only=("vendor", code), shown=("code", "questionnaire", "period", "due", "submitted", "score", "band", "decision")),
        _section("08 Evidence", assessed["08 Evidence"], title="Evidence and certificates", only=("vendor", code), shown=("code", "kind", "title", "issued", "expires", "status_at_cut_off")),
        _section("09 Findings", found["09 Findings"], only=("vendor", code), shown=("code", "title", "severity", "status", "due", "days_overdue", "owner")),
        _section("10 Acceptances", found["10 Acceptances"], only=("subject", f"vendor {code}"), shown=("code", "reason", "approved_by", "expires", "residual_at_acceptance", "residual_now")),
    ]  # fmt: skip
    return _document(
        cut,
        f"{vendor.name} ({code})",
        vendor.service or "What it does for us is not recorded",
        sections,
        facts=_vendor_facts(row, cut),
    )


def _vendor_facts(row: Mapping[str, Plain], cut: Cut) -> tuple[tuple[str, str], ...]:
    currency = cut.register.organisation.currency
    risk = (row["inherent_risk"], row["residual_risk"])
    inherent, residual = (f"{value:.0f} of 100" if isinstance(value, int | float) else "not known" for value in risk)
    loss, people = row["expected_loss_per_year"], row["people"]
    return (
        ("Legal name", str(row["legal_name"] or "not known")), ("Country", str(row["country"] or "not known")),
        ("Relationship", str(row["relationship"])), ("Lifecycle", str(row["lifecycle"])),
        ("Owner", str(row["owner"] or "nobody")), ("Business unit", str(row["business_unit"] or "not known")),
        ("Tier in force", str(row["tier"])), ("Tier computed", str(row["tier_computed"])),
        ("Inherent risk", inherent), ("Residual risk", residual),
        ("People in its data", short(people) if isinstance(people, int | float) else "not known"),
        ("Expected loss a year", money(loss, currency) if isinstance(loss, int | float) else "no portfolio was run"),
        ("Contract", str(row["contract_reference"] or "none")), ("Contract ends", str(row["contract_ends"] or "no end recorded")),
        ("Breach notice, hours", str(row["breach_notice_hours"] or "none agreed")), ("Data-processing agreement", str(row["dpa_signed"] or "not known")),
        ("Last assessment", str(row["last_assessment"] or "none")), ("Next assessment due", str(row["next_assessment_due"] or "not planned")),
    )  # fmt: skip


def _assessment(cut: Cut, about: str) -> Document:
    code = f"AS-{int(about):04d}" if about.isascii() and about.isdecimal() and len(about) < 9 else about.upper()
    sheets = assessment_sheets(cut)
    names = planned_sheets()["06 Assessments"].names
    row = next((dict(zip(names, each, strict=True)) for each in sheets["06 Assessments"] if each[0] == code), None)
    if row is None:
        raise NotFound("assessment", about[:40])
    shown = (
        "period",
        "state",
        "sent",
        "due",
        "submitted",
        "days_late",
        "attested_by",
        "reviewer",
        "score",
        "band",
        "decision",
        "rationale",
        "conditions",
    )
    facts = tuple(
        (name.replace("_", " ").capitalize(), str(row[name] if row[name] is not None else "none")) for name in shown
    )
    used = {
        each
        for answer in sheets["07 Answers"]
        if answer[0] == code
        for each in str(answer[planned_sheets()["07 Answers"].names.index("evidence")] or "").split("; ")
    }
    evidence = [each for each in sheets["08 Evidence"] if each[0] in used]
    sections = [
        _section("07 Answers", sheets["07 Answers"], title="Answers", only=("assessment", code), shown=("question", "text_as_asked", "answer", "points", "points_source", "comment", "evidence")),
        _section("08 Evidence", evidence, title="Evidence index", shown=("code", "kind", "file_name", "issued", "expires", "sha256"), empty="No file stands behind an answer."),
    ]  # fmt: skip
    title = f"Assessment {code} of {row['vendor_name']}"
    return _document(cut, title, f"{row['questionnaire']} {row['questionnaire_version']}", sections, facts=facts)


# -- the board --------------------------------------------------------------------------------------------------


def _board(cut: Cut, _about: str) -> Document:
    run = session().scalar(select(PortfolioRun).order_by(PortfolioRun.made_at.desc(), PortfolioRun.id.desc()).limit(1))
    if run is None:
        raise NotFound("portfolio run", "to report; start one on the page Portfolio")
    result = json.loads(run.result)
    currency, figures = result["currency"], result["figures"]
    facts = [
        ("Expected loss a year", money(figures["expected"]["value"], currency)), ("Median year", money(figures["median"]["value"], currency)),
        ("1 year in 20 above", money(figures["var_95"]["value"], currency)), ("1 year in 100 above", money(figures["var_99"]["value"], currency)),
        ("Mean of the worst 5 %", money(figures["tail_mean_95"]["value"], currency)), ("Events a year", f"{result['events_per_year']:.2f}"),
    ]  # fmt: skip
    if figures.get("appetite_exceeded"):
        facts.append(("Years above the appetite", percent(figures["appetite_exceeded"]["value"], 1)))
    pictures = [_curve(result), *dearest_picture()]
    said = f"A year of breaches at vendors is expected to cost {money(figures['expected']['value'], currency)}; one year in twenty costs more than {money(figures['var_95']['value'], currency)}."
    notes = (
        f"{run.years:,} simulated years, seed {run.seed}, as of {run.as_of}, asked by {run.person_name}. Prepared for decisions; no legal advice.",
    )
    return _document(
        cut, "Breaches at third parties: summary for the board", said, [_league(result), _few(result)], facts=tuple(facts), pictures=tuple(pictures), notes=notes,
    )  # fmt: skip


def _curve(result: Mapping[str, Any]) -> str:
    net = result["net"]["annual"] if result["net"] else ()
    low, high = decades([*result["annual"], *net])
    labels = tuple(
        money(10.0**power, result["currency"]).replace(".00", "").replace(".0", "") for power in range(low, high + 1)
    )
    appetite = result["appetite"]
    curve = YearCurve(
        annual=result["annual"], occurrence=result["occurrence"], net=net, appetite=appetite, labels=labels,
        appetite_label=f"appetite {money(appetite, result['currency'])}" if appetite else "",
    )  # fmt: skip
    svg = tostring(draw_year_curve(curve), encoding="unicode")
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace(
        ">", f"><style>{_CURVE_LOOK}</style>", 1
    )


def _league(result: Mapping[str, Any]) -> Section:
    rows: list[list[Plain]] = [
        [row["code"], row["name"], row["probability"], row["people"]["p50"], row["cost"]["mean"], row["expected_loss"], row["expected_share"]]
        for row in result["vendors"] if row["people"] and row["cost"]
    ][:_BOARD_ROWS]  # fmt: skip
    columns = (
        SheetColumn("Code"), SheetColumn("Vendor"), SheetColumn("Chance a year", CellKind.SHARE), SheetColumn("People, half of the time", CellKind.COUNT),
        SheetColumn("Cost of an event", CellKind.MONEY), SheetColumn("Expected a year", CellKind.MONEY), SheetColumn("Share of all", CellKind.SHARE),
    )  # fmt: skip
    return Section(title="Vendors that weigh most", columns=columns, rows=rows)


def _few(result: Mapping[str, Any]) -> Section:
    rows: list[list[Plain]] = [
        [row["name"], "platform" if row["is_platform"] else f"rank {row['rank']}", row["direct_vendors"], row["people"]]
        for row in result.get("concentration", ())[:8]
    ]
    columns = (
        SheetColumn("Nth party or platform"),
        SheetColumn("Kind"),
        SheetColumn("Direct vendors behind it", CellKind.COUNT),
        SheetColumn("Records of people", CellKind.COUNT),
    )
    return Section(title="What hangs on few", columns=columns, rows=rows)


def _whole(value: Plain) -> int:
    return int(value) if isinstance(value, int | float) else 0


_BOTH = ("pdf", "xlsx")
_ALL = (
    Report(
        "board",
        "Summary for the board",
        "Two pages: the curve of a year, the dearest scenario, the vendors that weigh most.",
        _BOTH,
        None,
        _board,
    ),
    Report(
        "vendors",
        "Vendor register",
        "Every vendor with tier, data, contract, risk and what is due.",
        ("xlsx",),
        None,
        _vendors,
    ),
    Report(
        "dossier", "Dossier of a vendor", "Everything about one vendor, to be handed on.", _BOTH, "vendor", _dossier
    ),
    Report(
        "assessment",
        "Assessment",
        "Answers with their points, the decision, and an index of the evidence.",
        _BOTH,
        "assessment",
        _assessment,
    ),
    Report(
        "findings",
        "Findings ageing",
        "Open findings by severity and how long they are over.",
        ("xlsx",),
        None,
        _findings,
    ),
    Report(
        "datamap",
        "Data map as tables",
        "Data access by category, flows and chains of sub-processors.",
        ("xlsx",),
        None,
        _datamap,
    ),
    Report("sector", "Sector breaches", "The public breach records that were imported.", ("xlsx",), None, _sector),
)
REPORTS: Mapping[str, Report] = {each.name: each for each in _ALL}
