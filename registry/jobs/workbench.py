"""Where long work is done: claims jobs into free places, watches the child processes, settles what they cannot."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from registry.core import jobrun
from registry.core.jobrun import LEASE, Claim, LostJob
from registry.core.jobs import kind_of
from registry.core.logs import get_logger

__all__ = ["Workbench"]

ROOT = Path(__file__).resolve().parents[2]
RENEWED_EVERY_S = LEASE.total_seconds() / 4
STOPPED_WITHIN_S = 10.0  # a job that is to stop looks up in time, or its process is ended
PLACES = 2  # a long simulation must not hold up a short export
PROGRAM = (sys.executable, "-m", "flask", "--app", "registry", "scheduler", "job")
log = get_logger(__name__)


@dataclass(slots=True)
class _Place:
    """A child at work."""

    claim: Claim
    process: subprocess.Popen[bytes]
    renewed_at: float = field(default_factory=time.monotonic)
    unwanted_at: float | None = None


class Workbench:
    """The jobs this process has claimed; `turn()` is called every second and never waits."""

    def __init__(
        self, *, places: int = PLACES, environment: Mapping[str, str] | None = None, program: tuple[str, ...] = PROGRAM
    ) -> None:
        self._free = places
        self._program = program
        self._environment = {**(environment or os.environ), "PYTHONPATH": str(ROOT)}
        self._places: list[_Place] = []

    @property
    def is_idle(self) -> bool:
        """Whether nothing is at work here."""
        return not self._places

    def turn(self) -> None:
        """Look after every child, then claim what there is room for."""
        for place in list(self._places):
            if place.process.poll() is not None:
                self._reap(place)
            else:
                self._watch(place)
        while len(self._places) < self._free and (claim := jobrun.claim_next()):
            self._begin(claim)

    def stop(self, within_s: float = 5.0) -> None:
        """Let what is nearly done end, and hand the rest back to the queue."""
        end = time.monotonic() + within_s
        while self._places and time.monotonic() < end:
            for place in [each for each in self._places if each.process.poll() is not None]:
                self._reap(place)
            time.sleep(0.05)
        for place in list(self._places):
            self._end(place)
            self._close(place)
            jobrun.hand_back(place.claim)
            log.info("job_handed_back", job=place.claim.job_id)

    def _begin(self, claim: Claim) -> None:
        kind = kind_of(claim.kind)
        if kind is not None and claim.attempt > kind.attempts:
            # nobody lived to settle the last attempt: without this, a job that kills its machine would come back forever
            _settle(claim, f"Its process was ended {kind.attempts} times before it was done.")
            return
        command = [*self._program, str(claim.job_id), claim.token]
        process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdin=subprocess.PIPE)  # noqa: S603 -- ours
        self._places.append(_Place(claim, process))

    def _reap(self, place: _Place) -> None:
        code = place.process.returncode
        if code != 0:
            log.error("job_process_ended", job=place.claim.job_id, code=code)
            how = f"by signal {-code}" if code < 0 else f"with code {code}"
            _settle(place.claim, f"Its process ended {how} in attempt {place.claim.attempt}; the log says more.")
        self._close(place)

    def _watch(self, place: _Place) -> None:
        now = time.monotonic()
        if now - place.renewed_at >= RENEWED_EVERY_S:
            if not jobrun.keep(place.claim):
                log.warning("job_lost", job=place.claim.job_id)
                self._end(place)
                self._close(place)
                return
            place.renewed_at = now
        if place.unwanted_at is None and not jobrun.is_wanted(place.claim):
            place.unwanted_at = now
        if place.unwanted_at is not None and now - place.unwanted_at > STOPPED_WITHIN_S:
            self._end(place)

    def _close(self, place: _Place) -> None:
        assert place.process.stdin is not None
        place.process.stdin.close()
        self._places.remove(place)

    @staticmethod
    def _end(place: _Place) -> None:
        place.process.kill()
        place.process.wait()


def _settle(claim: Claim, reason: str) -> None:
    try:
        jobrun.fail(claim, reason)
    except LostJob:
        log.warning("job_lost", job=claim.job_id)
