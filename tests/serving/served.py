"""A registry that is served by a process of its own, and a browser that asks it."""

import html
import http.cookiejar
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path

import pytest

__all__ = ["ROOT", "Browser", "wait_until_ready"]

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 90


@dataclass
class Browser:
    """Keeps cookies; opens a new connection for every request, so that any worker may answer."""

    base: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def open(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and text of a page, after redirects."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        try:
            answer: HTTPResponse = opener.open(f"{self.base}{path}", body, timeout=30)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        with answer:
            return answer.status, answer.read().decode()

    def post(self, path: str, form_on: str, **values: str) -> tuple[int, str]:
        """Fill a form as it stands on a page, token and all."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.open(form_on)[1])
        assert token, f"no form on {form_on}"
        return self.open(path, {**values, "csrf_token": html.unescape(token.group(1))})


def wait_until_ready(process: subprocess.Popen[bytes], url: str, said: Path, *, path: str = "/readyz") -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end:
        assert process.poll() is None, said.read_text()
        try:
            with urllib.request.urlopen(f"{url}{path}", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server was not ready in time:\n{said.read_text()}")
