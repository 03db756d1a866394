"""Requests about vendors that come and go."""

from collections.abc import Callable

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from registry.domain.register.errors import DomainError

__all__ = ["done", "version_given"]


def version_given() -> int:
    """Return the version a form carries; 0, which fits no row, when it is none."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def done(address: str, act: Callable[[], object], words: str) -> ResponseReturnValue:
    """Do it and go to a page that says so, or says why not."""
    try:
        act()
    except DomainError as refused:
        flash(str(refused), "error")
    else:
        flash(words, "success")
    return redirect(address, 303)
