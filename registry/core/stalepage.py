"""The 409 page: two people changed the same thing, both versions are shown, and nothing typed is lost."""

from dataclasses import dataclass

from flask import Response, make_response, render_template, request

__all__ = ["StaleField", "stale_page"]


@dataclass(frozen=True, slots=True)
class StaleField:
    """One field of something two people changed: what is stored now and what this person typed."""

    label: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        """Whether the two versions disagree."""
        return self.theirs != self.mine


def stale_page(
    subject: str,
    fields: list[StaleField],
    *,
    version: int,
    keep_theirs_url: str,
) -> Response:
    """Render the 409 page that shows both versions and keeps everything that was typed.

    The page posts the form again, unchanged but for the version it now knows of: saving over the other change is a
    decision, not an accident.

    Parameters
    ----------
    subject
        What was edited, such as `Corvid Mail (V-0031)`.
    fields
        Every field of the form, in its order.
    version
        The version stored now, which the repeated form will carry.
    keep_theirs_url
        Where to go when the stored version stays.
    """
    posted = [pair for pair in request.form.items(multi=True) if pair[0] not in {"version", "csrf_token"}]
    page = render_template(
        "stale.html",
        subject=subject,
        fields=fields,
        version=version,
        posted=posted,
        action=request.full_path.rstrip("?"),
        keep_theirs_url=keep_theirs_url,
    )
    return make_response(page, 409)
