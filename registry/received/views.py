"""The page of one questionnaire that a vendor filled in."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, needs
from registry.core.files import EvidenceStore
from registry.received import queries
from registry.settings import current_settings


@needs(Permission.ASSESSMENTS_READ)
def show(questionnaire_id: int) -> ResponseReturnValue:
    word = request.args.get("q", "").strip()[:200]
    return render_template("received/show.html", page=queries.received_page(questionnaire_id, word), word=word)


@needs(Permission.EVIDENCE_READ)
def file(questionnaire_id: int) -> Response:
    kept = queries.file_of(questionnaire_id)
    with EvidenceStore(current_settings().data_dir / "evidence").open(kept.stored_name) as source:
        response = Response(source.read(), mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=kept.file_name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
