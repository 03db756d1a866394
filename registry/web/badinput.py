"""The gate for bytes: whatever stands in an address, a form or a JSON body is text we can store, or the answer is 4xx.

Databases differ in what they choke on (PostgreSQL refuses NUL, no engine stores a lone surrogate), so none of it gets
past this point. Bytes that are not UTF-8 would arrive as other characters than were sent, so they are refused as well.
"""

import json
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, request
from werkzeug.exceptions import BadRequest

__all__ = ["init_app", "unstorable"]

LONGEST_PATH = 2_000
LONGEST_QUERY = 8_000


def init_app(app: Flask) -> None:
    """Put the gate in front of every request."""
    app.before_request(refuse_unstorable_text)


def unstorable(texts: Iterable[str]) -> str | None:
    """Say what makes one of these texts impossible to store; None when all can be.

    >>> unstorable(["Müller & Söhne", "名前"]) is None
    True
    """
    for text in texts:
        if "\x00" in text:
            return "a NUL byte"
        if "\ufffd" in text:
            return "bytes that are not UTF-8"
        if any("\ud800" <= character <= "\udfff" for character in text):
            return "half of a surrogate pair"
    return None


def refuse_unstorable_text() -> None:
    """Refuse over-long addresses and text that no database can keep."""
    if len(request.path) > LONGEST_PATH or len(request.query_string) > LONGEST_QUERY:
        abort(414)
    _refuse_other_than_utf8("The address", request.environ.get("PATH_INFO", "").encode("latin-1"))
    _refuse_other_than_utf8("The address", unquote_to_bytes(request.query_string))
    _refuse("The address", [request.path, *_pairs(request.args.items(multi=True))])
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.is_json:
        _refuse_json()
        return
    if request.mimetype == "application/x-www-form-urlencoded":
        _refuse_other_than_utf8("The form", unquote_to_bytes(request.get_data()))
    names = [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    _refuse("The form", _pairs([*request.form.items(multi=True), *names]))


def _refuse_other_than_utf8(place: str, sent: bytes) -> None:
    # The form parser keeps such bytes as percent signs and digits: text that nobody typed.
    try:
        sent.decode()
    except UnicodeDecodeError:
        _refuse(place, ["\ufffd"])


def _refuse_json() -> None:
    body = request.get_json(silent=True)
    if body is None:
        raise BadRequest("The request holds no valid JSON.")
    _refuse("The request", [json.dumps(body, ensure_ascii=False).replace("\\u0000", "\x00")])


def _refuse(place: str, texts: Iterable[str]) -> None:
    found = unstorable(texts)
    if found:
        raise BadRequest(f"{place} holds {found}, which cannot be stored. Nothing was changed.")


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [text for pair in pairs for text in pair]
