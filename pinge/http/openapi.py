"""The OpenAPI document, made from what the endpoints declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aiohttp import hdrs, web
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema

import pinge
from pinge.http.answers import JSON
from pinge.http.scopes import Scope

LATEST = "3.1.0"
FOR_SWAGGER_UI = "3.0.3"  # the newest that the Swagger UI in aiohttp-apispec can show
MEDIA = {"json": (JSON,), "form": ("application/x-www-form-urlencoded", "multipart/form-data")}
UUID = {"type": "string", "format": "uuid"}
FILE = {"type": "string", "format": "binary"}
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A login, or a token that has the scope of the operation.",
}
_PARAMETER = re.compile(r"\{(\w+)\}")


def document(app: web.Application, version: str = LATEST) -> dict[str, Any]:
    """All declared endpoints, as OpenAPI of the version."""
    plugin = MarshmallowPlugin(schema_name_resolver=named)
    spec = APISpec("Pinge", pinge.__version__, version, plugins=[plugin])
    assert plugin.converter is not None
    spec.components.security_scheme("bearer", BEARER)
    for path, method, handler in _declared(app):
        spec.path(path=path, operations={method: _operation(plugin.converter, handler, path)})
    return spec.to_dict()


def _declared(app: web.Application) -> Iterator[tuple[str, str, Any]]:
    """Path, method and handler of each endpoint; of two ways to the same one, the first."""
    seen = set()
    for route in app.router.routes():
        described = hasattr(route.handler, "__apispec__") and route.method != hdrs.METH_HEAD
        if described and route.resource is not None and route.handler not in seen:
            seen.add(route.handler)
            yield route.resource.canonical, route.method.lower(), route.handler


def _operation(converter: OpenAPIConverter, handler: Any, path: str) -> dict[str, Any]:
    described, declared = handler.__apispec__, handler.__endpoint__
    operation: dict[str, Any] = {
        "summary": described["summary"],
        "tags": described["tags"],
        "operationId": f"{described['tags'][0]}_{handler.__name__}",
        "security": [] if declared.public else [{"bearer": []}],
        **({} if declared.public else for_tokens(declared.scope)),
        "parameters": [
            _path_parameter(name, declared.path.get(name, UUID))
            for name in _PARAMETER.findall(path)
        ],
        "responses": {
            status: _response(answer["schema"])
            for status, answer in sorted(described["responses"].items())
        },
    }
    for given in described["schemas"]:
        if given["location"] == "querystring":
            operation["parameters"] += converter.schema2parameters(
                given["schema"], location="query"
            )
        else:
            content = {media: {"schema": given["schema"]} for media in MEDIA[given["location"]]}
            is_needed = any(field.required for field in given["schema"].fields.values())
            operation["requestBody"] = {"required": is_needed, "content": content}
    if declared.takes_file is not None:
        operation["requestBody"] = {"required": True, "content": _files_in(declared.takes_file)}
    if declared.gives_file is not None:
        content = {declared.gives_file: {"schema": FILE}}
        operation["responses"]["200"] = {"description": "The file.", "content": content}
    return operation


def for_tokens(scope: Scope | None) -> dict[str, Any]:
    """What to say of an operation to those who come with a token."""
    needs = f"A token needs the scope `{scope}`." if scope else "No token may do this."
    return {"description": needs, "x-scope": scope}


def _files_in(media_type: str) -> dict[str, Any]:
    """One file, as the body or, where it is sent whole, as a part of a form."""
    if "offset" in media_type:
        return {media_type: {"schema": FILE}}
    form = {"type": "object", "properties": {"file": FILE}, "required": ["file"]}
    return {media_type: {"schema": FILE}, "multipart/form-data": {"schema": form}}


def _path_parameter(name: str, schema: object) -> dict[str, Any]:
    return {"in": "path", "name": name, "required": True, "schema": schema}


def _response(schema: Schema) -> dict[str, Any]:
    meaning = (type(schema).__doc__ or "Success.").splitlines()[0]
    return {"description": meaning, "content": {JSON: {"schema": schema}}}


def named(schema: Any) -> str:
    """What a shape is called: as its class."""
    return schema.__name__ if isinstance(schema, type) else type(schema).__name__
