"""The child process that reads an untrusted file: `python -m importers MEMORY_BYTES CPU_SECONDS`.

The request comes pickled on standard input from the parent, which is trusted; the answer goes pickled to standard
output, where the parent takes nothing but facts, problems and plain values from it (`importers.apart`). How far it is
goes as lines to standard error.
"""

import gc
import os
import pickle
import sys
import time

TOLD_EVERY_S = 0.2


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Set limits that this process cannot raise; where the system has none, the parent's clock remains."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):  # macOS refuses a limit on address space
            continue


class _Teller:
    """Writes how far the reading is, a few times a second."""

    def __init__(self) -> None:
        self.told_at = 0.0

    def __call__(self, share: float, words: str) -> None:
        now = time.monotonic()
        if now - self.told_at >= TOLD_EVERY_S:
            self.told_at = now
            sys.stderr.write(f"progress {share:.3f} {words}\n")
            sys.stderr.flush()


def main() -> None:
    """Read one request, answer it, leave."""
    # Threads of numeric libraries would reserve address space for nothing.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    answer_to = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # A process of a few seconds that makes a million lasting objects gains nothing from looking for cycles.
    gc.disable()
    from importers.progress import heard
    from importers.readers import run

    reader, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301, written by the parent process
    with heard(_Teller()):
        result = run(reader, arguments)
    with answer_to:
        pickle.dump(result, answer_to, protocol=5)


if __name__ == "__main__":
    main()
