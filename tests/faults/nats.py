"""A real NATS server for the nodes, and a wire to it that doubles and shuffles messages."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.faults.processes import Process, free_port
from tests.faults.proxy import Mangle, Proxy


def server(log: Path) -> tuple[Process, int] | None:
    """A server and its port; None where the program is not installed."""
    beside = shutil.which("nats-server", path=str(Path(sys.executable).parent))
    program = beside or shutil.which("nats-server")
    if program is None:
        return None
    port = free_port()
    command = [program, "--addr", "127.0.0.1", "--port", str(port)]
    return Process("NATS", command, log, {}), port


class Wire(Proxy):
    """Between the nodes and NATS: `shuffles` makes messages come twice and out of order."""

    def __init__(self, target: int, random: Random) -> None:
        self.shuffles = False
        super().__init__(target, lambda: shuffler(random, lambda: self.shuffles))


def shuffler(random: Random, is_on: Callable[[], bool]) -> Mangle:
    """Cuts what a NATS server says into its messages; one may be kept back until the next comes.

    Nothing but MSG is touched, and a message is passed on whole or kept whole.
    """
    rest = b""
    kept: list[bytes] = []

    def mangle(data: bytes) -> bytes:
        nonlocal rest
        units, rest = _units(rest + data)
        if not is_on() and not kept:
            return b"".join(units)
        messages = kept + [unit for unit in units if unit.startswith((b"MSG ", b"HMSG "))]
        others = [unit for unit in units if not unit.startswith((b"MSG ", b"HMSG "))]
        kept.clear()
        if is_on():
            messages += [message for message in messages if random.random() < 0.3]
            random.shuffle(messages)
            if messages and random.random() < 0.3:
                kept.append(messages.pop())
        return b"".join(others + messages)

    return mangle


def _units(said: bytes) -> tuple[list[bytes], bytes]:
    """The whole protocol messages, and what is left of one that is not all there."""
    units, at = [], 0
    while (line_end := said.find(b"\r\n", at)) >= 0:
        stop = line_end + 2
        if said.startswith((b"MSG ", b"HMSG "), at):
            stop += int(said[at:line_end].rpartition(b" ")[2]) + 2
        if stop > len(said):
            break
        units.append(said[at:stop])
        at = stop
    return units, said[at:]
