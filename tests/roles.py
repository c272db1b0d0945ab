"""What everybody is answered who tries a route or a socket command: the tables of the roles."""

from __future__ import annotations

from tests.notifications.service import Browser
from tests.people import PASSWORD
from tests.tokens.acting import BOTS, TOKENS
from tests.webhooks.things import HOOK, HOOKS, SUBSCRIPTIONS, TOLD

# Weakest first, because what one may do must not change what the next may.
ROLES = ["nobody", "gone", "stranger", "contact", "blocked", "former", "member", "admin"]

# Gone is the admin, on a device that is logged out; blocked is a contact whom the admin blocks. The
# group is the admin's, {user_id} one more member of it, {contact_id} the admin; {request_id} waits
# for the admin, who received {message_id}: the blocked one's own where that one asks.
ROUTES = """
                                                         nobody gone stra cont bloc form memb admi
GET    /                                                    200  200  200  200  200  200  200  200
GET    /health                                              200  200  200  200  200  200  200  200
GET    /health/live                                         200  200  200  200  200  200  200  200
GET    /health/ready                                        200  200  200  200  200  200  200  200
GET    /metrics                                             200  200  200  200  200  200  200  200
GET    /openapi.json                                        200  200  200  200  200  200  200  200
GET    /asyncapi.json                                       200  200  200  200  200  200  200  200
GET    /docs                                                200  200  200  200  200  200  200  200
GET    /docs/openapi.json                                   200  200  200  200  200  200  200  200
GET    /docs/ui                                             200  200  200  200  200  200  200  200
GET    /redoc                                               200  200  200  200  200  200  200  200
POST   /authentication/register_user                        201  201  201  201  201  201  201  201
POST   /authentication/login                                200  200  200  200  200  200  200  200
POST   /authentication/logout                               401  401  200  200  200  200  200  200
GET    /authentication/me                                   401  401  200  200  200  200  200  200
POST   /authentication/me/password                          401  401  403  403  403  403  403  403
POST   /authentication/reauthenticate                       401  401  200  200  200  200  200  200
GET    /authentication/me/totp                              401  401  200  200  200  200  200  200
POST   /authentication/me/totp                              401  401  200  200  200  200  200  200
POST   /authentication/me/totp/confirm                      401  401  400  400  400  400  400  400
DELETE /authentication/me/totp                              401  401  404  404  404  404  404  404
POST   /authentication/me/recovery-codes                    401  401  404  404  404  404  404  404
GET    /authentication/me/passkeys                          401  401  200  200  200  200  200  200
POST   /authentication/me/passkeys/options                  401  401  200  200  200  200  200  200
POST   /authentication/me/passkeys                          401  401  403  403  403  403  403  403
PATCH  /authentication/me/passkeys/{passkey_id}             401  401  404  404  404  404  404  200
DELETE /authentication/me/passkeys/{passkey_id}             401  401  404  404  404  404  404  200
POST   /authentication/passkeys/options                     200  200  200  200  200  200  200  200
POST   /authentication/passkeys/login                       401  401  401  401  401  401  401  401
GET    /authentication/oidc/start                           404  404  404  404  404  404  404  404
GET    /authentication/oidc/callback                        400  400  400  400  400  400  400  400
POST   /authentication/oidc/login                           400  400  400  400  400  400  400  400
GET    /authentication/me/oidc                              401  401  200  200  200  200  200  200
POST   /authentication/me/oidc                              401  401  400  400  400  400  400  400
DELETE /authentication/me/oidc                              401  401  404  404  404  404  404  404
POST   /authentication/verify-email                         400  400  400  400  400  400  400  400
POST   /authentication/resend-verification                  200  200  200  200  200  200  200  200
POST   /authentication/forgot-password                      200  200  200  200  200  200  200  200
POST   /authentication/reset-password                       400  400  400  400  400  400  400  400
POST   /authentication/me/email                             401  401  200  200  200  200  200  200
POST   /authentication/confirm-email                        400  400  400  400  400  400  400  400
POST   /authentication/revert-email                         400  400  400  400  400  400  400  400
GET    /mail/{page}                                         200  200  200  200  200  200  200  200
GET    /authentication/sessions                             401  401  200  200  200  200  200  200
DELETE /authentication/sessions/{session_id}                401  401  404  404  404  404  404  200
POST   /authentication/sessions/end-others                  401  401  200  200  200  200  200  200
GET    /authentication/me/export                            401  401  200  200  200  200  200  200
POST   /authentication/me/deactivate                        401  401  200  200  200  200  200  200
DELETE /authentication/me                                   401  401  200  200  200  200  200  200
PATCH  /authentication/me                                   401  401  200  200  200  200  200  200
PUT    /authentication/me/avatar                            401  401  200  200  200  200  200  200
DELETE /authentication/me/avatar                            401  401  200  200  200  200  200  200
GET    /avatars/{avatar}/{size}                             200  200  200  200  200  200  200  200
GET    /authentication/users                                401  401  200  200  200  200  200  200
GET    /authentication/users/{user_id}                      401  401  200  200  200  200  200  200
POST   /contacts/send-request                               401  401  201  400  400  201  201  400
GET    /contacts/requests                                   401  401  200  200  200  200  200  200
POST   /contacts/accept/{request_id}                        401  401  404  404  404  404  404  200
POST   /contacts/reject/{request_id}                        401  401  404  404  404  404  404  200
GET    /contacts                                            401  401  200  200  200  200  200  200
GET    /contacts/                                           401  401  200  200  200  200  200  200
DELETE /contacts/{contact_id}                               401  401  404  200  200  404  404  404
GET    /blocks                                              401  401  200  200  200  200  200  200
PUT    /blocks/{user_id}                                    401  401  200  200  200  200  200  200
DELETE /blocks/{user_id}                                    401  401  200  200  200  200  200  200
POST   /reports                                             401  401  404  201  201  404  404  201
POST   /conversations/{conversation_id}/accept              401  401  403  403  403  403  404  404
POST   /conversations/{conversation_id}/decline             401  401  403  403  403  403  404  404
POST   /attachments                                         401  401  201  201  201  201  201  201
GET    /attachments                                         401  401  200  200  200  200  200  200
PATCH  /attachments/{attachment_id}                         401  401  404  404  404  404  404  415
GET    /attachments/{attachment_id}                         401  401  404  404  404  404  200  200
GET    /attachments/{attachment_id}/thumbnail               401  401  404  404  404  404  200  200
POST   /attachments/{attachment_id}/link                    401  401  404  404  404  404  200  200
GET    /attachments/{attachment_id}/linked                  200  200  200  200  200  200  200  200
DELETE /attachments/{attachment_id}                         401  401  404  404  404  404  404  409
POST   /messages/direct                                     401  401  403  201  403  403  403  400
POST   /messages/forward                                    401  401  404  200  200  404  404  200
GET    /messages/direct/{contact_id}                        401  401  200  200  200  200  200  200
GET    /messages/unread                                     401  401  200  200  200  200  200  200
GET    /messages/unread/count                               401  401  200  200  200  200  200  200
POST   /messages/mark-read                                  401  401  404  404  404  404  404  200
POST   /messages/mark-read/contact/{contact_id}             401  401  200  200  200  200  200  200
POST   /messages/mark-read/group/{group_id}                 401  401  404  404  404  404  200  200
PUT    /conversations/saved                                 401  401  200  200  200  200  200  200
POST   /messages/saved                                      401  401  201  201  201  201  201  201
POST   /messages/groups                                     401  401  201  201  201  201  201  201
GET    /messages/groups                                     401  401  200  200  200  200  200  200
PATCH  /messages/groups/{group_id}                          401  401  403  403  403  403  403  200
DELETE /messages/groups/{group_id}                          401  401  403  403  403  403  403  200
PUT    /messages/groups/{group_id}/avatar                   401  401  403  403  403  403  403  200
DELETE /messages/groups/{group_id}/avatar                   401  401  403  403  403  403  403  200
POST   /messages/groups/{group_id}/leave                    401  401  404  404  404  404  200  400
GET    /messages/groups/{group_id}/members                  401  401  403  403  403  403  200  200
POST   /messages/groups/{group_id}/members                  401  401  403  403  403  403  403  201
DELETE /messages/groups/{group_id}/members/{user_id}        401  401  403  403  403  403  403  200
PATCH  /messages/groups/{group_id}/members/{user_id}/role   401  401  403  403  403  403  403  200
POST   /messages/groups/{group_id}/owner                    401  401  403  403  403  403  403  200
POST   /messages/groups/{group_id}/invites                  401  401  403  403  403  403  403  201
GET    /messages/groups/{group_id}/invites                  401  401  403  403  403  403  200  200
DELETE /messages/groups/{group_id}/invites/{invite_id}      401  401  403  403  403  403  404  200
GET    /invites/{token}                                     401  401  200  200  200  200  200  200
POST   /invites/{token}                                     401  401  200  200  200  200  200  200
POST   /messages/groups/{group_id}/messages                 401  401  403  403  403  403  200  200
GET    /messages/groups/{group_id}/messages                 401  401  403  403  403  403  200  200
PATCH  /messages/{message_id}                               401  401  404  200  403  404  404  403
DELETE /messages/{message_id}                               401  401  404  200  200  404  404  403
GET    /messages/{message_id}/versions                      401  401  404  200  200  404  404  200
PUT    /messages/{message_id}/reactions/{emoji}             401  401  404  200  403  404  404  200
DELETE /messages/{message_id}/reactions/{emoji}             401  401  404  200  200  404  404  200
GET    /messages/{message_id}/reactions                     401  401  404  200  200  404  404  200
PUT    /messages/{message_id}/star                          401  401  404  200  200  404  404  200
DELETE /messages/{message_id}/star                          401  401  404  200  200  404  404  200
GET    /messages/starred                                    401  401  200  200  200  200  200  200
PUT    /messages/{message_id}/pin                           401  401  404  200  403  404  404  200
DELETE /messages/{message_id}/pin                           401  401  404  200  403  404  404  200
POST   /sync                                                401  401  200  200  200  200  200  200
GET    /conversations                                       401  401  200  200  200  200  200  200
GET    /conversations/{conversation_id}/messages            401  401  403  403  403  403  200  200
GET    /conversations/{conversation_id}/positions           401  401  403  403  403  403  200  200
GET    /conversations/{conversation_id}/settings            401  401  403  403  403  403  200  200
PATCH  /conversations/{conversation_id}/settings            401  401  403  403  403  403  200  200
PUT    /conversations/{conversation_id}/archive             401  401  403  403  403  403  200  200
DELETE /conversations/{conversation_id}/archive             401  401  403  403  403  403  200  200
PUT    /conversations/{conversation_id}/marked-unread       401  401  403  403  403  403  200  200
DELETE /conversations/{conversation_id}/marked-unread       401  401  403  403  403  403  200  200
GET    /conversations/{conversation_id}/pins                401  401  403  403  403  403  200  200
GET    /settings                                            401  401  200  200  200  200  200  200
PATCH  /settings                                            401  401  200  200  200  200  200  200
GET    /drafts                                              401  401  200  200  200  200  200  200
PUT    /conversations/{conversation_id}/draft               401  401  403  403  403  403  200  200
DELETE /conversations/{conversation_id}/draft               401  401  403  403  403  403  200  200
GET    /scheduled-messages                                  401  401  200  200  200  200  200  200
POST   /conversations/{conversation_id}/scheduled-messages  401  401  403  403  403  403  201  201
PATCH  /scheduled-messages/{scheduled_id}                   401  401  404  404  404  404  404  200
DELETE /scheduled-messages/{scheduled_id}                   401  401  404  404  404  404  404  200
POST   /conversations/{conversation_id}/typing              401  401  403  403  403  403  200  200
GET    /search/messages                                     401  401  200  200  200  200  200  200
GET    /search/people                                       401  401  200  200  200  200  200  200
GET    /presence                                            401  401  200  200  200  200  200  200
GET    /push/key                                            401  401  200  200  200  200  200  200
POST   /push/subscriptions                                  401  401  201  201  201  201  201  201
GET    /push/subscriptions                                  401  401  200  200  200  200  200  200
DELETE /push/subscriptions/{subscription_id}                401  401  404  404  404  404  404  200
POST   /push/test                                           401  401  200  200  200  200  200  200
GET    /notifications/explain/{message_id}                  401  401  404  200  200  404  404  200
POST   /authentication/tokens                               401  401  201  201  201  201  201  201
GET    /authentication/tokens                               401  401  200  200  200  200  200  200
DELETE /authentication/tokens/{token_id}                    401  401  404  404  404  404  404  200
POST   /bots                                                401  401  201  201  201  201  201  201
GET    /bots                                                401  401  200  200  200  200  200  200
PATCH  /bots/{bot_id}                                       401  401  404  404  404  404  404  200
DELETE /bots/{bot_id}                                       401  401  404  404  404  404  404  200
POST   /conversations/{conversation_id}/webhooks            401  401  403  403  403  403  403  201
GET    /conversations/{conversation_id}/webhooks            401  401  403  403  403  403  403  200
DELETE /conversations/{conversation_id}/webhooks/{webhook_id} 401  401  403  403  403  403  403  200
POST   /webhooks/{webhook_id}/{secret}                      201  201  201  201  201  201  201  201
POST   /subscriptions                                       401  401  403  403  403  403  403  201
GET    /subscriptions                                       401  401  200  200  200  200  200  200
PATCH  /subscriptions/{subscription_id}                     401  401  404  404  404  404  404  200
DELETE /subscriptions/{subscription_id}                     401  401  404  404  404  404  404  200
GET    /subscriptions/{subscription_id}/deliveries          401  401  404  404  404  404  404  200
POST   /ws/ticket                                           401  401  201  201  201  201  201  201
GET    /ws                                                  401  401  101  101  101  101  101  101
"""

