"""Lists: a table of rows with search, filters, order, columns and pages, all of it in the address.

A feature describes its list once (`ListSpec`); the page, the partial that htmx asks for, the CSV and the workbook all
read through it, so an export is what was seen. What comes from the address is matched against the columns of the
spec; nothing else reaches the query. A page costs at most three queries whatever its size: how many rows and which
keys (one query when something narrows the list), and the cells of those keys. Reading keys first keeps look-ups in
other tables to the rows that are shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from registry.core.db import engine_name
from registry.core.listfilters import ActiveFilter, Choice, Expression, FilterKind, contains, read_filter
from registry.core.listspec import Column, Format, ListRow, ListSpec
from registry.core.paging import Page, page_of

__all__ = [
    "Choice",
    "Column",
    "FilterKind",
    "Format",
    "ListPage",
    "ListRow",
    "ListSpec",
    "read_all",
    "read_keys",
    "read_list",
]

SEARCH_WORDS_MAX = 8
MOST_ROWS = 10**12  # more than a list ever has
CHUNK = 500  # keys per query; below the limits on bound values of both engines


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an address asks of a list, checked: conditions and order for the query, words for the page."""

    spec: ListSpec
    conditions: tuple[ColumnElement[bool], ...]
    columns: tuple[Column, ...]
    sorted_by: Column
    descending: bool
    search: str
    archived: bool
    filters: tuple[ActiveFilter, ...]
    problems: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    page: str | None

    @property
    def is_narrowed(self) -> bool:
        """Whether rows must be looked at one by one to know which pass."""
        return bool(self.filters or self.search)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of a list, ready to be shown, with the addresses of everything one can do from it."""

    question: Question
    rows: tuple[ListRow, ...]
    page: Page
    path: str

    @property
    def spec(self) -> ListSpec:
        """The list."""
        return self.question.spec

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns shown."""
        return self.question.columns

    @property
    def total(self) -> int:
        """Rows that pass the filters."""
        return self.page.total

    @property
    def is_filtered(self) -> bool:
        """Whether some rows may be hidden by what was asked."""
        return self.question.is_narrowed

    @property
    def query(self) -> str:
        """The canonical query string of what is shown, without the page."""
        return urlencode(self.question.query)

    @property
    def url(self) -> str:
        """The canonical address of this very page."""
        return self.page_url(self.page.number) or self.path

    def values_of(self, name: str) -> tuple[str, ...]:
        """Return what the address says of one parameter, to fill the form again."""
        return tuple(value for key, value in self.question.query if key == name)

    def pairs_without(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Return the parameters of the address but for some."""
        return tuple(pair for pair in self.question.query if pair[0] not in names)

    def url_without(self, *names: str) -> str:
        """Return the address with some parameters lifted."""
        return _address(self.path, self.pairs_without(*names))

    def sort_url(self, column: Column) -> str:
        """Return the address ordered by a column; a second click turns the order round."""
        turned = column == self.question.sorted_by and not self.question.descending
        wanted = ("-" if turned else "") + column.key
        return _address(self.path, (*self.pairs_without("sort"), ("sort", wanted)))

    def page_url(self, number: int | None) -> str | None:
        """Return the address of another page, None when there is none."""
        if number is None:
            return None
        pairs = self.question.query if number == 1 else (*self.question.query, ("page", str(number)))
        return _address(self.path, pairs)


def read_list(
    spec: ListSpec,
    values: Mapping[str, Sequence[str]],
    *,
    session: Session,
    path: str = "",
    within: ColumnElement[bool] | None = None,
) -> ListPage:
    """Read one page of a list; two or three queries.

    Parameters
    ----------
    values
        The parameters of the address, every name with all its values (`request.args.to_dict(flat=False)`).
    within
        The rows this person may see at all.
    """
    question = read_question(spec, values, engine=engine_name(session.connection()), within=within)
    page, keys = _counted(question, session) if question.is_narrowed else _whole(question, session)
    return ListPage(question=question, rows=_rows(question, keys, session), page=page, path=path)


def _whole(question: Question, session: Session) -> tuple[Page, Sequence[Any]]:
    """Count and read one page where an index knows both the number and the order."""
    spec = question.spec
    total = session.scalar(select(func.count()).select_from(spec.model).where(*question.conditions)) or 0
    page = page_of(question.page, total=total, size=spec.page_size)
    return page, session.scalars(_keys(question).limit(page.size).offset(page.offset)).all()


def _counted(question: Question, session: Session) -> tuple[Page, Sequence[Any]]:
    """Count and read one page looking once at every row, where a search or a filter must look at them all."""
    size = question.spec.page_size
    if question.page and page_of(question.page, total=MOST_ROWS, size=size).number > 1:
        # which page is the last is known only with all keys; later pages are for those that found much, and rare
        every = session.scalars(_keys(question)).all()
        page = page_of(question.page, total=len(every), size=size)
        return page, every[page.offset : page.offset + page.size]
    hits = _hits(question).cte("hit")
    first = select(hits.c.key, select(func.count()).select_from(hits).scalar_subquery())
    found = session.execute(first.order_by(_directed(hits.c.place, question), hits.c.key).limit(size)).all()
    return page_of(None, total=found[0][1] if found else 0, size=size), [row[0] for row in found]


def read_all(
    spec: ListSpec,
    values: Mapping[str, Sequence[str]],
    *,
    session: Session,
    within: ColumnElement[bool] | None = None,
) -> tuple[Question, Iterator[ListRow]]:
    """Read every row a list shows over all its pages, in order; one query, and one per 500 rows."""
    question = read_question(spec, values, engine=engine_name(session.connection()), within=within)
    keys = session.scalars(_keys(question)).all()
    chunks = (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
    return question, (row for chunk in chunks for row in _rows(question, chunk, session))


def read_keys(
    spec: ListSpec,
    values: Mapping[str, Sequence[str]],
    *,
    session: Session,
    within: ColumnElement[bool] | None = None,
) -> Sequence[Any]:
    """Read the keys of every row a list shows, for an act on all of them; one query."""
    question = read_question(spec, values, engine=engine_name(session.connection()), within=within)
    return session.scalars(_keys(question)).all()


def read_question(
    spec: ListSpec,
    values: Mapping[str, Sequence[str]],
    *,
    engine: str,
    within: ColumnElement[bool] | None = None,
) -> Question:
    """Turn the parameters of an address into a checked question; what no column knows is left out."""
    results = [read_filter(column, values, engine=engine) for column in spec.columns if column.filter]
    search = _first(values, "q")
    archived = _first(values, "archived") == "yes" and spec.archived_at is not None
    sorted_by, descending, sort_query = _order_of(spec, _first(values, "sort"))
    columns, column_query = _columns_of(spec, values.get("columns", ()))
    conditions = [result.condition for result in results if result.condition is not None]
    conditions += [_search(spec, word, engine=engine) for word in search.split()[:SEARCH_WORDS_MAX]]
    if spec.archived_at is not None:
        conditions.append(spec.archived_at.is_not(None) if archived else spec.archived_at.is_(None))
    if within is not None:
        conditions.append(within)
    query = [("q", search)] if search else []
    query += [pair for result in results for pair in result.query]
    query += [("archived", "yes")] if archived else []
    return Question(
        spec=spec,
        conditions=tuple(conditions),
        columns=columns,
        sorted_by=sorted_by,
        descending=descending,
        search=search,
        archived=archived,
        filters=tuple(result.active for result in results if result.active),
        problems=tuple(result.problem for result in results if result.problem),
        query=(*query, *sort_query, *column_query),
        page=_first(values, "page"),
    )


def _first(values: Mapping[str, Sequence[str]], name: str) -> str:
    given = values.get(name, ())
    return given[0].strip()[:200] if given else ""


def _order_of(spec: ListSpec, wanted: str) -> tuple[Column, bool, tuple[tuple[str, str], ...]]:
    column = spec.column(wanted.removeprefix("-"))
    is_ours = column is not None and column.sortable and wanted != spec.order
    chosen = column if is_ours and column else spec.column(spec.order.removeprefix("-"))
    if chosen is None:
        raise LookupError(f"The list {spec.name!r} is ordered by {spec.order!r}, which is none of its columns.")
    descending = (wanted if is_ours else spec.order).startswith("-")
    return chosen, descending, (("sort", wanted),) if is_ours else ()


def _columns_of(spec: ListSpec, wanted: Sequence[str]) -> tuple[tuple[Column, ...], tuple[tuple[str, str], ...]]:
    chosen = tuple(column for column in spec.columns if column.key in wanted)
    usual = tuple(column for column in spec.columns if column.shown)
    if not chosen or chosen == usual:
        return usual, ()
    return chosen, tuple(("columns", column.key) for column in chosen)


def _search(spec: ListSpec, word: str, *, engine: str) -> ColumnElement[bool]:
    parts = [contains(expression, word, engine=engine) for expression in spec.search]
    parts += [
        # correlate(None): the other table may also be joined for the order, and must not be mistaken for that one
        own.in_(select(there).where(contains(text, word, engine=engine)).correlate(None))
        for own, there, text in spec.search_through
    ]
    return or_(*parts)


def _keys(question: Question) -> Select[Any]:
    # The key makes the order total, so that no row is on two pages and none on no page.
    order = [_directed(question.sorted_by.order_by, question), question.spec.key]
    return _sorted_through(select(question.spec.key), question).order_by(*order)


def _hits(question: Question) -> Select[Any]:
    """Return the rows that pass, unordered: the key of each, and what places it."""
    spec, place = question.spec, question.sorted_by.order_by
    hits: Any = select(spec.key.label("key"), place.label("place"))
    return _sorted_through(hits, question)


def _sorted_through(rows: Select[Any], question: Question) -> Select[Any]:
    rows = rows.select_from(question.spec.model)
    if question.sorted_by.sort_through is not None:
        own, there, text = question.sorted_by.sort_through
        rows = rows.outerjoin(_table_of(text), own == there)
    return rows.where(and_(True, *question.conditions))


def _directed(place: Expression, question: Question) -> ColumnElement[Any]:
    directed = place.desc() if question.descending else place.asc()
    # what is not known comes last in both directions, on both engines; where nothing can be unknown, an index serves
    return directed.nulls_last() if _may_be_null(question.sorted_by.order_by) else directed


def _table_of(expression: Expression) -> Any:
    return getattr(expression, "class_", None) or expression.table  # type: ignore[attr-defined]  # attribute or column


def _may_be_null(expression: Expression) -> bool:
    columns = getattr(getattr(expression, "property", None), "columns", None)
    return columns is None or any(column.nullable for column in columns)


def _rows(question: Question, keys: Sequence[Any], session: Session) -> tuple[ListRow, ...]:
    spec = question.spec
    glossed = [column for column in question.columns if column.gloss is not None]
    wanted = [spec.key, *(column.expression for column in question.columns)]
    wanted += [column.gloss for column in glossed if column.gloss is not None]
    wanted += list(spec.extra.values())
    # Labels keep two columns that read the same expression apart.
    labelled: list[Any] = [expression.label(f"c{number}") for number, expression in enumerate(wanted)]
    found: dict[Any, Row[Any]] = {
        row[0]: row
        for row in (
            session.execute(select(*labelled).select_from(spec.model).where(spec.key.in_(keys))) if keys else ()
        )
    }
    width = 1 + len(question.columns)
    return tuple(
        ListRow(
            key=str(key),
            url=spec.row_url(str(key)) if spec.row_url else None,
            cells=tuple(row[1:width]),
            glosses={column.key: row[width + place] for place, column in enumerate(glossed)},
            extra=dict(zip(spec.extra, row[width + len(glossed) :], strict=True)),
        )
        for key in keys
        if (row := found.get(key)) is not None
    )


def _address(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path or "?"
