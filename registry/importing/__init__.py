"""Imports: a file is checked, shown as what it would do, mended, written in one act, and undone in one.

How a further kind of import plugs in
-------------------------------------
1. A pure reader in `importers/`, with a row in `importers.readers.READERS`; it runs in a child process with limits on
   memory and time (`importers.apart.run_apart`) and answers with plain values, facts and problems, never with an exception.
2. An `ImportKind` (`kinds.py`), in a module that ends with `KIND = ImportKind(...)`, with a row in `catalogue.KINDS`. It
   may live in any feature. Upload, preview, mending, marked download, commit, undo, history and audit come by themselves.

Where the outcome is facts, the reader takes the arguments of `importers.register.read` and answers with its
`ReadResult` (`importers.register.read_tables` makes one of tables in the layout of the register), and `look` is one
call of `factplan.look_at_facts(actor, upload, answers, reader=...)`, `revert` is `journal.revert`.

Where it is rows of another kind (answers, public breaches), `look` reads with `rowsplan.read_rows` and returns a
`RowsPlan`: what is new and changed in words, and `put(w)`, which writes through `w` and returns a journal of plain
values; `revert(w, journal, register)` takes exactly that back, or names what stands in the way.

A file that takes long is read and written by a job (`longwork`); readers tell how far they are (`importers.progress`).

What a kind wants to know from the person (which column is what, which rows to leave out) goes into `asks` of the
preview, is shown by the template `asks` names, read from the form by `answered`, and comes to `look` as
`answers.choices`. Without an answer a reader assumes the cautious thing and says so as a warning, or it is an error.
"""

from flask import Blueprint

from registry.importing import views

blueprint = Blueprint("importing", __name__, template_folder="templates")

_ROUTES = (
    ("/imports", "index", views.index, "GET"),
    ("/imports", "upload", views.upload, "POST"),
    ("/imports/template", "template", views.template, "GET"),
    ("/imports/register", "export", views.export, "POST"),
    ("/imports/subprocessors/<vendor>", "subprocessors", views.subprocessors, "GET"),
    ("/imports/<int:run_id>", "preview", views.preview, "GET"),
    ("/imports/<int:run_id>/mend", "mend", views.mend, "POST"),
    ("/imports/<int:run_id>/marked", "marked", views.marked, "POST"),
    ("/imports/<int:run_id>/commit", "commit", views.commit, "POST"),
    ("/imports/<int:run_id>/stop", "stop", views.stop, "POST"),
    ("/imports/<int:run_id>/undo", "undo", views.undo, "POST"),
    ("/imports/<int:run_id>/discard", "discard", views.discard, "POST"),
)

for _path, _endpoint, _view, _method in _ROUTES:
    blueprint.add_url_rule(_path, _endpoint, _view, methods=(_method,))
