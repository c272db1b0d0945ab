"""Pages to read and try the API, for developers: /openapi.json, /docs and /redoc."""

from __future__ import annotations

from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from pinge.http import openapi
from pinge.http.answers import plain

# The pages run their own scripts and styles, and talk to nobody else.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; frame-ancestors 'none'"
)

TRY_IT = """<!doctype html><html lang="en"><title>Pinge: try it</title>
<link rel="stylesheet" href="/docs/ui/swagger-ui.css"><div id="ui"></div>
<script src="/docs/ui/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({url: "/docs/openapi.json", dom_id: "#ui", validatorUrl: null})</script>
"""

READ_IT = """<!doctype html><html lang="en"><title>Pinge: the HTTP API</title>
<style>
 body {{ font: 16px/1.5 system-ui; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
 summary {{ cursor: pointer; padding: .4rem 0 }} code, pre {{ font-size: .9em }}
 pre {{ background: #8881; padding: .6rem; overflow: auto }}
 b {{ display: inline-block; width: 5rem }}
</style><h1>Pinge {version}</h1>
<p>The same as <a href="/openapi.json">OpenAPI</a>, or to <a href="/docs">try</a>.</p>{parts}
"""


def add_pages(app: web.Application) -> None:
    """Serve the pages; the Swagger UI is the one that comes inside aiohttp-apispec."""
    found = find_spec("aiohttp_apispec")
    assert found is not None
    assert found.origin is not None
    app.router.add_get("/openapi.json", latest)
    app.router.add_get("/docs/openapi.json", for_swagger_ui)
    app.router.add_get("/docs", try_it)
    app.router.add_get("/redoc", read_it)
    app.router.add_static("/docs/ui", Path(found.origin).with_name("static"))


async def latest(request: web.Request) -> web.Response:
    """The OpenAPI document."""
    return plain(openapi.document(request.app))


async def for_swagger_ui(request: web.Request) -> web.Response:
    """The same for a page that cannot read the latest version."""
    return plain(openapi.document(request.app, openapi.FOR_SWAGGER_UI))


async def try_it(_request: web.Request) -> web.Response:
    """A page to call the API from."""
    return _page(TRY_IT)


async def read_it(request: web.Request) -> web.Response:
    """A page to read, without a script."""
    document = openapi.document(request.app)
    parts = "".join(
        _read_operation(path, method, operation, document)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    return _page(READ_IT.format(version=escape(document["info"]["version"]), parts=parts))


def _read_operation(
    path: str, method: str, operation: dict[str, Any], document: dict[str, Any]
) -> str:
    takes = operation.get("requestBody", {}).get("content", {})
    shapes = {"takes": takes} if takes else {}
    if operation["parameters"]:
        shapes["parameters"] = operation["parameters"]
    shapes["answers"] = {
        status: next(iter(response["content"].values()))["schema"]
        for status, response in operation["responses"].items()
        if status < "300"
    }
    shown = orjson.dumps(_resolved(shapes, document), option=orjson.OPT_INDENT_2).decode()
    return (
        f"<details><summary><b>{method.upper()}</b><code>{escape(path)}</code>"
        f" {escape(operation['summary'])}</summary><pre>{escape(shown)}</pre></details>"
    )


def _resolved(value: Any, document: dict[str, Any]) -> Any:
    """The value with every reference replaced by what it refers to."""
    if isinstance(value, list):
        return [_resolved(item, document) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return _resolved(document["components"]["schemas"][name], document)
    return {key: _resolved(item, document) for key, item in value.items()}


def _page(html: str) -> web.Response:
    headers = {"Content-Security-Policy": PAGE_POLICY}
    return web.Response(text=html, content_type="text/html", headers=headers)
