"""What opens something can be read from no dump of the database, by whoever has that alone."""

from __future__ import annotations

import base64
import dataclasses
import re
from ipaddress import ip_network
from urllib.parse import quote

import pytest

from tests.notifications.service import Browser
from tests.people import PASSWORD
from tests.second_factors.codes import turn_on
from tests.tokens.acting import make

HERE = (ip_network("127.0.0.0/8"),)
LINK = re.compile(r"#([\w-]{20,})")


@pytest.fixture
def settings(settings):
    """Mail that finds nobody who takes it, so that it waits."""
    return dataclasses.replace(
        settings, smtp_url="smtp://127.0.0.1:1", outbound_networks=HERE, push_hosts=("127.0.0.1",)
    )


async def dumped(db):
    """All there is in all tables, as text."""
    tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [await db.fetch(f"SELECT t::text FROM {row['tablename']} AS t") for row in tables]
    return "\n".join(row[0] for table in rows for row in table)


def spellings(secret: str):
    """How a secret may stand in a dump: in clear, escaped, in hex or in base64."""
    clear = secret.encode()
    yield from (secret, clear.hex(), quote(secret), base64.b64encode(clear).decode().rstrip("="))


async def test_no_secret_is_in_a_dump(pinge, db):
    ann = await pinge.person("ann")
    group = await ann.group()
    token = (await make(ann)).data
    browser = Browser("https://127.0.0.1/ann")
    subscribed = await ann.post("/push/subscriptions", browser.subscription)
    proof = {"password": PASSWORD}
    hook = (await ann.post(f"/conversations/{group}/webhooks", {"name": "Builds"} | proof)).data
    told = {
        "url": "https://127.0.0.1/",
        "events": ["member_left"],
        "conversation_id": group,
    } | proof
    signing = (await ann.post("/subscriptions", told)).data["secret"]
    app = await turn_on(ann)
    invite = (await ann.post(f"/messages/groups/{group}/invites", {})).data
    ticket = (await ann.post("/ws/ticket")).data["ticket"]
    await pinge.call("POST", "/authentication/forgot-password", json={"email": ann.email})
    dump = await dumped(db)

    secrets = {
        *(PASSWORD, ann.token, ticket, app.secret, *app.recovery_codes),
        *(browser.subscription["keys"]["auth"], browser.secret.hex()),
        *(token["token"], hook["url"].rpartition("/")[2], signing, invite["token"]),
    }
    assert (subscribed.status, "Builds" in dump) == (201, True)
    assert [one for one in secrets if any(form in dump for form in spellings(one))] == []
    assert LINK.findall(dump) == []
