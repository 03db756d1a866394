"""The portfolio on two real worker processes: bit for bit as here, also when one of them is killed in the middle."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry.cli.portfolio import portfolio as command
from registry.core.cluster import ClusterUnavailable, connected
from registry.demo.generator import generate
from registry.domain.portfolio.portfolio import Question, portfolio
from registry.reference.load import shipped_parameters
from reports.register_file import write
from tests.domain.registers import TODAY

ROOT = Path(__file__).parents[2]
FEW_SETS = (("constant.parameter_sets", "3"), ("constant.worlds_per_parameter_set", "128"))
PAUSE = 60.0

pytestmark = pytest.mark.slow


class Cluster:
    """A scheduler and two workers, each a process of its own; without nannies, so what is killed stays dead."""

    def __init__(self, folder):
        self.file = folder / "scheduler.json"
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "1h"}
        self.scheduler = self._start("dask_scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1")
        wait_for(self.file.exists)
        self.workers = [
            self._start(
                "dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)
            )
            for _ in range(2)
        ]
        self.address = json.loads(self.file.read_text())["address"]

    def _start(self, module, *options):
        line = [sys.executable, "-m", f"distributed.cli.{module}", "--scheduler-file", str(self.file), *options]
        with (self.file.parent / f"{module}.log").open("ab") as log:
            return subprocess.Popen(line, env=self.environment, cwd=ROOT, stdout=log, stderr=log)

    def stop(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def wait_for(happened):
    until = time.monotonic() + PAUSE
    while not happened():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def register():
    return generate(vendors=60, flows=400, seed=3, today=TODAY)


@pytest.fixture
def cluster(tmp_path):
    running = Cluster(tmp_path)
    yield running
    running.stop()


def ask(register, **options):
    return portfolio(
        register, shipped_parameters(), Question(as_of=TODAY, years=2048, overrides=FEW_SETS), **options
    )  # fmt: skip


def test_two_workers_give_the_digits_of_this_machine(cluster, register, tmp_path):
    local = ask(register)
    with connected(cluster.address) as crew:
        wait_for(lambda: len(crew._client.nthreads()) == 2)
        assert ask(register, crew=crew) == local
    path = tmp_path / "register.xlsx"
    path.write_bytes(write(register))
    options = [str(path), "--years", "640", "--no-band", "--as-of", str(TODAY), "--json", "-"]
    here = CliRunner().invoke(command, options)
    there = CliRunner().invoke(command, [*options, "--cluster", cluster.address])
    assert there.exit_code == 0, there.stderr
    assert there.stdout == here.stdout


@pytest.mark.parametrize("moment", [0.1, 0.6])
def test_a_worker_killed_in_the_middle_changes_nothing(cluster, register, moment):
    local = ask(register)
    killed = []

    def kill(done, total):
        if not killed and done >= moment * total:
            killed.append(done)
            os.kill(cluster.workers[0].pid, signal.SIGKILL)

    with connected(cluster.address) as crew:
        wait_for(lambda: len(crew._client.nthreads()) == 2)
        assert ask(register, crew=crew, progress=kill) == local
        assert len(crew._client.nthreads()) == 1
    assert killed


def test_a_graph_whose_only_holder_died_is_sent_again(cluster, register):
    local = ask(register)
    killed = []

    def kill(done, _total):
        if not killed and done:
            killed.append(done)
            cluster.workers[0].kill()
            cluster.workers[0].wait()
            cluster.workers[1] = cluster._start("dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard")

    cluster.workers[1].kill()
    cluster.workers[1].wait()
    with connected(cluster.address) as crew:
        wait_for(lambda: len(crew._client.nthreads()) == 1)
        assert ask(register, crew=crew, progress=kill) == local
    assert killed


def test_where_nobody_answers_is_told(monkeypatch):
    monkeypatch.setattr("registry.core.cluster._WAIT", 1)
    with pytest.raises(ClusterUnavailable, match="no Dask scheduler answers"), connected("tcp://127.0.0.1:1"):
        pass


def test_a_scheduler_without_workers_is_told(cluster, monkeypatch):
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    monkeypatch.setattr("registry.core.cluster._WAIT", 5)
    # the scheduler may not yet know that they are gone
    with pytest.raises(ClusterUnavailable, match="no worker|does not answer"), connected(cluster.address):
        pass


def test_workers_with_other_code_are_refused(cluster, monkeypatch):
    monkeypatch.setattr("registry.domain.__file__", str(ROOT / "registry" / "core" / "__init__.py"))
    with pytest.raises(ClusterUnavailable, match="other code"), connected(cluster.address):
        pass


def test_without_the_optional_packages_the_command_says_how_to_get_them(register, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    path = tmp_path / "register.xlsx"
    path.write_bytes(write(register))
    result = CliRunner().invoke(command, [str(path), "--cluster", "tcp://127.0.0.1:1"])
    assert result.exit_code == 2
    assert "pip install distributed" in result.stderr
