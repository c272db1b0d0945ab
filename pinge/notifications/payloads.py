"""What a push says: enough to show it and open the right place, and no text unless it is wanted."""

from __future__ import annotations

from pinge import wire
from pinge.notifications.deciding import Message, Standing, Verdict

TEST = wire.encode({"type": "test", "title": "Pinge", "body": "This device is told of messages."})


def of_message(
    standing: Standing, conversation_id: object, message: Message, verdict: Verdict
) -> dict[str, object]:
    """All of it, for people; `body` is null where its owner wants no text shown."""
    return {
        "type": "message",
        "conversation_id": conversation_id,
        "message_id": message.message_id,
        "seq": message.seq,
        "sender_id": message.sender_id,
        "sender_name": message.sender_name,
        "title": message.sender_name if standing.is_direct else standing.name,
        "body": message.content if verdict.shows_preview else None,
        "attachment_count": message.attachment_count,
        "is_mention": message.is_mention,
        "unread_count": standing.unread_count,
        "sent_at": message.sent_at,
    }
