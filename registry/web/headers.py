"""The headers every answer carries: content policy, framing, sniffing, referrer, caching, transport.

A view that needs a stricter set (a download of evidence, the portal) sets its own; what is set is never overwritten.
"""

from flask import Flask, Response, g, request

__all__ = ["CONTENT_POLICY", "allow_htmx", "init_app"]

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TRUSTED_TYPES = "; require-trusted-types-for 'script'"
YEAR_SECONDS = 31_536_000

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The CSRF check under TLS compares the referrer of our own pages, so it cannot be dropped altogether.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def init_app(app: Flask) -> None:
    """Add the headers to every answer and give templates `allow_htmx()`."""
    app.after_request(add_headers)
    app.add_template_global(allow_htmx)


def allow_htmx() -> str:
    """Note that this page loads htmx, which writes markup and so cannot live under Trusted Types."""
    g.uses_htmx = True
    return ""


def add_headers(response: Response) -> Response:
    """Complete the headers of one answer."""
    for name, value in _FIXED.items():
        response.headers.setdefault(name, value)
    policy = CONTENT_POLICY if g.get("uses_htmx") else CONTENT_POLICY + TRUSTED_TYPES
    response.headers.setdefault("Content-Security-Policy", policy)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_SECONDS}; includeSubDomains")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    elif "v" in request.args and response.status_code in {200, 304}:
        # The address carries the hash of the content (`registry.web.shell`), so it can be kept for good.
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response
