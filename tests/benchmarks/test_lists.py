"""How fast pages come over HTTP with 10,000 vendors and 100,000 flows; run with `./test --bench`.

A real server (waitress, as `./run` starts it) on a register made by the generator. Each page is asked for 60 times after
three to warm up, one after the other; told are median, 95th percentile and the processor time of the server. On a busy
machine believe the processor time: waiting for a core is not the page's.
"""

import http.cookiejar
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers import free_port

pytestmark = pytest.mark.bench

ROOT = Path(__file__).resolve().parents[2]
VENDORS, FLOWS = 10_000, 100_000
ROUNDS = 60
P95_LIMIT_MS = 150
GENERATE_LIMIT_S = 60
LISTS = (
    "/vendors",
    "/vendors?q=ma",
    "/vendors?lifecycle=active&sort=-name&page=40",
    "/vendors?country=DE&relationship=direct",
    "/flows",
    "/flows?q=V-00&sort=-code&page=100",
    "/flows?storage=bulk&protection=none",
    "/access",
    "/systems",
    "/datasets",
)
MAPS = (
    "/datamap",
    "/datamap?at=V-0002&way=reaches",
    "/datamap?at=V-0002&way=comes",
    "/datamap?category=user.financial",
)


@dataclass
class Site:
    """A running registry, and a browser signed in to it."""

    url: str
    pid: int
    opener: urllib.request.OpenerDirector

    def get(self, path: str) -> float:
        """Ask for a page; return the milliseconds it took."""
        began = time.perf_counter()
        with self.opener.open(f"{self.url}{path}", timeout=60) as answer:
            answer.read()
            assert answer.status == 200
        return (time.perf_counter() - began) * 1000

    def processor_ms(self) -> float:
        """Return the processor time the server has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def run(*command: str, data: Path) -> None:
    variables = {**os.environ, "REGISTRY_DATA_DIR": str(data), "REGISTRY_DEMO": "1"}
    subprocess.run([sys.executable, "-m", "flask", "--app", "registry", *command], env=variables, cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float, float]:
    """A large register; with the seconds, and the processor seconds, that making it took."""
    data = tmp_path_factory.mktemp("large")
    run("db", "upgrade", data=data)
    began, used = time.perf_counter(), os.times()
    run("demo", "--vendors", str(VENDORS), "--flows", str(FLOWS), "--seed", "1", data=data)
    now = os.times()
    processor = now.children_user + now.children_system - used.children_user - used.children_system
    return data, time.perf_counter() - began, processor


@pytest.fixture(scope="module")
def site(folder: tuple[Path, float, float]) -> Iterator[Site]:
    """The large register served by waitress, and its CISO signed in."""
    data, port = folder[0], free_port()
    variables = {**os.environ, "REGISTRY_DATA_DIR": str(data), "REGISTRY_DEMO": "1"}
    command = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "--threads=8", "registry.wsgi:app"]
    with (data / "served.log").open("wb") as log:
        server = subprocess.Popen(command, env=variables, cwd=ROOT, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url)
            yield Site(url, server.pid, signed_in(url, data))
        finally:
            server.terminate()
            server.wait(30)


def wait_for(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not start")


def signed_in(url: str, data: Path) -> urllib.request.OpenerDirector:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    found = re.search(r"^ciso\s+(\S+)\s+(\S+)", (data / "demo-accounts.txt").read_text(), re.MULTILINE)
    assert found
    with opener.open(f"{url}/sign-in") as form:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.read().decode())
    assert token
    filled = {"csrf_token": token.group(1), "email": found.group(1), "password": found.group(2)}
    with opener.open(f"{url}/sign-in", urllib.parse.urlencode(filled).encode()) as answer:
        assert "/sign-in" not in answer.url
    return opener


def measure(site: Site, path: str) -> float:
    for _ in range(3):
        site.get(path)
    used = site.processor_ms()
    times = sorted(site.get(path) for _ in range(ROUNDS))
    processor = (site.processor_ms() - used) / ROUNDS
    p95 = times[int(ROUNDS * 0.95) - 1]
    load = os.getloadavg()[0]
    print(
        f"{path:<50} median {statistics.median(times):6.0f} ms  p95 {p95:6.0f} ms  processor {processor:6.0f} ms  load {load:.1f}"
    )
    return p95


def test_a_register_of_ten_thousand_vendors_is_made_in_a_minute(folder: tuple[Path, float, float]) -> None:
    _, seconds, processor = folder
    print(f"\n{VENDORS:,} vendors, {FLOWS:,} flows made in {seconds:.0f} s, {processor:.0f} s of processor time")
    assert seconds < GENERATE_LIMIT_S


@pytest.mark.parametrize("path", LISTS)
def test_a_list_page_comes_within_150_ms(site: Site, path: str) -> None:
    assert measure(site, path) <= P95_LIMIT_MS


@pytest.mark.parametrize("path", MAPS)
def test_the_map_of_a_large_register_opens_within_a_second(site: Site, path: str) -> None:
    assert measure(site, path) <= 1000
