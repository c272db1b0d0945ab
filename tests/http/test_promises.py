"""Every success looks exactly as OpenAPI declares it."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import jsonschema_rs
import pytest

from tests.accounts.forms import ANN
from tests.attachments.files import add, get
from tests.media.pictures import picture
from tests.notifications.service import Browser
from tests.oidc import browser as oidc
from tests.passkeys.authenticator import Authenticator
from tests.people import PASSWORD
from tests.second_factors.codes import App
from tests.sync.state import epoch_of
from tests.webhooks.things import calls

LOGIN = {"username": ANN["email"], "password": ANN["password"]}


class Promises:
    """The document, to hold answers against; keeps which operations were held."""

    def __init__(self, document):
        self._document = document
        self.left = {
            (method.upper(), path)
            for path, methods in document["paths"].items()
            for method in methods
        }

    def hold(self, method, path, answer):
        """The answer's status and body are those that were declared for a success."""
        responses = self._document["paths"][path][method.lower()]["responses"]
        [declared] = [status for status in responses if status < "400"]
        assert str(answer.status) == declared, (method, path, answer)
        [(media_type, content)] = responses[declared]["content"].items()
        assert media_type == "*/*" or answer.headers["Content-Type"].startswith(media_type)
        if media_type == "application/json":
            schema = {**content["schema"], "components": self._document["components"]}
            jsonschema_rs.validate(schema, answer.body, validate_formats=True)
        self.left.discard((method, path))


@pytest.fixture
def settings(settings, mailbox, provider):
    """With mail, some of which brings what is to be called, another place to log in at, and where
    strangers may write."""
    ways = {"smtp_url": mailbox.url, "direct_messages": "everyone", **provider.settings}
    return replace(settings, **ways)


@pytest.fixture
async def promises(pinge):
    return Promises((await pinge.call("GET", "/openapi.json")).body)


async def call(person, method, path, body=None, **ids):
    """Method, declared path and answer of one call."""
    return method, path, await person.call(method, path.format(**ids), body)


async def strangers(pinge):
    """What anybody may call."""
    for path in ("/", "/health", "/health/live", "/health/ready"):
        yield "GET", path, await pinge.call("GET", path)
    path = "/authentication/register_user"
    yield "POST", path, await pinge.call("POST", path, json=ANN)
    path = "/authentication/login"
    yield "POST", path, await pinge.call("POST", path, data=LOGIN)


async def by_mail(pinge, mailbox):
    """Joe proves his address, forgets his password, and changes his address."""
    at, joe = "/authentication", await pinge.person("joe")
    link = {"token": (await mailbox.next(joe.email)).token}
    yield await call(joe, "POST", f"{at}/verify-email", link)
    for path in ("resend-verification", "forgot-password"):
        yield await call(joe, "POST", f"{at}/{path}", {"email": joe.email})
    link = {"token": (await mailbox.next(joe.email, "new password")).token}
    yield await call(joe, "POST", f"{at}/reset-password", link | {"password": PASSWORD})
    joe = await joe.device()
    new = {"email": "new@pinge.example", "password": PASSWORD}
    yield await call(joe, "POST", f"{at}/me/email", new)
    link = {"token": (await mailbox.next(new["email"])).token}
    yield await call(joe, "POST", f"{at}/confirm-email", link)
    link = {"token": (await mailbox.next(joe.email, "address was changed")).token}
    yield await call(joe, "POST", f"{at}/revert-email", link)


async def profiles(ann, bob):
    """Ann says something of herself, and Bob reads it."""
    yield await call(ann, "GET", "/authentication/me")
    said = {
        "about": "Climbs.",
        "status_text": "On a wall",
        "status_expires_at": "2099-01-01T00:00Z",
    }
    yield await call(ann, "PATCH", "/authentication/me", said)
    yield await call(bob, "GET", "/authentication/users/{user_id}", user_id=ann.user_id)


async def contacts(ann, bob, eve):
    """Bob becomes a contact of Ann, Eve does not."""
    for other, verb in ((bob, "accept"), (eve, "reject")):
        asked = await call(ann, "POST", "/contacts/send-request", {"receiver_email": other.email})
        yield asked
        yield await call(other, "GET", "/contacts/requests")
        path, request = f"/contacts/{verb}/{{request_id}}", asked[2].data["request_id"]
        yield await call(other, "POST", path, request_id=request)
    yield await call(ann, "GET", "/contacts/")


