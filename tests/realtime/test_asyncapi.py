"""The AsyncAPI document: whole, sound, and of all that is said over a socket."""

from __future__ import annotations

import re
from pathlib import Path

from pinge.realtime.commands import COMMANDS
from tests.frames import frames

README = Path(__file__).parents[2] / "README.md"


def referred(tree):
    """Every reference in it."""
    if isinstance(tree, dict):
        if isinstance(tree.get("$ref"), str):
            yield tree["$ref"]
        for part in tree.values():
            yield from referred(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from referred(part)


def found(document, reference):
    for step in reference.removeprefix("#/").split("/"):
        document = document[step]
    return document


async def test_it_is_served_as_version_3_for_the_host_that_was_asked(pinge):
    answer = await pinge.call("GET", "/asyncapi.json")

    assert answer.status == 200
    assert answer.body["asyncapi"] == "3.0.0"
    host = answer.body["servers"]["here"]["host"]
    assert pinge.url == f"http://{host}"
    assert answer.body["channels"] == frames().document["channels"]


def test_every_reference_leads_somewhere():
    document = frames().document

    assert len(set(referred(document))) > 50
    for reference in set(referred(document)):
        assert found(document, reference), reference


async def test_every_command_is_in_it_with_its_answers(pinge):
    operations = frames().document["operations"]

    for kind, declared in pinge.app[COMMANDS]:
        assert operations[kind]["action"] == "receive"
        assert operations[kind]["summary"]
        replies = {
            message["$ref"].rpartition("/")[2] for message in operations[kind]["reply"]["messages"]
        }
        assert replies == {"error", f"ack_{kind}", *declared.tells}
        assert (f"plain_{kind}" in operations) == declared.plain


def test_what_the_server_tells_is_what_it_answers_and_no_command():
    document = frames().document
    for channel, tell in (("pinge.v1", "tell"), ("plain", "plain_tell")):
        told = {
            message["$ref"].rpartition("/")[2]
            for message in document["operations"][tell]["messages"]
        }
        heard = {
            message["$ref"].rpartition("/")[2]
            for name, operation in document["operations"].items()
            if operation["action"] == "receive" and operation["channel"]["$ref"].endswith(channel)
            for message in operation["messages"]
        }
        assert told | heard == set(document["channels"][channel]["messages"])
        assert told & heard == set()


def test_plain_sockets_are_told_the_contracts_fields_and_no_more():
    shape = frames().document["components"]["schemas"]["PlainNewDirectMessageEvent"]

    assert sorted(shape["properties"]) == [
        "content",
        "message_id",
        "sender_id",
        "sender_name",
        "sent_at",
        "total_unread",
    ]
    assert shape["additionalProperties"] is False


def test_the_readme_names_every_event_and_every_command():
    named = set(re.findall(r"`([a-z_]+)`", README.read_text(encoding="utf-8")))
    described = {
        message["name"]
        for name, message in frames().document["components"]["messages"].items()
        if not name.startswith("ack_")
    }

    assert described - named == set()
