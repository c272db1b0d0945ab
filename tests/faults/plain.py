"""A client of the original Pinge: no commands, no places; it asks for what came since a message."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientWebSocketResponse

from tests.faults.device import HEARTBEAT, TIMEOUT, Device, Frame


class PlainDevice(Device):
    """It knows a message by its id alone, and how late it was sent."""

    is_plain = True

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._newest = ("", "")  # sent_at, message_id

    async def _handshake(self, door: str) -> ClientWebSocketResponse:
        known = {"since": self._newest[1]} if self._newest[1] else {}
        return await self.stage.client.ws_connect(
            f"{door}/ws",
            params={"token": self.token, **known},
            heartbeat=HEARTBEAT,
            timeout=TIMEOUT,
        )

    async def _greet(self, ws: ClientWebSocketResponse) -> None:
        """Nobody greets; who heard nothing yet reads what there is."""
        if not self._newest[1]:
            self.fetch_all()
        self._be_live()

    def _hear(self, frame: Frame) -> None:
        event, data = frame["event"], frame["data"]
        if event == "resync":
            self.note("resync")
            self.fetch_all()
        elif event in ("new_direct_message", "new_group_message"):
            name = self._name(data["group_id"]) if "group_id" in data else None
            told = {"message_id": data["message_id"], "conversation": name}
            self.note("heard", socket=self._socket, **told)
            self.stage.meter.arrived(data["message_id"])
            self._newest = max(self._newest, (data["sent_at"], data["message_id"]))
