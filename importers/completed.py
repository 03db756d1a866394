"""Reads questionnaires that a vendor filled in: CAIQ, HECVAT, or any sheet with a column of ids and one of answers.

The header is looked for, since it stands in row 2 of a CAIQ and below a page of guidance elsewhere. A HECVAT names its
columns by the section ("Company Overview | Vendor Answers | ..."), so ids are also known by their look; it repeats
general questions on every sheet, and all answers on the sheets for the institution. Everything answered is kept as it
stands; nothing is judged here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from importers.base import Limits, Table, Unreadable, is_blank, plain_name, shown
from importers.entries import hash_of
from importers.lines import Found, Line, Mended, table_lines
from importers.sources import Source, content_of, refuse_other_kinds, tables_of
from registry.domain.assessment.completed import CompletedAnswer, CompletedSource
from registry.domain.register.problems import Problem, Severity, errors_of

__all__ = ["CompletedFile", "read"]

_GIVE = "the filled-in questionnaire as .xlsx or .csv"
_ROWS_SEARCHED = 60
ID, QUESTION, ANSWER, COMMENT = "id", "question", "answer", "comment"
# Column -> names it has, plain, best first; a name also counts when it only begins a head.
_NAMES: Mapping[str, tuple[str, ...]] = {
    ID: ("questionid", "questionnumber", "questionno", "qid", "controlid", "ref", "refid", "reference", "id", "number", "no"),
    ANSWER: ("cspcaiqanswer", "caiqanswer", "serviceprovidercaiqanswer", "serviceprovideraicaiqanswer", "solutionproviderresponse", "vendoranswers", "vendoranswer", "answer", "answers", "response", "responses", "vendorresponse", "supplieranswer", "youranswer", "reply"),
    QUESTION: ("question", "questiontext", "consensusassessmentquestions", "requirement", "control", "description"),
    COMMENT: ("cspimplementationdescription", "serviceproviderimplementationdescription", "additionalinformation", "comment", "comments", "notes", "note", "explanation", "details", "remarks", "justification", "evidence"),
}  # fmt: skip
_NO_ANSWER_COLUMN = ("expected", "preferred", "analyst", "option", "score", "weight", "compliantanswer")
_EVALUATION = "evaluation"  # three sheets of a HECVAT, for the institution
# AIS-01.1 and A&A-02.1 (CAIQ), COMP-01 and AIQU-03 (HECVAT), Q12, 3.2.1b
_ID = re.compile(r"(?:[A-Z][A-Z&]{0,7}[-_. ]?\d{1,3}(?:[.-]\d{1,3}){0,3}[a-z]?|\d{1,3}(?:\.\d{1,3}){1,3}[a-z]?)")
_CAIQ_ID = re.compile(r"[A-Z&]{3}-\d{2}(?:\.\d{1,2})?")
_CAIQ_DOMAINS = frozenset({"A&A", "AIS", "BCR", "CCC", "CEK", "DCS", "DSP", "GRC", "HRS", "IAM", "IPY", "IVS", "LOG", "SEF", "STA", "TVM", "UEM"})  # fmt: skip
_VERSION = re.compile(r"(?:(?:v|version)\s*\.?\s*|hecvat\s+)(\d{1,2}(?:\.\d{1,3}){0,3})", re.IGNORECASE)


@dataclass(slots=True)
class CompletedFile:
    """What a file holds: which questionnaire it seems to be, its answers, and everything noticed."""

    sha256: str = ""
    source: CompletedSource = CompletedSource.OTHER
    version: str | None = None
    answers: list[CompletedAnswer] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    quoted: dict[tuple[str, int, str], str] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    positions: dict[str, dict[str, int]] = field(default_factory=dict)


def read(
    source: Source,
    *,
    name: str = "",
    limits: Limits | None = None,
    mended: Mended | None = None,
    keep_tables: bool = False,
) -> CompletedFile:
    """Read a filled-in questionnaire; never raises because of what is in it."""
    limits = limits or Limits()
    result, found = CompletedFile(), Found()
    try:
        content = content_of(source, limits)
        result.sha256 = hash_of(content)
        refuse_other_kinds(content, what="questionnaire", give=_GIVE)
        named = name or ("" if isinstance(source, bytes) else source.name)
        _read_tables(tables_of(content, named, limits), mended, (result, found))
        result.source = _source_of(result, named)
        result.version = _version_of(result.tables, named)
    except Unreadable as error:
        found.problems.append(error.as_problem())
    if result.answers and not any(answer.answer for answer in result.answers) and not errors_of(found.problems):
        found.add(
            Severity.ERROR, "no_answers", "No question of the file is answered. Ask the vendor for the filled-in file."
        )
    result.problems, result.quoted = found.sorted(), found.quoted
    if not keep_tables:
        result.tables = []
    return result


def _read_tables(tables: list[Table], mended: Mended | None, into: tuple[CompletedFile, Found]) -> None:
    result, found = into
    seen: dict[str, int] = {}
    for table in tables:
        found.problems.extend(table.remarks)
        layout = _layout(table)
        if layout is None:
            continue
        if len(tables) > 1 and _EVALUATION in plain_name(table.name):
            message = "The sheet is for whoever evaluates the answers and repeats them; it is not read."
            found.add(Severity.WARNING, "evaluation_sheet", message, sheet=table.name)
            continue
        header, places = layout
        result.tables.append(table)
        result.positions[table.name] = places
        for line in table_lines(table, header, places, found, mended=mended):
            answer = _answer(line)
            if answer is None:
                continue
            _keep(answer, line, result, seen)
    if not result.answers:
        message = f"No sheet has a column of question ids and one of answers. Give {_GIVE}."
        raise Unreadable("no_questions", message, sheet=tables[0].name if len(tables) == 1 else None)


def _keep(answer: CompletedAnswer, line: Line, result: CompletedFile, seen: dict[str, int]) -> None:
    key = answer.question_id.casefold()
    if key not in seen:
        seen[key] = len(result.answers)
        result.answers.append(answer)
    elif answer.answer is not None:
        before = result.answers[seen[key]]
        if before.answer not in {None, answer.answer}:  # general questions are repeated on every sheet
            line.warn("same_id", f"{answer.question_id} is asked twice; the last answer counts.", ID)
        if (before.answer, before.comment) != (answer.answer, answer.comment or before.comment):
            result.answers[seen[key]] = answer


def _answer(line: Line) -> CompletedAnswer | None:
    cell = line.cells.get(ID)
    if is_blank(cell):
        return None
    number = " ".join(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).split())
    if not _ID.fullmatch(number) and not number.isdecimal():
        return None  # a heading of a section, or the header again
    return CompletedAnswer(
        sheet=line.sheet[:100],
        row=line.row,
        question_id=shown(number, 60),
        question=line.text(QUESTION, 8_000) if QUESTION in line.cells else None,
        answer=_words(line, ANSWER),
        comment=_words(line, COMMENT) if COMMENT in line.cells else None,
    )


def _words(line: Line, column: str) -> str | None:
    """Return what was answered as it stands: "N/A" is an answer, and so is TRUE."""
    cell = line.cells.get(column)
    if isinstance(cell, str) and cell.strip().casefold() in {"n/a", "na", "unknown", "none", "-"}:
        return cell.strip()
    return line.text(column, 8_000)


def _layout(table: Table) -> tuple[int, dict[str, int]] | None:
    """Find the row of column names and the columns; ids are also known by their look."""
    best: tuple[int, dict[str, int]] | None = None
    for count, (number, row) in enumerate(table.filled_rows()):
        if count == _ROWS_SEARCHED:
            break
        heads = {index: plain_name(cell) for index, cell in enumerate(row) if isinstance(cell, str) and len(cell) < 120}
        answer = _named(heads, ANSWER, ())
        if answer is None:
            continue
        places = {ANSWER: answer}
        identity = _named(heads, ID, (answer,))
        if identity is None or not _looks_like_ids(table, number, identity):
            identity = _ids_by_look(table, number, answer)
        if identity is None:
            continue
        places[ID] = identity
        question = _named(heads, QUESTION, tuple(places.values()))
        places[QUESTION] = (
            identity + 1
            if question is None and identity + 1 != answer
            else question
            if question is not None
            else answer
        )
        comment = _named(heads, COMMENT, tuple(places.values()))
        if comment is not None:
            places[COMMENT] = comment
        if places[QUESTION] == answer:
            del places[QUESTION]
        if best is None or len(places) > len(best[1]):
            best = (number, places)
    return best


def _named(heads: Mapping[int, str], column: str, taken: tuple[int, ...]) -> int | None:
    free = {index: head for index, head in heads.items() if index not in taken and head}
    if column == ANSWER:
        free = {index: head for index, head in free.items() if not any(word in head for word in _NO_ANSWER_COLUMN)}
    for name in _NAMES[column]:
        for index, head in free.items():
            if head == name or (len(name) >= 6 and head.startswith(name)):
                return index
    return None


def _looks_like_ids(table: Table, header: int, index: int) -> bool:
    cells = [row[index] for row in table.rows[header : header + 400] if index < len(row) and not is_blank(row[index])]
    texts = [str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip() for cell in cells]
    fitting = sum(bool(_ID.fullmatch(text)) or text.isdecimal() for text in texts)
    return bool(texts) and fitting >= max(1, len(texts) // 2)


def _ids_by_look(table: Table, header: int, answer: int) -> int | None:
    """Return the column left of the answers in which the most cells look like ids."""
    counts: dict[int, int] = {}
    for row in table.rows[header : header + 400]:
        for index, cell in enumerate(row[:answer]):
            if isinstance(cell, str) and _ID.fullmatch(cell.strip()):
                counts[index] = counts.get(index, 0) + 1
    return max(counts, key=lambda index: counts[index]) if counts else None


def _source_of(result: CompletedFile, name: str) -> CompletedSource:
    words = (
        plain_name(name)
        + "".join(plain_name(table.name) for table in result.tables)
        + plain_name(" ".join(_titles(result.tables)))
    )
    if "hecvat" in words:
        return CompletedSource.HECVAT
    caiq = sum(
        bool(_CAIQ_ID.fullmatch(answer.question_id)) and answer.question_id[:3] in _CAIQ_DOMAINS
        for answer in result.answers
    )
    if "caiq" in words or "consensusassessment" in words or caiq > len(result.answers) / 2:
        return CompletedSource.CAIQ
    return CompletedSource.OTHER


def _version_of(tables: list[Table], name: str) -> str | None:
    """Return the version that a title, a sheet or the file names, in this order."""
    for text in (*_titles(tables), *(table.name for table in tables), name):
        if found := _VERSION.search(text):
            return found[1]
    return None


def _titles(tables: list[Table]) -> Iterator[str]:
    """Yield the first texts of each sheet, where titles stand."""
    for table in tables:
        for row in table.rows[:5]:
            yield from (cell[:200] for cell in row[:12] if isinstance(cell, str))
