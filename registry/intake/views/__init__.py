"""Requests about vendors that come and go."""

from collections.abc import Callable

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from registry.domain.register.errors import DomainError

__all__ = ["done"]


def done(address: str, act: Callable[[], object], words: str) -> ResponseReturnValue:
    """Do it and go to a page that says so, or says why not."""
    try:
        act()
    except DomainError as refused:
        flash(str(refused), "error")
    else:
        flash(words, "success")
    return redirect(address, 303)
