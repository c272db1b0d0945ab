"""Journals of a Pinge without a fault, made up step by step: what the checker must let pass."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from tests.faults.evidence import Device, Evidence, Row
from tests.faults.journal import Entry

TALK = "talk"
DEVICES = [
    Device("ann.1", "ann"),
    Device("ann.2", "ann"),
    Device("ben.1", "ben"),
    Device("cat.1", "cat"),
    Device("cat.2", "cat", is_plain=True),
]


class Forge:
    """A conversation of three, of whom one comes and goes; every line takes a second."""

    def __init__(self) -> None:
        self._clock, self._ids, self._sockets = count(), count(1), count(1)
        self.entries: list[Entry] = []
        self.rows: list[Row] = []
        self.members = {"ann", "ben", "cat"}
        self._socket: dict[Device, int] = {}
        self._heard: dict[Device, int] = dict.fromkeys(DEVICES, 0)
        self._read: dict[str, int] = defaultdict(int)
        for device in DEVICES:
            self._open(device)

    def evidence(self) -> Evidence:
        """Everything as it is once every device has everything."""
        for device in DEVICES:
            self.hear(device, len(self.rows))
        unread = {
            (user, TALK): sum(r.sender != user for r in self.rows[self._read[user] :])
            for user in self.members
        }
        return Evidence(
            self.entries, DEVICES, {TALK: {"ann", "ben", "cat"}}, {TALK: self.rows}, unread
        )

    def send(self, device: Device, tries: int) -> None:
        """Say something; the first answers are lost, and all tries are one message."""
        if device.user in self.members:
            intent = self._intent()
            self._note(device, "send", "invoke", client_id=intent)
            place = len(self.rows) + 1
            self.rows.append(Row(place, self._rev(), intent, device.user, intent))
            for _ in range(tries % 3):
                self._note(device, "send", "info", client_id=intent)
            self._note(device, "send", client_id=intent, message_id=intent, seq=place)

    def refuse(self, device: Device, _: int) -> None:
        """Something that may not be said."""
        intent = self._intent()
        self._note(device, "send", "invoke", client_id=intent)
        self._note(device, "send", "fail", client_id=intent, status=403)

    def hear(self, device: Device, most: int) -> None:
        """Be told the next messages; its own a device knows."""
        for row in self.rows[self._heard[device] :][:most]:
            if device.user not in self.members:
                return
            self._heard[device] = row.seq
            if not (device.is_plain and row.sender == device.user):
                self._tell(device, row)

    def come_back(self, device: Device, way: int) -> None:
        """Lose the socket and open another one, which makes up for what was missed."""
        self._note(device, "closed", socket=self._socket[device])
        if way % 3 == 0 and not device.is_plain and device.user in self.members:
            self._note(device, "limited", seq=len(self.rows))
            for row in self.rows[self._heard[device] :]:
                self._note(device, "fetched", message_id=row.message_id, seq=row.seq)
            self._heard[device] = len(self.rows)
        self._open(device)

    def mark(self, device: Device, what: int) -> None:
        """Mark what this device has as delivered or read, and tell the others."""
        if device.user not in self.members or device.is_plain:
            return
        seq, op = self._heard[device], ("read", "delivered")[what % 2]
        self._note(device, op, "invoke", seq=seq)
        self._note(device, op, seq=seq)
        if op == "read":
            self._read[device.user] = max(self._read[device.user], seq)
            seq = self._read[device.user]
        for other in DEVICES if op == "read" else ():
            if other.user in self.members - {device.user} and not other.is_plain:
                self._note(other, "told_read", seq=seq, about=device.user)

    def log_out(self, device: Device, _: int = 0) -> None:
        """End the session, be cut off, and come back with another one."""
        self._note(device, "logout", "invoke")
        self._note(device, "logout")
        self._note(device, "closed", socket=self._socket[device])
        self._note(device, "login")
        self._open(device)

    def leave(self, *_: object) -> None:
        """Cat is shown out."""
        if "cat" in self.members:
            self._note(DEVICES[0], "remove", "invoke", about="cat")
            self.members.remove("cat")
            self._note(DEVICES[0], "remove", about="cat")
            for device in DEVICES[3:]:
                self._note(device, "gone")

    def join(self, *_: object) -> None:
        """Cat is let in again, with nothing unread."""
        if "cat" not in self.members:
            self._note(DEVICES[0], "add", "invoke", about="cat")
            self.members.add("cat")
            self._read["cat"] = len(self.rows)
            self._note(DEVICES[0], "add", about="cat")
            for device in DEVICES[3:]:
                self._heard[device] = len(self.rows)
                self._note(device, "joined", seq=len(self.rows))

    def _open(self, device: Device) -> None:
        self._socket[device] = next(self._sockets)
        self._note(device, "opened", socket=self._socket[device])
        if not device.is_plain and device.user in self.members:
            self.hear(device, len(self.rows))
            self._note(device, "resumed", seq=len(self.rows))

    def _tell(self, device: Device, row: Row) -> None:
        said: dict[str, Any] = {"message_id": row.message_id, "socket": self._socket[device]}
        if not device.is_plain:
            said |= {"seq": row.seq, "rev": row.rev}
        self._note(device, "heard", **said)

    def _note(self, device: Device, op: str, type: str = "ok", **more: Any) -> None:
        entry = Entry(float(next(self._clock)), device.name, device.user, op, type, TALK)
        self.entries.append(entry._replace(**more))

    def _intent(self) -> str:
        return str(UUID(int=next(self._ids)))

    def _rev(self) -> int:
        return 2 * len(self.rows) + 3  # dense they are not: other changes take revs too


STEPS = (
    *(Forge.send, Forge.send, Forge.hear, Forge.hear, Forge.come_back, Forge.mark),
    *(Forge.refuse, Forge.leave, Forge.join, Forge.log_out),
)


@st.composite
def good_evidence(draw: st.DrawFn) -> Evidence:
    """Evidence of a run in which all went well, with something of every kind in it."""
    forge = Forge()
    ann, _, ben, cat, _ = DEVICES
    for device in (ann, ben, cat, ann, ben):
        forge.send(device, tries=1)
        forge.hear(ann, 1)
    forge.refuse(ben, 0)
    forge.evidence()  # so far everybody has everything
    for device, what in ((ben, 0), (cat, 1), (ann, 0)):
        forge.mark(device, what)
    forge.log_out(ben)
    forge.leave()
    forge.send(ann, tries=0)
    forge.join()
    step = st.tuples(st.sampled_from(STEPS), st.sampled_from(DEVICES), st.integers(0, 9))
    for act, device, how in draw(st.lists(step, max_size=30)):
        act(forge, device, how)
    forge.send(ann, tries=0)
    forge.send(ben, tries=0)
    return forge.evidence()
