"""The OpenAPI document, made from what the endpoints declare."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

import pinge

LATEST = "3.1.0"
FOR_SWAGGER_UI = "3.0.3"  # the newest that the Swagger UI in aiohttp-apispec can show
MEDIA = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
_PARAMETER = re.compile(r"\{(\w+)\}")


def document(app: web.Application, version: str = LATEST) -> dict[str, Any]:
    """All declared endpoints, as OpenAPI of the version."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec("Pinge", pinge.__version__, version, plugins=[plugin])
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for route in app.router.routes():
        described = getattr(route.handler, "__apispec__", None)
        if described is not None and route.resource is not None and route.method != "HEAD":
            path = route.resource.canonical
            operation = _operation(plugin, route.handler, path)
            spec.path(path=path, operations={route.method.lower(): operation})
    return spec.to_dict()


def _operation(plugin: MarshmallowPlugin, handler: Any, path: str) -> dict[str, Any]:
    described = handler.__apispec__
    operation: dict[str, Any] = {
        "summary": described["summary"],
        "tags": described["tags"],
        "operationId": f"{described['tags'][0]}_{handler.__name__}",
        "security": [] if handler.__endpoint__.public else [{"bearer": []}],
        "parameters": [_path_parameter(name) for name in _PARAMETER.findall(path)],
        "responses": {
            status: _response(answer["schema"])
            for status, answer in sorted(described["responses"].items())
        },
    }
    for given in described["schemas"]:
        if given["location"] == "querystring":
            operation["parameters"] += plugin.converter.schema2parameters(
                given["schema"], location="query"
            )
        else:
            content = {MEDIA[given["location"]]: {"schema": given["schema"]}}
            operation["requestBody"] = {"required": True, "content": content}
    return operation


def _path_parameter(name: str) -> dict[str, Any]:
    schema = {"type": "string", "format": "uuid"}
    return {"in": "path", "name": name, "required": True, "schema": schema}


def _response(schema: Schema) -> dict[str, Any]:
    meaning = (type(schema).__doc__ or "Success.").splitlines()[0]
    return {"description": meaning, "content": {MEDIA["json"]: {"schema": schema}}}


def _name(schema: Any) -> str:
    return schema.__name__ if isinstance(schema, type) else type(schema).__name__
