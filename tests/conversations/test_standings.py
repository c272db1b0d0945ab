"""What may be done in a group by who came later, a member, its owner who is no admin, and an admin
who does not own it.

A member who came later may not read {message_id}, which bob said with {attachment_id} before that.
"""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest

from tests.attachments.files import upload
from tests.conversations.test_owning import change_role, hand_over
from tests.media.pictures import picture

ROLES = ["late", "member", "owner", "admin"]  # weakest first

TABLE = """
                                                            late memb owne admi
GET    /messages/groups/{group_id}/messages                  200  200  200  200
GET    /conversations/{conversation_id}/messages             200  200  200  200
POST   /messages/groups/{group_id}/messages                  404  200  200  200
PATCH  /messages/{message_id}                                404  403  403  403
GET    /messages/{message_id}/versions                       404  200  200  200
DELETE /messages/{message_id}                                404  403  403  200
PUT    /messages/{message_id}/reactions/{emoji}              404  200  200  200
GET    /messages/{message_id}/reactions                      404  200  200  200
PUT    /messages/{message_id}/star                           404  200  200  200
PUT    /messages/{message_id}/pin                            404  200  200  200
POST   /messages/forward                                     404  200  200  200
POST   /reports                                              404  201  201  201
GET    /notifications/explain/{message_id}                   404  200  200  200
GET    /attachments/{attachment_id}                          404  200  200  200
GET    /attachments/{attachment_id}/thumbnail                404  200  200  200
POST   /attachments/{attachment_id}/link                     404  200  200  200
PATCH  /messages/groups/{group_id}                           403  403  403  200
POST   /messages/groups/{group_id}/members                   403  403  403  201
POST   /messages/groups/{group_id}/invites                   403  403  403  201
PATCH  /messages/groups/{group_id}/members/{user_id}/role    403  403  403  200
DELETE /messages/groups/{group_id}/members/{user_id}         403  403  403  200
POST   /messages/groups/{group_id}/owner                     403  403  200  403
DELETE /messages/groups/{group_id}                           403  403  200  404
"""

BODIES = {
    "/messages/groups/{group_id}/messages": {"content": "re", "reply_to": "{message_id}"},
    "/messages/{message_id}": {"content": "changed", "base_rev": 3},
    "/messages/forward": {"message_ids": ["{message_id}"], "to": [{"group_id": "{group_id}"}]},
    "/reports": {"message_id": "{message_id}", "reason": "spam"},
    "/messages/groups/{group_id}": {"slow_mode_seconds": 0, "name": "Crew"},
    "/messages/groups/{group_id}/members": {"user_ids": ["{user_id}"]},
    "/messages/groups/{group_id}/members/{user_id}/role": {"user_id": "{user_id}", "role": "Admin"},
    "/messages/groups/{group_id}/owner": {
        "user_id": "{user_id}",
        "password": "Correct horse 7",
    },
}

ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]


async def world(pinge):
    """The people of each role, and what they do something to."""
    owner, admin, bob, member, late = await pinge.people("olga", "ann", "bob", "mel", "late")
    group_id = await admin.group(owner, bob, member)
    path = f"/messages/groups/{group_id}"
    await admin.patch(path, {"history_visibility": "joined"})
    file = (await upload(bob, picture(), "x.jpeg"))["attachment_id"]
    early = (await bob.write_group(group_id, "early", attachment_ids=[file])).data
    await admin.post(f"{path}/members", {"user_ids": [late.user_id]})
    await hand_over(admin, group_id, owner)
    await change_role(admin, group_id, owner, "Member")
    ids = {
        "group_id": group_id,
        "conversation_id": group_id,
        "message_id": early["message_id"],
        "attachment_id": file,
        "user_id": bob.user_id,
        "emoji": "%F0%9F%91%8D",
    }
    return dict(zip(ROLES, [late, member, owner, admin], strict=True)), ids


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:2]))
async def test_a_group_opens_its_doors_by_what_somebody_is_in_it(pinge, row):
    method, path, *expected = row
    people, ids = await world(pinge)

    def filled(template):
        return re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], template)

    found = []
    for person in people.values():
        body = json.loads(filled(json.dumps(BODIES.get(path)))) if method != "GET" else None
        if path == "/messages/forward":
            body["client_id"] = str(uuid4())
        found.append((await person.call(method, filled(path), body)).status)

    assert found == list(map(int, expected))
