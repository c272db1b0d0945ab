"""One decorator that says what an endpoint takes, gives and asks for.

The same declaration validates the request and feeds the OpenAPI document, so the two cannot
disagree. This is the only module that knows aiohttp-apispec's decorators.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import aiohttp_apispec
from aiohttp import web
from marshmallow import Schema, fields

from pinge.errors import MalformedId
from pinge.http import reader, schemas
from pinge.http.limits import Limit
from pinge.http.loading import loaded
from pinge.http.scopes import Scope

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
H = TypeVar("H", bound=Handler)

BODY: web.RequestKey[dict[str, Any]] = web.RequestKey("BODY", dict)
QUERY: web.RequestKey[dict[str, Any]] = web.RequestKey("QUERY", dict)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What one endpoint takes and asks for."""

    takes: Schema | None = None
    form: Schema | None = None
    query: Schema | None = None
    takes_file: str | None = None  # the media types of a body that the handler reads itself
    gives_file: str | None = None  # the media type of a success that is no JSON
    path: Mapping[str, object] = field(default_factory=dict)  # parts of it that are no UUIDs
    public: bool = False  # anybody may call it; else a caller is needed
    scope: Scope | None = None  # what a token needs to call it; None: no token may
    limit: Limit | None = None


UNDECLARED = Endpoint(public=True)


def endpoint(
    *,
    gives: Schema | str,
    many: bool = False,
    status: int = 200,
    takes: Schema | str | None = None,
    form: Schema | None = None,
    query: Schema | None = None,
    path: Mapping[str, object] | None = None,
    public: bool = False,
    scope: Scope | None = None,
    limit: Limit | None = None,
    errors: tuple[int, ...] = (),
    bare: bool = False,
) -> Callable[[H], H]:
    """Declare a handler; the first line of its docstring is its summary.

    `gives` describes the data of a success (each of `many`; without the envelope when `bare`).
    Where it is a media type, a file is given; where `takes` is one, a file is taken, which the
    handler reads by http/uploads.py. `path` describes, as JSON Schema, what in the path is no UUID;
    `scope` is what a token needs; `errors` names the statuses beyond those that all may answer.
    """
    json_body, takes_file = (None, takes) if isinstance(takes, str) else (takes, None)
    gives_file = gives if isinstance(gives, str) else None
    declared = Endpoint(
        *(json_body, form, query, takes_file, gives_file, path or {}),
        public=public,
        scope=scope,
        limit=limit,
    )

    def declare(handler: H) -> H:
        _describe(handler, declared, errors)
        if isinstance(gives, Schema):
            given = gives if bare else enveloped(type(gives), many=many)
            aiohttp_apispec.response_schema(given, status)(handler)
        handler.__endpoint__ = declared  # type: ignore[attr-defined]
        return handler

    return declare


def declaration(request: web.Request) -> Endpoint:
    """What the endpoint this request goes to has declared."""
    return getattr(request.match_info.handler, "__endpoint__", UNDECLARED)


def path_id(request: web.Request, name: str) -> UUID:
    """A UUID of the path; MalformedId when it is none."""
    try:
        return UUID(request.match_info[name])
    except ValueError:
        raise MalformedId from None


@web.middleware
async def validation(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read and check what the endpoint takes before it runs."""
    declared = declaration(request)
    if declared.query is not None:
        query = dict(request.query)
        reader.checked(query)
        request[QUERY] = loaded(declared.query, query)
    if declared.takes is not None:
        request[BODY] = loaded(declared.takes, await reader.json_body(request))
    elif declared.form is not None:
        request[BODY] = loaded(declared.form, await reader.form_body(request))
    return await handler(request)


@cache
def enveloped(gives: type[Schema], *, many: bool) -> Schema:
    """The success envelope around a shape."""
    name = f"{gives.__name__}{'List' if many else ''}Answer"
    shape = {
        "success": fields.Bool(required=True),
        "data": fields.Nested(gives, many=many, required=True),
    }
    return schemas.Output.from_dict(shape, name=name)()


def _describe(handler: Handler, declared: Endpoint, errors: tuple[int, ...]) -> None:
    """Say for the OpenAPI document what it is about, what it takes and how it may refuse."""
    summary = (handler.__doc__ or handler.__name__).strip().splitlines()[0]
    aiohttp_apispec.docs(summary=summary, tags=[handler.__module__.split(".")[1]])(handler)
    taken = (("json", declared.takes), ("form", declared.form), ("querystring", declared.query))
    for place, schema in taken:
        if schema is not None:
            aiohttp_apispec.request_schema(schema, location=place)(handler)
    for refusal in _refusals(declared, errors):
        aiohttp_apispec.response_schema(schemas.Failure(), refusal)(handler)


def _refusals(declared: Endpoint, errors: tuple[int, ...]) -> list[int]:
    found = {*errors, 429, 503}
    if not declared.public:
        found |= {401, 403}
    has_body = declared.takes or declared.form or declared.takes_file
    if has_body or declared.query:
        found |= {422}
    if has_body:
        found |= {408, 413, 415}
    return sorted(found)
