"""Run the web server and the scheduler side by side until Ctrl-C, with tables and demo data made before."""

import errno
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import database
from environment import ROOT, SetUpFailed, say

LOOPBACK = ("127.0.0.1", "::1", "localhost")
ACCOUNTS_FILE = "demo-accounts.txt"
COMMAND_LINE = Path(__file__).parent / "command_line.py"
PORTS_TRIED = 50
START_LIMIT_S = 90
STOP_LIMIT_S = 10


@dataclass(frozen=True)
class Place:
    """Where to serve what; port 0 is any free one."""

    host: str
    port: int
    data: Path
    wants_demo: bool


@dataclass(frozen=True)
class Server:
    """A running registry."""

    url: str
    processes: dict[str, subprocess.Popen[bytes]]


def run(python: Path, place: Place) -> int:
    """Serve until Ctrl-C, or until a process ends by itself."""
    with running(python, place) as server:
        print(welcome(server.url, place.data), flush=True)
        try:
            ended = first_to_end(server)
        except KeyboardInterrupt:
            say("\nStopping ...")
            return 0
        say(f"The {ended} ended by itself; its last lines above say why. Stopping the rest.")
        return 1


@contextmanager
def running(python: Path, place: Place) -> Iterator[Server]:
    """Start everything, hand over when pages are served, and stop everything in the end."""
    if place.wants_demo and place.host not in LOOPBACK:
        raise SetUpFailed(
            f"The demo company has sign-ins that everyone can read, so it is not shown on {place.host}.\n"
            "Start with --no-demo (and REGISTRY_SECRET_KEY set), or leave --host out."
        )
    prepared = prepare(python, place)
    port = free_port(place.host, place.port)
    address = f"[{place.host}]" if ":" in place.host else place.host
    url = f"http://{address}:{port}"
    prepared.setdefault("REGISTRY_PUBLIC_URL", url)
    listen = f"--listen={address}:{port}"
    commands = {"web server": [str(python), "-m", "waitress", listen, "--threads=8", "registry.wsgi:app"]}
    if (ROOT / "registry" / "cli" / "scheduler.py").exists():
        commands["scheduler"] = flask_command(python, ["scheduler", "run"])
    processes: dict[str, subprocess.Popen[bytes]] = {}
    with interrupts_by_signal():
        try:
            for name, command in commands.items():
                # A group of their own: Ctrl-C comes to us alone, and we stop them in order.
                processes[name] = subprocess.Popen(command, cwd=ROOT, env=prepared, process_group=0)
            server = Server(url=url, processes=processes)
            wait_until_served(server)
            yield server
        finally:
            stop(processes)


def prepare(python: Path, place: Place) -> dict[str, str]:
    """Make or upgrade the tables, fill in the demo company on the first start, return the variables to serve with."""
    place.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    prepared = variables(place.data)
    prepared["REGISTRY_BIND"] = place.host
    if not database.is_current(place.data, prepared):
        upgrade(python, prepared)
    accounts = place.data / ACCOUNTS_FILE
    if place.wants_demo and not accounts.exists():
        flask(python, prepared, ["demo", "--if-empty"], "fill in the demo company")
    if place.wants_demo and accounts.exists():
        prepared["REGISTRY_DEMO"] = "1"
    elif place.wants_demo:
        say("The register in this folder was begun without the demo company; it is served without demo mode.")
    return prepared


def variables(data: Path) -> dict[str, str]:
    """Return the environment of every command on this data folder."""
    return {**os.environ, "REGISTRY_DATA_DIR": str(data)}


def upgrade(python: Path, prepared: dict[str, str]) -> None:
    """Bring the tables to the newest revision."""
    flask(python, prepared, ["db", "upgrade"], "make the tables")


def flask_command(python: Path, arguments: list[str]) -> list[str]:
    """Return how the Flask command line is called: as `./run`, and with no module taken from the current folder."""
    return [str(python), "-P", str(COMMAND_LINE), "--app", str(ROOT / "registry"), *arguments]


def flask(python: Path, prepared: dict[str, str], arguments: list[str], aim: str) -> None:
    """Run one command of the application, with its output on stderr."""
    if subprocess.run(flask_command(python, arguments), env=prepared, stdout=2, check=False).returncode != 0:
        raise SetUpFailed(f"Could not {aim}; the lines above say why.")


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or the next one that is free; say so when it is another."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wanted, wanted + PORTS_TRIED):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free for a server
            try:
                probe.bind((host, port))
            except PermissionError as error:
                raise SetUpFailed(
                    f"Port {port} may not be used by this user; choose one above 1023 with --port."
                ) from error
            except OSError as error:
                if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                    raise SetUpFailed(f"{host} is no address of this machine; choose one with --host.") from error
                continue
            if wanted and port != wanted:
                say(f"Port {wanted} is busy; taking {port}.")
            return int(probe.getsockname()[1])
    raise SetUpFailed(f"No free port from {wanted} to {wanted + PORTS_TRIED - 1}; choose another with --port.")


def wait_until_served(server: Server) -> None:
    """Wait for the first answer of the health check."""
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end:
        for name, process in server.processes.items():
            if process.poll() is not None:
                raise SetUpFailed(f"The {name} did not start; the lines above say why.")
        try:
            with urllib.request.urlopen(f"{server.url}/healthz", timeout=5):
                return
        except urllib.error.HTTPError:
            return  # it answers; what it says is for `/readyz` and the log
        except OSError:
            time.sleep(0.05)
    raise SetUpFailed(f"The web server did not answer within {START_LIMIT_S} s.")


def first_to_end(server: Server) -> str:
    """Wait until a process ends and return its name."""
    while True:
        for name, process in server.processes.items():
            if process.poll() is not None:
                return name
        time.sleep(0.3)


def stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask every process to leave, and end those that do not."""
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    for process in processes.values():
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def interrupts_by_signal() -> Iterator[None]:
    """Treat a polite kill and a closed terminal as Ctrl-C, so that the processes never outlive this one.

    Ctrl-C itself is named too: a shell starts background jobs with it switched off.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def welcome(url: str, data: Path) -> str:
    """Return what to show when pages are served."""
    lines = ["", f"  The registry is at {url}", ""]
    accounts = data / ACCOUNTS_FILE
    if accounts.exists():
        lines += ["  " + line for line in accounts.read_text(encoding="utf-8").splitlines()]
        lines += ["", f"  (also in {accounts})", ""]
    else:
        lines += ["  First sign-in: ./run user add creates an administrator.", ""]
    return "\n".join([*lines, "  Ctrl-C stops it."])
