"""The page of one questionnaire that a vendor filled in."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, needs
from registry.received import queries, service


@needs(Permission.ASSESSMENTS_READ)
def show(questionnaire_id: int) -> ResponseReturnValue:
    word = request.args.get("q", "").strip()[:200]
    return render_template("received/show.html", page=queries.received_page(questionnaire_id, word), word=word)


@needs(Permission.EVIDENCE_READ)
def file(questionnaire_id: int) -> Response:
    name, content = service.take_file(current_actor(), questionnaire_id)
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
