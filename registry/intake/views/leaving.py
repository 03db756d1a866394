"""Requests about vendors that leave."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.assessments.service import evidence
from registry.core.access import Permission, current_actor, needs
from registry.core.evidencekinds import RefusedFile
from registry.core.ownership import can_write_vendor
from registry.intake import queries
from registry.intake.forms import WhyForm
from registry.intake.service import leaving as service
from registry.intake.views import done

__all__ = ["confirm", "deleted", "finish", "index", "revoke", "show"]


@needs(Permission.FACTS_READ)
def index() -> str:
    return render_template("intake/leaving.html", rows=queries.leaving_vendors())


@needs(Permission.FACTS_READ)
def show(code: str) -> str:
    found = queries.leaving_of(code)
    may_write = can_write_vendor(current_actor(), code)
    return render_template("intake/leave.html", page=found, checks=queries.CHECKS, may_write=may_write)


@needs(Permission.FACTS_WRITE)
def revoke(code: str) -> ResponseReturnValue:
    key = request.form.get("key", "")
    return done(_page(code), lambda: service.revoke(current_actor(), code, key), f"{key} is revoked as of today.")


@needs(Permission.FACTS_WRITE)
def deleted(code: str) -> ResponseReturnValue:
    key = request.form.get("key", "")
    try:
        day, file = date.fromisoformat(request.form.get("day", "")), _file()
    except ValueError:
        flash("Write the day of the certificate as year-month-day, such as 2026-11-24.", "error")
        return redirect(_page(code), 303)
    except RefusedFile as wrong:
        flash(str(wrong), "error")
        return redirect(_page(code), 303)
    return done(
        _page(code), lambda: service.certify_deletion(current_actor(), code, key, day, file), f"{key}: deletion certified.",
    )  # fmt: skip


@needs(Permission.FACTS_WRITE)
def confirm(code: str) -> ResponseReturnValue:
    form = WhyForm()
    if not form.validate():
        flash("Say how it is known.", "error")
        return redirect(_page(code), 303)
    what = request.form.get("what", "")
    return done(_page(code), lambda: service.confirm(current_actor(), code, what, form.why.data), "Confirmed.")


@needs(Permission.FACTS_WRITE)
def finish(code: str) -> ResponseReturnValue:
    return done(_page(code), lambda: service.finish(current_actor(), code), "Terminated; nothing of it is left.")


def _page(code: str) -> str:
    return url_for("intake.leave", code=code)


def _file() -> evidence.CheckedFile | None:
    given = request.files.get("file")
    if given is None or not given.filename:
        return None
    command = evidence.GiveEvidence(file_name=given.filename, content=given.stream.read(), kind="DELETION_CERT")
    return evidence.check_file(command)
