"""The OpenAPI document: whole, sound, and about every call of the contract."""

from __future__ import annotations

import re

import pytest

# CONTRACT.md, call by call; the WebSocket is no HTTP operation.
CONTRACT = """
GET /
GET /health
POST /authentication/register_user
POST /authentication/login
POST /authentication/logout
GET /authentication/me
GET /authentication/users
POST /contacts/send-request
GET /contacts/requests
POST /contacts/accept/{request_id}
POST /contacts/reject/{request_id}
GET /contacts/
DELETE /contacts/{contact_id}
POST /messages/direct
GET /messages/direct/{contact_id}
GET /messages/unread
GET /messages/unread/count
POST /messages/mark-read
POST /messages/mark-read/contact/{contact_id}
POST /messages/mark-read/group/{group_id}
POST /messages/groups
GET /messages/groups
PATCH /messages/groups/{group_id}
DELETE /messages/groups/{group_id}
POST /messages/groups/{group_id}/leave
GET /messages/groups/{group_id}/members
POST /messages/groups/{group_id}/members
DELETE /messages/groups/{group_id}/members/{user_id}
PATCH /messages/groups/{group_id}/members/{user_id}/role
POST /messages/groups/{group_id}/messages
GET /messages/groups/{group_id}/messages
"""

LOGINS = {f"/authentication/{by}login" for by in ("", "passkeys/", "oidc/")}
OPEN_TO_ALL = {
    *LOGINS,
    *("/authentication/passkeys/options", "/authentication/oidc/start"),
    "/authentication/oidc/callback",
    *("/", "/health", "/health/live", "/health/ready"),
    *("/authentication/register_user", "/avatars/{avatar}/{size}"),
    "/attachments/{attachment_id}/linked",
    "/webhooks/{webhook_id}/{secret}",
    *(f"/authentication/{asked}" for asked in ("forgot-password", "resend-verification")),
    *(f"/authentication/{used}-email" for used in ("verify", "confirm", "revert")),
    "/authentication/reset-password",
}


@pytest.fixture
async def document(pinge):
    return (await pinge.call("GET", "/openapi.json")).body


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def inside(value):
    """The value and everything in it."""
    yield value
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, dict | list):
            yield from inside(part)


async def test_every_call_of_the_contract_is_declared(document):
    declared = {f"{method} {path}" for method, path, _ in operations(document)}

    assert set(CONTRACT.split("\n")) - {""} <= declared


async def test_every_operation_has_a_name_of_its_own(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(names) == len(set(names))


async def test_every_reference_leads_somewhere_and_every_schema_is_used(document):
    used = {part["$ref"] for part in inside(document) if isinstance(part, dict) and "$ref" in part}
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    assert used == schemas


async def test_every_operation_is_whole(document):
    assert document["openapi"].startswith("3.1.")
    assert document["info"].keys() >= {"title", "version"}
    for _, path, operation in operations(document):
        assert operation["summary"].endswith(".") or operation["summary"]
        described = {one["name"]: one for one in operation["parameters"] if one["in"] == "path"}
        assert list(described) == re.findall(r"\{(\w+)\}", path)
        assert all(one["required"] and one["schema"] for one in described.values())
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[2-5]\d\d", status)
            assert response["description"]
            [(media_type, content)] = response["content"].items()
            assert content["schema"]
            assert media_type == "application/json" or status == "200"


async def test_every_operation_says_who_may_call_it(document):
    for _, path, operation in operations(document):
        needs_a_caller = path not in OPEN_TO_ALL
        assert operation["security"] == ([{"bearer": []}] if needs_a_caller else []), path
        assert ("401" in operation["responses"]) == (needs_a_caller or path in LOGINS)


async def test_the_login_form_is_declared_as_one(document):
    login = document["paths"]["/authentication/login"]["post"]

    assert set(login["requestBody"]["content"]) == {
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    }


async def test_what_is_asked_for_is_told_apart_from_what_may_be_left_out(document):
    schemas = document["components"]["schemas"]

    assert set(schemas["SendDirectMessage"]["required"]) == {"content", "receiver_id"}
    assert set(schemas["CreateGroup"]["required"]) == {"name"}
    assert schemas["SendDirectMessage"]["properties"]["receiver_id"]["format"] == "uuid"
    assert schemas["Failure"]["properties"].keys() >= {"error", "detail", "code", "fields"}


async def test_the_pages_for_developers_are_there(pinge):
    for path in ("/docs", "/redoc"):
        page = await pinge.call("GET", path)
        assert page.status == 200
        assert page.headers["Content-Type"].startswith("text/html")
    assert "/authentication/login" in page.body


async def test_the_page_to_try_it_finds_all_it_loads(pinge):
    page = (await pinge.call("GET", "/docs")).body

    for address in re.findall(r'(?:src|href|url)[=:] ?"([^"]+)"', page):
        assert (await pinge.call("GET", address)).status == 200, address


async def test_the_pages_load_nothing_from_elsewhere(pinge):
    for path in ("/docs", "/redoc"):
        page = await pinge.call("GET", path)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page.body)
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
