"""What people do with any kind of fact, once: list, add, read, change, archive, restore, change many, export.

A feature describes its kind (`FactDesk`: form, list, words) and `fact_blueprint` gives it the pages. Anything a kind
has beyond that (tabs of a vendor, people of a dataset) is a view or template of the feature. Every write goes through
`registry.facts.service` in one act, so rules, codes, versions and the audit trail are the same for all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement
from wtforms import SelectChoice

from registry.auditlog.queries import history_of
from registry.core.access import Permission, current_actor, may, needs, safe_next
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.dependents import dependents
from registry.core.errors import NotFound, StaleVersion
from registry.core.given import whole_number
from registry.core.kinds import KINDS, FactKind
from registry.core.links import fact_url
from registry.core.listing import ListSpec
from registry.core.listviews import chosen_keys, send_list, show_list
from registry.core.ownership import can_write_fact, require_fact
from registry.core.stalepage import StaleField, stale_page
from registry.domain.register.errors import InvalidRegister
from registry.facts.families import family_tabs
from registry.facts.forms import FactForm
from registry.facts.queries import FactPage, live_parts, part_kinds, read_fact
from registry.facts.service import archive_fact, change_fact, change_many, create_fact, restore_fact

__all__ = ["FactDesk", "PartsTable", "desk_of", "fact_blueprint", "parts_tables"]

Key = str | int
BULK_MAX = 5_000
_DESKS = "fact_desks"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDesk:
    """One kind of fact as people work with it.

    `bulk` names the fields of the form that may be changed for many rows at once. `home` gives the address to return
    to after a part of something else was written (a contact's vendor); None: the fact's own page. `about` adds what
    the fact's page shows beside its fields. `before_create` completes the values of a new fact.
    """

    kind: str
    form: type[FactForm]
    list: ListSpec
    writes: Permission = Permission.FACTS_WRITE
    bulk: tuple[str, ...] = ()
    show_template: str = "facts/show.html"
    list_template: str = "facts/list.html"
    help_topic: str = "register-facts"
    home: Callable[[Any], str] | None = None
    about: Callable[[Any, Actor], Mapping[str, Any]] | None = None
    before_create: Callable[[Actor, dict[str, Any]], dict[str, Any]] | None = None
    within: Callable[[], ColumnElement[bool] | None] | None = None

    @property
    def of(self) -> FactKind:
        """The kind in the store."""
        return KINDS[self.kind]


def fact_blueprint(desk: FactDesk, import_name: str, *, path: str, **options: Any) -> Blueprint:
    """Return a blueprint named after the kind, with the pages every kind of fact has."""
    blueprint = Blueprint(desk.kind, import_name, **options)
    key = "<string:code>" if desk.of.prefix else "<int:code>"
    views = _Views(desk)
    for rule, endpoint, permission, method, verbs in (
        (path, "index", Permission.FACTS_READ, views.index, ("GET",)),
        (f"{path}/export", "export", Permission.LISTS_EXPORT, views.export, ("POST",)),
        (f"{path}/change", "bulk", desk.writes, views.bulk, ("POST",)),
        (f"{path}/new", "new", desk.writes, views.new, ("GET", "POST")),
        (f"{path}/{key}", "show", Permission.FACTS_READ, views.show, ("GET",)),
        (f"{path}/{key}/edit", "edit", desk.writes, views.edit, ("GET", "POST")),
        (f"{path}/{key}/archive", "archive", desk.writes, views.archive, ("GET", "POST")),
        (f"{path}/{key}/restore", "restore", desk.writes, views.restore, ("POST",)),
    ):
        blueprint.add_url_rule(rule, endpoint, _declared(method, permission), methods=verbs)
    blueprint.record(lambda state: state.app.extensions.setdefault(_DESKS, {}).update({desk.kind: desk}))
    return blueprint


def desk_of(kind: str) -> FactDesk | None:
    """Return the desk of a kind, None when this installation has no pages for it."""
    desk: FactDesk | None = current_app.extensions.get(_DESKS, {}).get(kind)
    return desk


@dataclass(frozen=True, slots=True)
class PartsTable:
    """What is part of a fact, of one kind: labels, rows of (key, fact), the field that names the whole."""

    desk: FactDesk
    fields: tuple[Any, ...]
    rows: tuple[tuple[Key, Any], ...]
    whole: str


def parts_tables(kind: str, code: Key) -> list[PartsTable]:
    """Return the parts of a fact that have pages, such as the jurisdictions of a segment; one query per kind."""
    tables = []
    for of, reference in part_kinds(kind):
        desk = desk_of(of.name)
        if desk is None:
            continue
        form = desk.form(formdata=None)
        shown = tuple(form.named(name) for name in form.field_names() if name != reference.field)
        tables.append(PartsTable(desk, shown, live_parts(of, reference, code), reference.field))
    return tables


def _declared(method: Callable[..., ResponseReturnValue], permission: Permission) -> Callable[..., ResponseReturnValue]:
    """Return a method as a view that says what it needs; a bound method cannot carry the declaration itself."""

    def view(**values: Any) -> ResponseReturnValue:
        return method(**values)

    return needs(permission)(view)


class _Views:
    """The views of one kind; each parses, asks, and renders or redirects."""

    def __init__(self, desk: FactDesk) -> None:
        self._desk = desk
        self._kind = desk.kind

    def _url(self, endpoint: str, **values: Any) -> str:
        return url_for(f"{self._kind}.{endpoint}", **values)

    def _within(self) -> ColumnElement[bool] | None:
        return self._desk.within() if self._desk.within else None

    def index(self) -> Response:
        """Show the list."""
        actor = current_actor()
        may_write = may(actor, self._desk.writes)
        context: dict[str, Any] = {"desk": self._desk, "may_write": may_write, "export_url": self._url("export")}
        context["family"] = [(label, url, None, is_here) for label, url, is_here in family_tabs(self._kind)]
        if may_write and self._desk.bulk:
            context |= {"bulk_url": self._url("bulk"), "bulk_form": self._bulk_form()}
        return show_list(self._desk.list, self._desk.list_template, within=self._within(), **context)

    def _bulk_form(self) -> FactForm:
        """Return the form with nothing chosen: what is left as it stands is not changed."""
        form = self._desk.form(formdata=None)
        for name in self._desk.bulk:
            field = form.named(name)
            field.data = None
            if hasattr(field, "choices"):
                field.choices = [SelectChoice("", "leave as it is"), *(each for each in field.choices if each.value)]
        return form

    def export(self) -> Response:
        """Send what the list shows."""
        return send_list(self._desk.list, within=self._within())

    def new(self) -> ResponseReturnValue:
        """Add a fact."""
        desk, actor = self._desk, current_actor()
        form = desk.form.of_arguments(request.args)
        if form.validate_on_submit() and not form.missing():
            values = form.values()
            if desk.before_create:
                values = desk.before_create(actor, values)
            require_fact(actor, desk.kind, values)
            try:
                key = create_fact(actor, desk.kind, values)
            except InvalidRegister as wrong:
                form.show_problems(wrong.problems)
            else:
                flash(f"Added {self._words(key)}.", "success")
                return redirect(self._after(desk.of.fact_type(**{**values, **self._code(key)}), key), 303)
        return self._form_page(form, title=f"Add {_article(desk.of.word)}", save=f"Add {desk.of.word}")

    def show(self, code: Key) -> str:
        """Show one fact."""
        desk, actor = self._desk, current_actor()
        page = read_fact(desk.of, code, actor)
        extra = desk.about(page.fact, actor) if desk.about else {}
        return render_template(
            desk.show_template,
            desk=desk,
            page=page,
            form=desk.form.shown(page.fact),
            parts=parts_tables(desk.kind, code),
            depends=dependents(desk.kind, code),
            entries=history_of(desk.of.table_name, code),
            url=self._url,
            fact_url=fact_url,
            **extra,
        )

    def edit(self, code: Key) -> ResponseReturnValue:
        """Change one fact."""
        desk, actor = self._desk, current_actor()
        page = read_fact(desk.of, code, actor)
        self._require(page)
        form = desk.form.of_fact(page.fact, page.version)
        if form.validate_on_submit() and not form.missing():
            try:
                values = form.values()
                require_fact(actor, desk.kind, {**values, **self._code(code)})
                change_fact(actor, desk.kind, code, version=whole_number(str(form.version.data or "")), values=values)
            except InvalidRegister as wrong:
                form.show_problems(wrong.problems)
            except StaleVersion:
                return self._stale(form, code, actor)
            else:
                flash(f"Saved {self._words(code)}.", "success")
                return redirect(self._after(desk.of.fact_type(**{**page.fact.__dict__, **values}), code), 303)
        return self._form_page(form, title=f"Edit {page.title}", save="Save changes", page=page)

    def archive(self, code: Key) -> ResponseReturnValue:
        """Ask, then archive."""
        desk, actor = self._desk, current_actor()
        page = read_fact(desk.of, code, actor)
        self._require(page)
        found = dependents(desk.kind, code)
        if request.method == "POST":
            archive_fact(actor, desk.kind, code, version=None)
            flash(f"Archived {self._words(code)}. It can be restored.", "success")
            return redirect(self._after(page.fact, code), 303)
        return render_template(
            "facts/archive.html", desk=desk, page=page, depends=found, url=self._url, fact_url=fact_url
        )

    def restore(self, code: Key) -> ResponseReturnValue:
        """Bring back."""
        page = read_fact(self._desk.of, code, current_actor())
        self._require(page)
        try:
            restore_fact(current_actor(), self._kind, code)
        except InvalidRegister as wrong:
            flash("It cannot be restored yet: " + " ".join(problem.message for problem in wrong.problems), "error")
        else:
            flash(f"Restored {self._words(code)}.", "success")
        return redirect(self._after(page.fact, code), 303)

    def bulk(self) -> ResponseReturnValue:
        """Change a field of many facts."""
        desk, actor = self._desk, current_actor()
        form = desk.form()
        asked = [name for name in desk.bulk if request.form.get(name, "").strip()]
        keys: list[Key] = [
            int(key) if not desk.of.prefix else key for key in chosen_keys(desk.list, within=self._within())
        ]
        message = self._why_not_many(form, asked, keys, actor)
        if message is None:
            values = {name: value for name, value in form.values().items() if name in asked}
            try:
                count = change_many(actor, desk.kind, keys, values)
            except InvalidRegister as wrong:
                message = " ".join(problem.message for problem in wrong.problems[:3])
            else:
                flash(f"Changed {count:,} {desk.list.many if count != 1 else desk.list.one}.", "success")
        if message:
            flash(message, "error")
        return redirect(f"{self._url('index')}?{request.form.get('list_query', '')}".rstrip("?"), 303)

    def _why_not_many(self, form: FactForm, asked: list[str], keys: list[Key], actor: Actor) -> str | None:
        if not keys:
            return "Tick the rows to change first."
        if not asked:
            return "Say what to change: fill at least one field."
        if len(keys) > BULK_MAX:
            return f"{len(keys):,} rows are too many for one change; {BULK_MAX:,} is the most. Filter the list first."
        form.validate()
        wrong = [message for name in asked for message in form.named(name).errors]
        if wrong:
            return " ".join(wrong)
        model: Any = self._desk.of.model
        rows = session().query(model).filter(getattr(model, self._desk.of.key_field).in_(keys))
        for row in rows:
            if not can_write_fact(actor, self._kind, self._desk.of.values_of(row)):
                return f"{getattr(row, self._desk.of.key_field)} is not yours to change; nothing was changed."
        return None

    def _require(self, page: FactPage) -> None:
        if not page.can_write:
            raise NotFound(f"{self._desk.of.word} for you to change,", page.key)

    def _stale(self, form: FactForm, code: Key, actor: Actor) -> Response:
        page = read_fact(self._desk.of, code, actor)
        stored = self._desk.form.shown(page.fact)
        both = [
            StaleField(form.named(name).label.text, _typed(stored.named(name)), _typed(form.named(name)))
            for name in form.field_names()
        ]
        return stale_page(
            f"{page.title} ({code})", both, version=page.version, keep_theirs_url=self._url("show", code=code)
        )

    def _form_page(self, form: FactForm, *, title: str, save: str, page: FactPage | None = None) -> ResponseReturnValue:
        cancel = self._after(page.fact, page.key) if page else self._url("index")
        status = 422 if form.errors else 200
        return (
            render_template(
                "facts/form.html", desk=self._desk, form=form, title=title, save=save, cancel_url=cancel, page=page
            ),
            status,
        )

    def _code(self, key: Key) -> dict[str, Key]:
        return {"code": key} if self._desk.of.prefix else {}

    def _words(self, key: Key) -> str:
        return f"{self._desk.of.word} {key}" if self._desk.of.prefix else f"the {self._desk.of.word}"

    def _after(self, fact: Any, key: Key) -> str:
        back = safe_next(request.args.get("back"))
        if back:  # somebody came from a page that sends people here to mend something
            return back
        if self._desk.home:
            return self._desk.home(fact)
        return self._url("show", code=key)


def _typed(field: Any) -> str:
    """Return what a field shows, as text."""
    if hasattr(field, "iter_choices"):
        return next((str(choice.label) for choice in field.iter_choices() if choice.selected), "")
    return str(field._value())  # noqa: SLF001 -- the one way WTForms tells what an input shows


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
