"""Requests for one's own work."""

from flask import render_template

from registry.core import clock
from registry.core.access import Permission, current_actor, needs
from registry.mywork.queries import by_time, work_of

__all__ = ["index"]


@needs(Permission.HOME_READ)
def index() -> str:
    items = work_of(current_actor())
    return render_template(
        "mywork/index.html", groups=by_time(items, clock.today()), count=len(items), today=clock.today()
    )
