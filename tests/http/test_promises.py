"""Every success looks exactly as OpenAPI declares it."""

from __future__ import annotations

import jsonschema_rs
import pytest

from tests.accounts.forms import ANN

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
        [declared] = [status for status in responses if status < "300"]
        assert str(answer.status) == declared, (method, path, answer)
        shape = responses[declared]["content"]["application/json"]["schema"]
        schema = {**shape, "components": self._document["components"]}
        jsonschema_rs.validate(schema, answer.body, validate_formats=True)
        self.left.discard((method, path))


@pytest.fixture
async def promises(pinge):
    return Promises((await pinge.call("GET", "/openapi.json")).body)


async def live(pinge):
    """Call every endpoint once with success; gives method, declared path and answer."""
    ann, bob, eve = await pinge.people("ann", "bob", "eve")

    async def call(person, method, path, body=None, **ids):
        return method, path, await person.call(method, path.format(**ids), body)

    for path in ("/", "/health", "/health/live", "/health/ready"):
        yield "GET", path, await pinge.call("GET", path)
    path = "/authentication/register_user"
    yield "POST", path, await pinge.call("POST", path, json=ANN)
    path = "/authentication/login"
    yield "POST", path, await pinge.call("POST", path, data=LOGIN)
    yield await call(ann, "GET", "/authentication/me")
    yield await call(ann, "GET", "/authentication/users")
    for other in (bob, eve):
        answer = await call(ann, "POST", "/contacts/send-request", {"receiver_email": other.email})
        yield answer
        yield await call(other, "GET", "/contacts/requests")
        verb = "accept" if other is bob else "reject"
        request = answer[2].data["request_id"]
        yield await call(other, "POST", f"/contacts/{verb}/{{request_id}}", request_id=request)
    yield await call(ann, "GET", "/contacts/")

    message = {"receiver_id": bob.user_id, "content": "hello"}
    for _ in range(2):
        sent = await call(ann, "POST", "/messages/direct", message)
    yield sent
    yield await call(bob, "GET", "/messages/direct/{contact_id}", contact_id=ann.user_id)
    yield await call(bob, "GET", "/messages/unread")

    body = {"name": "Friends", "description": None, "members": [bob.user_id]}
    made = await call(ann, "POST", "/messages/groups", body)
    yield made
    group = made[2].data["group_id"]
    at = "/messages/groups/{group_id}"
    yield await call(ann, "GET", "/messages/groups")
    yield await call(ann, "PATCH", at, {"description": "Old ones"}, group_id=group)
    members = {"user_ids": [bob.user_id, eve.user_id, ANN["email"].encode().hex()[:32]]}
    yield await call(ann, "POST", f"{at}/members", members, group_id=group)
    yield await call(eve, "GET", f"{at}/members", group_id=group)
    yield await call(ann, "POST", f"{at}/messages", {"content": "hello"}, group_id=group)
    yield await call(bob, "GET", f"{at}/messages", group_id=group)
    yield await call(bob, "GET", "/messages/unread/count")

    read = {"message_ids": [sent[2].data["message_id"]]}
    yield await call(bob, "POST", "/messages/mark-read", read)
    path = "/messages/mark-read/contact/{contact_id}"
    yield await call(bob, "POST", path, contact_id=ann.user_id)
    yield await call(bob, "POST", "/messages/mark-read/group/{group_id}", group_id=group)

    about = {"group_id": group, "user_id": bob.user_id}
    role = {"user_id": bob.user_id, "role": "Admin"}
    yield await call(ann, "PATCH", f"{at}/members/{{user_id}}/role", role, **about)
    about["user_id"] = eve.user_id
    yield await call(bob, "DELETE", f"{at}/members/{{user_id}}", **about)
    yield await call(bob, "POST", f"{at}/leave", group_id=group)
    yield await call(ann, "DELETE", at, group_id=group)
    yield await call(ann, "DELETE", "/contacts/{contact_id}", contact_id=bob.user_id)
    yield await call(ann, "POST", "/ws/ticket")
    yield await call(ann, "POST", "/authentication/logout")


async def test_every_success_is_as_declared(pinge, promises):
    async for method, path, answer in live(pinge):
        promises.hold(method, path, answer)

    assert promises.left == set()
