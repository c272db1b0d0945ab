"""HTTP face of messages."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from pinge.errors import Invalid
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, QUERY, endpoint, path_id
from pinge.http.scopes import Scope
from pinge.messages import (
    actions,
    deleting,
    editing,
    forwarding,
    forwarding_schemas,
    history,
    reading,
    reading_schemas,
    receipts,
    schemas,
)
from pinge.messages.commands import FORWARDING, SENDING

routes = web.RouteTableDef()


@routes.post("/messages/direct")
@endpoint(
    takes=schemas.SendDirectMessage(),
    gives=schemas.DirectMessage(),
    status=201,
    scope=Scope.MESSAGES_WRITE,
    limit=SENDING,
    errors=(400, 403, 404, 409),
)
async def send_direct(request: web.Request) -> web.Response:
    """Say something to a contact."""
    sent = request[BODY] | {"client_id": _client_id(request)}
    written = await (await actions.send_direct(request.app, request[CALLER], **sent))
    return answer(await actions.direct_message(request.app, written), status=201)


@routes.post("/messages/groups/{group_id}/messages")
@endpoint(
    takes=schemas.SendGroupMessage(),
    gives=schemas.GroupMessage(),
    scope=Scope.MESSAGES_WRITE,
    limit=SENDING,
    errors=(400, 403, 404, 409),
)
async def send_to_group(request: web.Request) -> web.Response:
    """Say something in a group."""
    group_id = path_id(request, "group_id")
    sent = request[BODY] | {"client_id": _client_id(request)}
    queued = await actions.send_to_group(request.app, request[CALLER], group_id=group_id, **sent)
    return answer(await actions.group_message(request.app, await queued))


@routes.post("/messages/saved")
@endpoint(
    takes=schemas.SendGroupMessage(),
    gives=schemas.Message(),
    status=201,
    scope=Scope.MESSAGES_WRITE,
    limit=SENDING,
    errors=(404, 409),
)
async def save(request: web.Request) -> web.Response:
    """Keep something for myself."""
    sent = request[BODY] | {"client_id": _client_id(request)}
    queued = await actions.send_to_oneself(request.app, request[CALLER], **sent)
    return answer(await actions.saved_message(request.app, await queued), status=201)


@routes.post("/messages/forward")
@endpoint(
    takes=forwarding_schemas.Forward(),
    gives=forwarding_schemas.ForwardOutcomes(),
    scope=Scope.MESSAGES_WRITE,
    limit=FORWARDING,
    errors=(400, 404),
)
async def forward(request: web.Request) -> web.Response:
    """Say messages of one conversation again in others; what became of each of these."""
    asked = request[BODY] | {"client_id": _client_id(request)}
    return answer(await forwarding.forward(request.app, request[CALLER], **asked))


@routes.get("/messages/direct/{contact_id}")
@endpoint(
    query=schemas.Page(),
    gives=schemas.DirectMessage(),
    many=True,
    scope=Scope.MESSAGES_READ,
    errors=(400,),
)
async def direct_history(request: web.Request) -> web.Response:
    """What we said, newest first."""
    contact_id = path_id(request, "contact_id")
    return answer(await history.direct(request.app, request[CALLER], contact_id, **_page(request)))


@routes.get("/messages/groups/{group_id}/messages")
@endpoint(
    query=schemas.Page(),
    gives=schemas.GroupMessage(),
    many=True,
    scope=Scope.MESSAGES_READ,
    errors=(400, 403),
)
async def group_history(request: web.Request) -> web.Response:
    """What was said in a group, newest first."""
    group_id = path_id(request, "group_id")
    return answer(await history.of_group(request.app, request[CALLER], group_id, **_page(request)))


@routes.get("/conversations/{conversation_id}/messages")
@endpoint(
    query=schemas.Place(),
    gives=schemas.ConversationPage(),
    scope=Scope.MESSAGES_READ,
    errors=(400, 403),
)
async def conversation_history(request: web.Request) -> web.Response:
    """What was said in a conversation of either kind, newest first, at any place of it."""
    conversation_id = path_id(request, "conversation_id")
    return answer(
        await history.page(request.app, request[CALLER], conversation_id, **request[QUERY])
    )


@routes.patch("/messages/{message_id}")
@endpoint(
    takes=schemas.Edit(),
    gives=schemas.Message(),
    scope=Scope.MESSAGES_WRITE,
    limit=SENDING,
    errors=(400, 403, 404, 409),
)
async def edit(request: web.Request) -> web.Response:
    """Let a message of mine say something else; a 409 brings it as it is now, as `current`."""
    message_id = path_id(request, "message_id")
    return answer(
        await editing.edit(request.app, request[CALLER], message_id=message_id, **request[BODY])
    )


@routes.delete("/messages/{message_id}")
@endpoint(
    query=schemas.Deletion(),
    gives=schemas.Deleted(),
    scope=Scope.MESSAGES_WRITE,
    limit=SENDING,
    errors=(400, 403, 404),
)
async def delete(request: web.Request) -> web.Response:
    """Delete a message for everyone, or with `scope=me` for myself."""
    message_id, scope = path_id(request, "message_id"), request[QUERY]["scope"]
    gone = await deleting.SCOPES[scope](request.app, request[CALLER], message_id=message_id)
    return answer({"message": f"Deleted for {scope}", **gone})


@routes.get("/messages/{message_id}/versions")
@endpoint(gives=schemas.Version(), many=True, scope=Scope.MESSAGES_READ, errors=(400, 404))
async def versions(request: web.Request) -> web.Response:
    """What a message says and what it said before it was edited, newest first."""
    message_id = path_id(request, "message_id")
    return answer(await editing.versions(request.app, request[CALLER], message_id))


@routes.get("/messages/unread")
@endpoint(gives=schemas.UnreadMessage(), many=True, scope=Scope.MESSAGES_READ)
async def unread(request: web.Request) -> web.Response:
    """What I received and did not read, newest first."""
    return answer(await reading.unread(request.app, request[CALLER]))


@routes.get("/messages/unread/count")
@endpoint(gives=reading_schemas.UnreadSummary(), scope=Scope.MESSAGES_READ)
async def unread_count(request: web.Request) -> web.Response:
    """How much is unread, of whom and where."""
    return answer(await reading.unread_summary(request.app, request[CALLER]))


@routes.post("/messages/mark-read")
@endpoint(
    takes=reading_schemas.MarkRead(),
    gives=reading_schemas.Marked(),
    scope=Scope.MESSAGES_WRITE,
    errors=(404, 409),
)
async def mark_read(request: web.Request) -> web.Response:
    """Mark some messages as read, and no others."""
    return _marked(await reading.mark_read(request.app, request[CALLER], **request[BODY]))


@routes.post("/messages/mark-read/contact/{contact_id}")
@endpoint(gives=reading_schemas.Marked(), scope=Scope.MESSAGES_WRITE, errors=(400,))
async def mark_direct_read(request: web.Request) -> web.Response:
    """Mark all that one person sent as read."""
    contact_id = path_id(request, "contact_id")
    return _marked(await reading.mark_direct_read(request.app, request[CALLER], contact_id))


@routes.post("/messages/mark-read/group/{group_id}")
@endpoint(gives=reading_schemas.GroupMarked(), scope=Scope.MESSAGES_WRITE, errors=(400, 404))
async def mark_group_read(request: web.Request) -> web.Response:
    """Mark all that was said in a group as read."""
    group_id = path_id(request, "group_id")
    await reading.mark_group_read(request.app, request[CALLER], group_id)
    return answer({"message": "Group marked as read", "group_id": group_id})


@routes.get("/conversations/{conversation_id}/positions")
@endpoint(gives=reading_schemas.Position(), many=True, scope=Scope.MESSAGES_READ, errors=(400, 403))
async def positions(request: web.Request) -> web.Response:
    """How far the messages have reached each member."""
    conversation_id = path_id(request, "conversation_id")
    return answer(await receipts.positions(request.app, request[CALLER], conversation_id))


def _marked(count: int) -> web.Response:
    return answer({"message": f"Marked {count} message(s) as read", "marked_count": count})


def _client_id(request: web.Request) -> UUID | None:
    """The id of the send: in the body, or as Idempotency-Key, or the same in both."""
    in_body: UUID | None = request[BODY]["client_id"]
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return in_body
    try:
        in_header = UUID(key)
    except ValueError:
        raise _wrong_key("Not a valid UUID.") from None
    if in_body not in (None, in_header):
        raise _wrong_key("Differs from client_id.")
    return in_header


def _wrong_key(why: str) -> Invalid:
    return Invalid(f"Idempotency-Key: {why}", fields={"Idempotency-Key": [why]})


def _page(request: web.Request) -> dict[str, int]:
    """Where a page lies: above `low`, and down from `high`; seqs are dense, so it is arithmetic."""
    asked = request[QUERY]
    limit, low, high = asked["limit"], 0, schemas.LARGEST_SEQ
    if asked["before"] is not None:
        high = asked["before"] - 1
    elif asked["after"] is not None:
        low = asked["after"]
        high = low + limit
    elif asked["around"] is not None:
        high = asked["around"] + limit // 2
        low = high - limit
    return {"limit": limit, "offset": asked["offset"], "low": low, "high": high}
