"""Every frame a test hears is held against the AsyncAPI document."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs

from pinge import app
from pinge.realtime import asyncapi
from pinge.realtime.commands import CommandTable

Frame = dict[str, Any]


class Frames:
    """The document of one table of commands, and what it says of each frame."""

    def __init__(self, table: CommandTable) -> None:
        self.document = asyncapi.document(table)
        self._known: dict[str, jsonschema_rs.Validator] = {}

    def check(self, frame: Frame, *, v1: bool, command: str | None = None) -> None:
        """AssertionError with what is wrong with a server's frame; `command` is what it answers."""
        name = f"ack_{command}" if frame["event"] == "ack" and command else frame["event"]
        if name == "ack":  # of which command is not known here
            return
        message = name if v1 else f"plain_{name}"
        assert message in self.document["components"]["messages"], f"{message} is not described"
        wrong = [str(error) for error in self._validator(message).iter_errors(frame)]
        assert not wrong, (frame, wrong)

    def _validator(self, message: str) -> jsonschema_rs.Validator:
        if message not in self._known:
            reference = {"$ref": f"#/components/messages/{message}/payload"}
            whole = reference | {"components": self.document["components"]}
            self._known[message] = jsonschema_rs.validator_for(whole, validate_formats=True)
        return self._known[message]


@cache
def frames() -> Frames:
    """Those of the service as it is; made once, which takes a tenth of a second."""
    return Frames(app.commands_of_all())