# No link of theirs: it is the link that is asked for, not who has it.
BY_LINK = ("verify-email", "reset-password", "confirm-email", "revert-email")

# No journey is under way, and no provider is known.
JOURNEY = {"ticket": "none", "verifier": "v" * 43}

WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")
LATER = {"content": "later", "send_at": "2027-05-01T12:00:00Z"}
BODIES = {
    "/authentication/register_user": {
        "email": "{fresh}@pinge.example",
        "username": "new",
        "password": PASSWORD,
        "gender": "Female",
        "country": "Peru",
    },
    "/authentication/me/password": {"old_password": "not it", "new_password": PASSWORD},
    "/authentication/reauthenticate": {"password": PASSWORD},
    "/authentication/me/passkeys/options": {"password": PASSWORD},
    "/authentication/me/passkeys": {"credential": {}, "label": "x"},
    "/authentication/me/passkeys/{passkey_id}": {"label": "x", "password": PASSWORD},
    "/authentication/passkeys/login": {"credential": {}},
    "/authentication/oidc/login": JOURNEY,
    "/authentication/me/oidc": {**JOURNEY, "password": PASSWORD},
    "/authentication/me/totp": {"password": PASSWORD},
    "/authentication/me/totp/confirm": {"otp": "123456"},
    "/authentication/me/recovery-codes": {"password": PASSWORD},
    "/authentication/me": {"about": "{fresh}", "password": PASSWORD},
    "/authentication/me/deactivate": {"password": PASSWORD},
    "/authentication/resend-verification": {"email": "{email}"},
    "/authentication/forgot-password": {"email": "{email}"},
    "/authentication/me/email": {"email": "{fresh}@pinge.example", "password": PASSWORD},
    **{f"/authentication/{use}": {"token": "{fresh}", "password": PASSWORD} for use in BY_LINK},
    "/contacts/send-request": {"receiver_email": "{email}"},
    "/reports": {"message_id": "{message_id}", "reason": "spam"},
    "/attachments": {"name": "x", "size": 1},
    "/messages/direct": {"receiver_id": "{contact_id}", "content": "hello"},
    "/messages/forward": {"message_ids": ["{message_id}"], "to": [{"receiver_id": "{contact_id}"}]},
    "/messages/mark-read": {"message_ids": ["{message_id}"]},
    "/messages/groups": {"name": "Others"},
    "/messages/saved": {"content": "hello"},
    "/messages/groups/{group_id}": {"name": "Others"},
    "/messages/groups/{group_id}/owner": {"user_id": "{user_id}", "password": PASSWORD},
    "/messages/groups/{group_id}/invites": {"max_uses": 1},
    "/messages/groups/{group_id}/members": {"user_ids": ["{newcomer_id}"]},
    "/messages/groups/{group_id}/members/{user_id}/role": {"user_id": "{user_id}", "role": "Admin"},
    "/messages/groups/{group_id}/messages": {"content": "hello"},
    "/messages/{message_id}": {"content": "hello!", "base_rev": 2},
    TOKENS: {"name": "x", "scopes": ["profile:read"], "password": PASSWORD},
    BOTS: {"username": "x"},
    "/bots/{bot_id}": {"about": "x"},
    HOOKS: HOOK,
    "/webhooks/{webhook_id}/{secret}": {"content": "hello"},
    SUBSCRIPTIONS: TOLD | {"conversation_id": "{group_id}"},
    "/subscriptions/{subscription_id}": {"is_enabled": False},
    "/push/subscriptions": Browser("https://fcm.googleapis.com/{fresh}").subscription,
    "/sync": {"epoch": "{fresh}"},
    "/conversations/{conversation_id}/settings": {"notifications": "mentions"},
    "/settings": {"who_may_write": "contacts"},
    "/conversations/{conversation_id}/draft": {"content": "I"},
    "/conversations/{conversation_id}/scheduled-messages": LATER,
    "/scheduled-messages/{scheduled_id}": {"content": "sooner"},
    "/conversations/{conversation_id}/typing": {"is_typing": True},
}