async def direct_messages(ann, bob):
    """Ann writes and Bob reads."""
    sent = [
        await call(ann, "POST", "/messages/direct", {"receiver_id": bob.user_id, "content": "x"})
        for _ in range(2)
    ]
    yield sent[0]
    yield await call(bob, "GET", "/messages/direct/{contact_id}", contact_id=ann.user_id)
    yield await call(bob, "GET", "/messages/unread")
    read = {"message_ids": [sent[0][2].data["message_id"]]}
    yield await call(bob, "POST", "/messages/mark-read", read)
    path = "/messages/mark-read/contact/{contact_id}"
    yield await call(bob, "POST", path, contact_id=ann.user_id)
    where = {"conversation_id": sent[0][2].data["conversation_id"]}
    yield await call(bob, "GET", "/conversations/{conversation_id}/positions", **where)
    message = {"message_id": sent[0][2].data["message_id"]}
    edit = {"content": "y", "base_rev": sent[0][2].data["rev"]}
    yield await call(ann, "PATCH", "/messages/{message_id}", edit, **message)
    yield await call(bob, "GET", "/messages/{message_id}/versions", **message)
    forward = {"message_ids": [message["message_id"]], "to": [{"receiver_id": bob.user_id}]}
    yield await call(ann, "POST", "/messages/forward", forward)
    async for held in marks(ann, bob, message, where):
        yield held
    yield await call(ann, "DELETE", "/messages/{message_id}", **message)
    yield await call(bob, "GET", "/conversations/{conversation_id}/messages", **where)
    typing = {"is_typing": True}
    yield await call(bob, "POST", "/conversations/{conversation_id}/typing", typing, **where)
    method, path, answer = await call(bob, "GET", f"/presence?user_ids={ann.user_id}")
    yield method, path.partition("?")[0], answer
    for asked in ("/search/messages?q=x", f"/search/people?q={ann.email}"):
        method, path, answer = await call(bob, "GET", asked)
        yield method, path.partition("?")[0], answer
    yield await call(bob, "GET", "/conversations")
    yield await call(bob, "POST", "/sync", {"epoch": await epoch_of(bob)})
    yield await call(bob, "POST", "/sync", {"epoch": str(uuid4())})


async def marks(ann, bob, message, where):
    """What Ann and Bob do to a message, and to where it stands."""
    at, thumb = "/messages/{message_id}", "/messages/{message_id}/reactions/{emoji}"
    yield await call(bob, "PUT", thumb, emoji="%F0%9F%91%8D", **message)
    yield await call(ann, "GET", f"{at}/reactions", **message)
    for what, listed in (
        ("star", "/messages/starred"),
        ("pin", "/conversations/{conversation_id}/pins"),
    ):
        yield await call(bob, "PUT", f"{at}/{what}", **message)
        yield await call(bob, "GET", listed, **where)
        yield await call(bob, "DELETE", f"{at}/{what}", **message)
    yield await call(bob, "DELETE", thumb, emoji="%F0%9F%91%8D", **message)
    for what in ("archive", "marked-unread"):
        for method in ("PUT", "DELETE"):
            yield await call(bob, method, f"/conversations/{{conversation_id}}/{what}", **where)


async def groups(ann, bob, eve):
    """A group from its first member to its last."""
    body = {"name": "Friends", "description": None, "members": [bob.user_id]}
    made = await call(ann, "POST", "/messages/groups", body)
    yield made
    at, group = "/messages/groups/{group_id}", {"group_id": made[2].data["group_id"]}
    yield await call(ann, "GET", "/messages/groups")
    yield await call(ann, "PATCH", at, {"description": "Old ones"}, **group)
    members = {"user_ids": [bob.user_id, eve.user_id, str(uuid4())]}
    yield await call(ann, "POST", f"{at}/members", members, **group)
    yield await call(eve, "GET", f"{at}/members", **group)
    yield await call(ann, "POST", f"{at}/messages", {"content": "hello"}, **group)
    yield await call(bob, "GET", f"{at}/messages", **group)
    yield await call(bob, "GET", "/messages/unread/count")
    yield await call(bob, "POST", "/messages/mark-read/group/{group_id}", **group)
    role = {"user_id": bob.user_id, "role": "Admin"}
    made = await call(ann, "POST", f"{at}/invites", {"max_uses": 1}, **group)
    yield made
    yield await call(bob, "GET", "/invites/{token}", token=made[2].data["token"])
    yield await call(bob, "POST", "/invites/{token}", token=made[2].data["token"])
    yield await call(ann, "GET", f"{at}/invites", **group)
    invite = {"invite_id": made[2].data["invite_id"], **group}
    yield await call(ann, "DELETE", f"{at}/invites/{{invite_id}}", **invite)
    path = f"{at}/members/{{user_id}}/role"
    yield await call(ann, "PATCH", path, role, user_id=bob.user_id, **group)
    owner = {"user_id": bob.user_id, "password": PASSWORD}
    yield await call(ann, "POST", f"{at}/owner", owner, **group)
    where = {"conversation_id": group["group_id"]}
    yield await call(ann, "GET", "/conversations/{conversation_id}/messages", **where)
    yield await call(bob, "DELETE", f"{at}/members/{{user_id}}", user_id=eve.user_id, **group)
    yield await call(bob, "POST", f"{at}/leave", **group)
    yield await call(ann, "DELETE", at, **group)


