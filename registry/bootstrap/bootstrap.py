"""Start the registry or its tests on a machine that has only Python: `./run` and `./test` come here.

This one file must be readable by any Python 3, so that an old one answers with a sentence and not with a
traceback: no annotations, nothing newer than Python 3.4. All else lives in the modules beside it.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 14)  # the compiled dependencies of the lock have wheels up to here
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14")

TOO_OLD = """\
The registry needs Python {0}.{1} to {2}.{3}; this is Python {4}.{5} ({6}).
Install one of them beside it, for example `apt-get install python3.13`, `dnf install python3.12`
or `brew install python@3.13`, so that it can be called as {7}; then start again.
"""


def suits(version):
    """Say whether a Python of this version can run the registry."""
    return OLDEST <= tuple(version[:2]) <= NEWEST


def find_python():
    """Return the path of a Python that suits, or None; each is asked, since a name may be an empty shim."""
    question = "import sys, venv; print(sys.executable); print(*sys.version_info[:2])"
    for name in NAMES:
        try:
            answer = subprocess.check_output([name, "-c", question], stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            continue
        executable, version = answer.decode().splitlines()
        if suits([int(part) for part in version.split()]):
            return executable
    return None


def main(arguments):
    """Run `arguments` here when this Python suits, else with one that does."""
    if suits(sys.version_info):
        import commands

        return commands.main(arguments)
    python = find_python()
    if python:
        os.execv(python, [python, os.path.abspath(__file__)] + arguments)
    names = ", ".join(NAMES[:-1]) + " or " + NAMES[-1]
    sys.stderr.write(TOO_OLD.format(*(OLDEST + NEWEST + tuple(sys.version_info[:2]) + (sys.executable, names))))
    return 1


if __name__ == "__main__":
    sys.dont_write_bytecode = True  # the folder may be read-only, or belong to someone else
    sys.exit(main(sys.argv[1:]))