# What a path is asked with, where it asks for something.
QUERIES = {
    "/authentication/oidc/start": f"?challenge={'c' * 43}&return_to=http://localhost/",
    "/search/messages": "?q=hello",
    "/search/people": "?q={email}",
    "/presence": "?user_ids={user_id}",
    "/attachments/{attachment_id}/linked": "?size=320&link={link}",
}

# How a command is answered, by whom it was given: ack, or the code of the error.
ANSWERS = """
                                       stranger     contact    former       member       admin
ping         -                         ack          ack        ack          ack          ack
send_message receiver_id=contact_id    not_contacts ack        not_contacts not_contacts bad_request
send_message group_id=group_id         not_member   not_member not_member   ack          ack
send_message conversation_id=group_id  not_member   not_member not_member   ack          ack
send_message conversation_id=direct_id not_member   ack        not_member   not_member   ack
forward_messages message_ids=message_id  not_found  ack        not_found    not_found    ack
forward_messages message_ids=said_id   not_found    not_found  not_found    ack          ack
edit_message message_id=message_id     not_found    ack        not_found    not_found    not_sender
edit_message message_id=said_id        not_found    not_found  not_found    not_sender   ack
delete_message message_id=message_id   not_found    ack        not_found    not_found    not_sender
delete_message message_id=said_id      not_found    not_found  not_found    not_sender   ack
react        message_id=message_id     not_found    ack        not_found    not_found    ack
react        message_id=said_id        not_found    not_found  not_found    ack          ack
mark_delivered conversation_id=group_id  not_member not_member not_member   ack          ack
mark_delivered conversation_id=direct_id not_member ack        not_member   not_member   ack
mark_read    conversation_id=group_id  not_member   not_member not_member   ack          ack
mark_read    conversation_id=direct_id not_member   ack        not_member   not_member   ack
mark_read    message_ids=message_id    not_found    not_found  not_found    not_found    ack
typing       receiver_id=contact_id    not_contacts ack        not_contacts not_contacts bad_request
typing       group_id=group_id         not_member   not_member not_member   ack          ack
typing       conversation_id=direct_id not_member   ack        not_member   not_member   ack
active       -                         ack          ack        ack          ack          ack
resume       -                         ack          ack        ack          ack          ack
"""

