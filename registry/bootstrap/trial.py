"""`./run --once`: start in a folder of its own, use the main pages as a person would, stop, and say what failed.

Nothing about the pages is known here but that there is a sign-in form and a menu: every link of the menu is
opened, so a page that is added later is tried as well.
"""

import http.cookiejar
import re
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from pathlib import Path

import serving
from environment import SetUpFailed, say

BLAST_PATH = "/blast"
DEMO_VENDOR = "V-0001"
PAGES_MIN = 5  # a menu that shrinks to nothing must not pass


class Page(HTMLParser):
    """What is needed of a page: its links and the fields of its forms."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.links: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.kinds: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links, forms and fields."""
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href", "").startswith("/"):
            self.links.append(values["href"].partition("#")[0])
        elif tag == "form":
            self.forms.append({})
        elif tag == "input" and self.forms and values.get("name"):
            self.forms[-1][values["name"]] = values.get("value", "")
            self.kinds[values["name"]] = values.get("type", "text")

    def form_with_password(self) -> dict[str, str]:
        """Return the fields of the sign-in form."""
        for form in self.forms:
            if any(self.kinds[name] == "password" for name in form):
                return form
        raise SetUpFailed("The sign-in page has no form with a password.")


class Visitor:
    """A browser with cookies and nothing else."""

    def __init__(self, url: str) -> None:
        """Visit the registry at this address."""
        self.url = url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    def get(self, path: str) -> tuple[str, str]:
        """Return the final path and the text of a page."""
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.url, path)))

    def post(self, path: str, fields: dict[str, str]) -> tuple[str, str]:
        """Send a form and return the final path and the text of the page that follows."""
        body = urllib.parse.urlencode(fields).encode()
        address = urllib.parse.urljoin(self.url, path)
        return self._open(urllib.request.Request(address, data=body, headers={"Referer": address, "Origin": self.url}))

    def _open(self, request: urllib.request.Request) -> tuple[str, str]:
        try:
            with self.opener.open(request, timeout=60) as answer:
                text = answer.read().decode("utf-8", "replace")
                return urllib.parse.urlsplit(answer.url).path, text
        except urllib.error.HTTPError as error:
            text = error.read().decode("utf-8", "replace")
            readable = " ".join(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL).split())
            raise SetUpFailed(f"{request.get_method()} {request.selector}: {error.code} {readable[:400]}") from error
        except OSError as error:
            raise SetUpFailed(f"{request.get_method()} {request.selector}: no answer ({error})") from error


def run(python: Path) -> int:
    """Try the registry once and return the exit code."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="registry-once-") as folder:
        place = serving.Place(host="127.0.0.1", port=0, data=Path(folder), wants_demo=True)
        with serving.running(python, place) as server:
            say(f"  first answer after {time.monotonic() - began:.1f} s")
            failures = try_out(Visitor(server.url), Path(folder))
    for failure in failures:
        say(f"  FAILED {failure}")
    say(f"Tried once in {time.monotonic() - began:.0f} s: " + (f"{len(failures)} failed." if failures else "all well."))
    return 1 if failures else 0


def try_out(visitor: Visitor, data: Path) -> list[str]:
    """Open everything and return what failed."""
    failures: list[str] = []

    def attempt(path: str) -> str:
        began = time.monotonic()
        try:
            _, text = visitor.get(path)
        except SetUpFailed as failure:
            failures.append(str(failure))
            return ""
        say(f"  {path}  {1000 * (time.monotonic() - began):.0f} ms")
        return text

    attempt("/healthz")
    attempt("/readyz")
    try:
        home = sign_in(visitor, data)
    except SetUpFailed as failure:
        return [*failures, str(failure)]
    pages = sorted(
        {link for link in Page(home).links if not re.search(r"/static/|/sign-|download|export|\.\w+$", link)}
    )
    if len(pages) < PAGES_MIN:
        failures.append(f"The first page links to {len(pages)} pages only.")
    for path in pages:
        attempt(path)
    blast = f"{BLAST_PATH}?{urllib.parse.urlencode({'start': DEMO_VENDOR})}"
    if "<svg" not in attempt(blast):
        failures.append(f"{blast} shows no picture of the blast radius.")
    return failures


def sign_in(visitor: Visitor, data: Path) -> str:
    """Sign in as the CISO of the demo company and return the first page."""
    email, password = ciso(data / serving.ACCOUNTS_FILE)
    path, text = visitor.get("/sign-in")
    page = Page(text)
    fields = page.form_with_password()
    for name in fields:
        if page.kinds[name] == "password":
            fields[name] = password
        elif page.kinds[name] in {"email", "text"}:
            fields[name] = email
    path, text = visitor.post(path, fields)
    if any(kind == "password" for kind in Page(text).kinds.values()):
        raise SetUpFailed(f"The demo sign-in of {email} was refused.")
    say(f"  signed in as {email}")
    return text if path == "/" else visitor.get("/")[1]


def ciso(accounts: Path) -> tuple[str, str]:
    """Read address and password of the CISO from the demo sign-ins."""
    for line in accounts.read_text(encoding="utf-8").splitlines():
        if line.startswith("ciso "):
            _, email, password = line.split()
            return email, password
    raise SetUpFailed(f"{accounts} names no CISO.")