async def pictures(ann):
    """Ann and a group of hers have a picture, and then none."""
    group = (await ann.post("/messages/groups", {"name": "Friends"})).data["group_id"]
    for path in ("/authentication/me/avatar", "/messages/groups/{group_id}/avatar"):
        url = path.format(group_id=group)
        shown = await ann.call("PUT", url, data=picture())
        yield "PUT", path, shown
        avatar = shown.data["avatar"]
        yield await call(ann, "GET", "/avatars/{avatar}/{size}", avatar=avatar, size=64)
        yield "DELETE", path, await ann.delete(url)


async def files(ann):
    """A picture that arrives, is had in every way, and goes."""
    at, content = "/attachments/{attachment_id}", picture()
    started = await call(ann, "POST", "/attachments", {"name": "x", "size": len(content)})
    yield started
    file = {"attachment_id": started[2].data["attachment_id"]}
    yield await call(ann, "GET", "/attachments")
    yield "PATCH", at, await add(ann, file["attachment_id"], 0, content)
    yield await call(ann, "GET", f"{at}/thumbnail", **file)
    link = await call(ann, "POST", f"{at}/link", **file)
    yield link
    for path, url in ((at, at.format(**file)), (f"{at}/linked", link[2].data["url"])):
        yield "GET", path, await get(ann, url)
    yield await call(ann, "DELETE", at, **file)


async def choices(ann, bob):
    """What somebody sets for themselves, and for one conversation."""
    at = "/conversations/{conversation_id}/settings"
    where = {"conversation_id": await ann.group(bob)}
    night = {"from": "22:00", "until": "07:00", "days": ["friday"], "time_zone": "Europe/Oslo"}
    until = {"snoozed_until": "2030-01-01T00:00:00Z", "do_not_disturb": night}
    yield await call(ann, "GET", "/settings")
    yield await call(ann, "PATCH", "/settings", until)
    yield await call(ann, "GET", at, **where)
    yield await call(ann, "PATCH", at, {"muted_until": "2030-01-01T00:00:00Z"}, **where)


async def second_factors(eve):
    """Eve takes a second factor, and thinks better of it."""
    at, proof = "/authentication/me", {"password": PASSWORD}
    yield await call(eve, "GET", f"{at}/totp")
    offered = await call(eve, "POST", f"{at}/totp", proof)
    yield offered
    app = App(offered[2].data["secret"])
    yield await call(eve, "POST", f"{at}/totp/confirm", {"otp": app.code()})
    yield await call(eve, "POST", "/authentication/reauthenticate", {"otp": app.code(1)})
    yield await call(eve, "POST", f"{at}/recovery-codes")
    yield await call(eve, "DELETE", f"{at}/totp")


async def passkeys(eve):
    """Eve logs in by a passkey."""
    at, proof, phone = "/authentication/me/passkeys", {"password": PASSWORD}, Authenticator()
    phone.origin = "http://localhost:8000"
    offered = await call(eve, "POST", f"{at}/options", proof)
    yield offered
    made = {"credential": phone.create(offered[2].data["public_key"]), "label": "Phone"}
    added = await call(eve, "POST", at, made)
    yield added
    one = {"passkey_id": added[2].data["passkey_id"]}
    yield await call(eve, "GET", at)
    offered = await call(eve, "POST", "/authentication/passkeys/options")
    yield offered
    signed = {"credential": phone.get(offered[2].data["public_key"])}
    yield await call(eve, "POST", "/authentication/passkeys/login", signed)
    yield await call(eve, "PATCH", f"{at}/{{passkey_id}}", {"label": "Old phone"}, **one)
    yield await call(eve, "DELETE", f"{at}/{{passkey_id}}", proof, **one)


async def plans(ann, bob):
    """What somebody is about to say, now and later."""
    at, one = "/conversations/{conversation_id}", "/scheduled-messages/{scheduled_id}"
    where = {"conversation_id": await ann.group(bob)}
    later = {"content": "x", "send_at": "2027-05-01T12:00:00Z"}
    yield await call(ann, "PUT", f"{at}/draft", {"content": "I"}, **where)
    yield await call(ann, "GET", "/drafts")
    yield await call(ann, "PUT", "/conversations/saved")
    yield await call(ann, "POST", "/messages/saved", {"content": "x"})
    yield await call(ann, "DELETE", f"{at}/draft", **where)
    made = await call(ann, "POST", f"{at}/scheduled-messages", later, **where)
    yield made
    scheduled = {"scheduled_id": made[2].data["scheduled_id"]}
    yield await call(ann, "GET", "/scheduled-messages")
    yield await call(ann, "PATCH", one, {"content": "y"}, **scheduled)
    yield await call(ann, "DELETE", one, **scheduled)