# And for the blocked one, whose message_id and direct_id are of what they said to the admin.
ANSWERS_TO_BLOCKED = """
                                          blocked
ping           -                          ack
send_message   receiver_id=contact_id     not_taken
send_message   group_id=group_id          not_member
send_message   conversation_id=group_id   not_member
send_message   conversation_id=direct_id  not_taken
forward_messages message_ids=message_id   ack
forward_messages message_ids=said_id      not_found
edit_message   message_id=message_id      not_taken
edit_message   message_id=said_id         not_found
delete_message message_id=message_id      ack
delete_message message_id=said_id         not_found
react          message_id=message_id      not_taken
react          message_id=said_id         not_found
mark_delivered conversation_id=group_id   not_member
mark_delivered conversation_id=direct_id  ack
mark_read      conversation_id=group_id   not_member
mark_read      conversation_id=direct_id  ack
mark_read      message_ids=message_id     not_found
typing         receiver_id=contact_id     not_contacts
typing         group_id=group_id          not_member
typing         conversation_id=direct_id  not_contacts
active         -                          ack
resume         -                          ack
"""


def rows(table):
    """The rows of a table without its heading, split."""
    return [line.split() for line in table.strip().splitlines()[1:]]


EXPECTED = {
    (method, path): dict(zip(ROLES, map(int, statuses), strict=True))
    for method, path, *statuses in rows(ROUTES)
}

TO_BLOCKED = {(kind, target): answer for kind, target, answer in rows(ANSWERS_TO_BLOCKED)}
