"""The addresses around a question: its page, its files, the pages of its facts."""

from urllib.parse import quote

from flask import url_for

from registry.blast.page import Links
from registry.blast.question import Question
from registry.core.kinds import kind_of
from registry.core.links import fact_url

__all__ = ["LINKS", "page_url"]


def page_url(question: Question) -> str:
    """Return the address of the page of a question."""
    return f"{url_for('blast.index')}?{question.query()}"


def _file_url(name: str, question: Question) -> str:
    query = question.query()
    if name == "json":
        return f"{url_for('blast.as_json')}?{query}"
    return f"{url_for('blast.index')}/{name}?{query}"


def _plan_url(what_if: str, question: Question) -> str:
    return f"{url_for('blast.plan')}?{question.query()}&plan={quote(what_if, safe=':')}"


def _fact_url(code: str) -> str | None:
    of = kind_of(code)
    return fact_url(of.name, code) if of else None


LINKS = Links(page=page_url, file=_file_url, plan=_plan_url, fact=_fact_url)