async def elsewhere(pinge, provider, eve):
    """Somebody comes by an account elsewhere, and Eve has one there too."""
    provider.claims = {"email": "new@elsewhere.example"}
    sent = await pinge.call("GET", oidc.START, params=oidc.BEGINNING, allow_redirects=False)
    yield "GET", oidc.START, sent
    browser = oidc.Browser(pinge)
    back = (await browser.at_provider(sent.headers["Location"])).removeprefix(pinge.url)
    cookie = {"Cookie": sent.headers["Set-Cookie"].partition(";")[0]}
    returned = await pinge.call("GET", back, headers=cookie, allow_redirects=False)
    yield "GET", oidc.CALLBACK, returned
    ticket = {"ticket": returned.headers["Location"].partition("#ticket=")[2]}
    yield await call(eve, "POST", oidc.LOGIN, ticket | {"verifier": oidc.VERIFIER})
    provider.claims = {"sub": "eve-1"}
    mine = {"ticket": await browser.ticket(), "verifier": oidc.VERIFIER, "password": PASSWORD}
    yield await call(eve, "POST", oidc.MINE, mine)
    yield await call(eve, "GET", oidc.MINE)
    yield await call(eve, "DELETE", oidc.MINE, {"password": PASSWORD})


async def notifications(ann, bob):
    """Bob has a browser told, and asks why it is not."""
    at, browser = "/push/subscriptions", Browser("https://fcm.googleapis.com/bobs")
    yield await call(bob, "GET", "/push/key")
    yield await call(bob, "POST", "/push/test")
    subscribed = await call(bob, "POST", at, browser.subscription)
    yield subscribed
    yield await call(bob, "GET", at)
    one = {"subscription_id": subscribed[2].data["subscription_id"]}
    yield await call(bob, "DELETE", f"{at}/{{subscription_id}}", **one)
    said = (await ann.write_group(await ann.group(bob), "hello")).data
    path = "/notifications/explain/{message_id}"
    yield await call(bob, "GET", path, message_id=said["message_id"])


async def programs(ann):
    """What acts for Ann, and what is told for her."""
    async for each in calls(ann, await ann.group()):
        yield each


async def distance(ann, bob, eve):
    """Whom somebody keeps away from them, and what they report."""
    yield await call(ann, "PUT", "/blocks/{user_id}", user_id=eve.user_id)
    yield await call(ann, "GET", "/blocks")
    yield await call(ann, "DELETE", "/blocks/{user_id}", user_id=eve.user_id)
    yield await call(ann, "POST", "/reports", {"user_id": eve.user_id, "reason": "spam"})
    path = "/conversations/{conversation_id}/"
    for verb in ("decline", "accept"):
        said = (await eve.write(bob, "you do not know me")).data
        yield await call(bob, "POST", path + verb, conversation_id=said["conversation_id"])


async def farewells(ann, bob):
    """What ends something."""
    yield await call(ann, "GET", "/authentication/users")
    yield await call(ann, "DELETE", "/contacts/{contact_id}", contact_id=bob.user_id)
    yield await call(ann, "POST", "/ws/ticket")
    passwords = {"old_password": PASSWORD, "new_password": f"{PASSWORD}!"}
    yield await call(ann, "POST", "/authentication/me/password", passwords)
    await bob.device()
    listed = await call(bob, "GET", "/authentication/sessions")
    yield listed
    path, first = "/authentication/sessions/{session_id}", listed[2].data[0]["session_id"]
    yield await call(bob, "DELETE", path, session_id=first)
    yield await call(bob, "POST", "/authentication/sessions/end-others")
    yield await call(ann, "POST", "/authentication/logout")


async def endings(bob, eve):
    """What ends an account, and what is left to take along."""
    password = {"password": PASSWORD}
    yield await call(bob, "GET", "/authentication/me/export")
    yield await call(bob, "POST", "/authentication/me/deactivate", password)
    yield await call(eve, "DELETE", "/authentication/me", password)


async def test_every_success_is_as_declared(pinge, promises, mailbox, provider):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")

    for chapter in (
        by_mail(pinge, mailbox),
        *(strangers(pinge), profiles(ann, bob), contacts(ann, bob, eve), direct_messages(ann, bob)),
        *(groups(ann, bob, eve), pictures(ann), files(ann), choices(ann, bob)),
        plans(ann, bob),
        *(second_factors(eve), passkeys(eve), elsewhere(pinge, provider, eve)),
        programs(ann),
        notifications(ann, bob),
        distance(ann, bob, eve),
        farewells(ann, bob),
        endings(bob, eve),
    ):
        async for method, path, answer in chapter:
            promises.hold(method, path, answer)

    assert promises.left == set()
