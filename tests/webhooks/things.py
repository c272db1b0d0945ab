"""What programs act with, made for whoever tries each call."""

from __future__ import annotations

from tests.people import PASSWORD, Person
from tests.sync.programs import NOWHERE
from tests.tokens.acting import BOTS, TOKENS, make

SUBSCRIPTIONS = "/subscriptions"
HOOKS = "/conversations/{conversation_id}/webhooks"
TOLD = {"url": NOWHERE, "events": ["message_created"], "password": PASSWORD}
HOOK = {"name": "x", "password": PASSWORD}


async def made(person: Person, path: str, group_id: str) -> dict[str, str]:
    """Ids for the parts of a path that are of programs; the group is one they are an admin of."""
    if "{token_id}" in path:
        return {"token_id": (await make(person)).data["token_id"]}
    if "{bot_id}" in path:
        return {"bot_id": (await person.post(BOTS, {"username": "x"})).data["bot_id"]}
    if "{webhook_id}" in path:
        hooks = HOOKS.format(conversation_id=group_id)
        webhook = (await person.post(hooks, HOOK)).data
        secret = webhook["url"].rpartition("/")[2]
        return {"webhook_id": webhook["webhook_id"], "secret": secret}
    if path.startswith(SUBSCRIPTIONS) and "{subscription_id}" in path:
        subscribed = await person.post(SUBSCRIPTIONS, TOLD | {"conversation_id": group_id})
        return {"subscription_id": subscribed.data["subscription_id"]}
    return {}


async def calls(person: Person, group_id: str):
    """Each call about programs: method, declared path and answer."""
    group = {"conversation_id": group_id}
    token = {"name": "x", "scopes": ["profile:read"], "password": PASSWORD}
    for path, one, body, change in (
        (TOKENS, "token_id", token, None),
        (BOTS, "bot_id", {"username": "x"}, {"about": "x"}),
        (HOOKS, "webhook_id", HOOK, None),
        (SUBSCRIPTIONS, "subscription_id", TOLD | group, {"is_enabled": False}),
    ):
        url, each = path.format(**group), f"{path}/{{{one}}}"
        answer = await person.post(url, body)
        yield "POST", path, answer
        yield "GET", path, await person.get(url)
        this = f"{url}/{answer.data[one]}"
        if change is not None:
            yield "PATCH", each, await person.patch(this, change)
        if path == HOOKS:
            said = "/webhooks/" + answer.data["url"].partition("/webhooks/")[2]
            posted = await person.pinge.call("POST", said, json={"content": "x"})
            yield "POST", "/webhooks/{webhook_id}/{secret}", posted
        if path == SUBSCRIPTIONS:
            yield "GET", f"{each}/deliveries", await person.get(f"{this}/deliveries")
        yield "DELETE", each, await person.delete(this)
