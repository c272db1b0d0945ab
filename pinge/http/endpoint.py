"""One decorator that says what an endpoint takes, gives and asks for.

The same declaration validates the request and feeds the OpenAPI document, so the two cannot
disagree. This is the only module that knows aiohttp-apispec's decorators.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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
    public: bool = False  # anybody may call it; else a caller is needed
    limit: Limit | None = None


UNDECLARED = Endpoint(public=True)


def endpoint(
    *,
    gives: Schema,
    many: bool = False,
    status: int = 200,
    takes: Schema | None = None,
    form: Schema | None = None,
    query: Schema | None = None,
    public: bool = False,
    limit: Limit | None = None,
    errors: tuple[int, ...] = (),
    bare: bool = False,
) -> Callable[[H], H]:
    """Declare a handler; the first line of its docstring is its summary.

    `gives` describes the data of a success (each of `many`; without the envelope when `bare`);
    `errors` names the statuses it answers beyond those that every endpoint may.
    """
    declared = Endpoint(takes, form, query, public, limit)
    given = gives if bare else enveloped(type(gives), many=many)

    def declare(handler: H) -> H:
        summary = (handler.__doc__ or handler.__name__).strip().splitlines()[0]
        aiohttp_apispec.docs(summary=summary, tags=[handler.__module__.split(".")[1]])(handler)
        aiohttp_apispec.response_schema(given, status)(handler)
        for place, schema in (("json", takes), ("form", form), ("querystring", query)):
            if schema is not None:
                aiohttp_apispec.request_schema(schema, location=place)(handler)
        for refusal in _refusals(declared, errors):
            aiohttp_apispec.response_schema(schemas.Failure(), refusal)(handler)
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


def _refusals(declared: Endpoint, errors: tuple[int, ...]) -> list[int]:
    found = {*errors, 429, 503}
    if not declared.public:
        found.add(401)
    if declared.takes or declared.form or declared.query:
        found |= {422}
    if declared.takes or declared.form:
        found |= {408, 413, 415}
    return sorted(found)
