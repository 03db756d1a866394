"""Mail servers for tests: one that keeps what it accepts, and one that follows a script of faults."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller


class Keeper:
    """Counts accepted mails by Message-ID; may take its time before it answers."""

    def __init__(self, pause_s: float = 0.0) -> None:
        self.accepted: Counter[str] = Counter()
        self.recipients: dict[str, str] = {}
        self.pause_s = pause_s

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        import asyncio

        lines = envelope.content.split(b"\r\n")
        (line,) = [line for line in lines if line.lower().startswith(b"message-id:")]
        name = line.partition(b":")[2].strip().decode()
        if not name:
            name = lines[lines.index(line) + 1].strip().decode()
        self.accepted[name] += 1
        self.recipients[name] = envelope.rcpt_tos[0]
        if self.pause_s:
            await asyncio.sleep(self.pause_s)
        return "250 kept"


@contextmanager
def keeping(keeper: Keeper, **options: Any) -> Iterator[int]:
    """Run a server; yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(keeper, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


class Script(threading.Thread):
    """A server that answers one connection after the other as a script says: command -> answer, or a fault.

    `drop` closes the connection instead of an answer; `hang` says nothing for a while.
    """

    def __init__(self, answers: dict[str, str], hang_s: float = 2.0) -> None:
        super().__init__(daemon=True)
        self._answers, self._hang_s = answers, hang_s
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.start()

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self._talk(connection)

    def close(self) -> None:
        """Take no more connections."""
        self._socket.close()

    def _talk(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        if not self._say(connection, self._answers.get("greeting", "220 here")):
            return
        in_data = False
        for raw in lines:
            line = raw.decode("ascii", "replace").strip()
            if in_data:
                if raw != b".\r\n":
                    continue
                in_data, verb = False, "dot"
            else:
                verb = line.partition(" ")[0].upper()
            answer = self._answers.get(verb, "354 go on" if verb == "DATA" else "250 ok")
            if not self._say(connection, answer):
                return
            in_data = verb == "DATA" and answer.startswith("354")

    def _say(self, connection: socket.socket, answer: str) -> bool:
        if answer == "drop":
            connection.shutdown(socket.SHUT_RDWR)
            return False
        if answer == "hang":
            time.sleep(self._hang_s)
            return False
        connection.sendall(answer.encode() + b"\r\n")
        return True
