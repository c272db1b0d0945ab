"""Which web pages may talk to us: one rule for cross-origin calls and for sockets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp_cors
from aiohttp import hdrs, web
from aiohttp_cors.abc import AbstractRouterAdapter

from pinge.config import SETTINGS, Settings
from pinge.http.endpoint import Handler

# Named in every preflight: a `*` does not cover `authorization`.
HEADERS = frozenset(
    ("authorization", "content-type", "idempotency-key", "x-device-info", "x-location")
)

# What pages may read of an answer besides what they may of all: on errors, uploads and files.
EXPOSED = (
    *("Retry-After", "X-Request-ID", "Upload-Offset", "Upload-Length"),
    *("Accept-Ranges", "Content-Disposition", "Content-Range", "ETag"),
)


def allows(settings: Settings, origin: str) -> bool:
    """Whether pages of this origin may call: those listed; in dev any on this machine too."""
    if origin in settings.cors_origins:
        return True
    if settings.in_prod:
        return False
    try:
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and parts.hostname in ("localhost", "127.0.0.1")
    except ValueError:
        return False


def is_own(request: web.Request, origin: str) -> bool:
    """Whether the page came from this very server; TLS may end at a proxy before it."""
    return origin in (f"{request.scheme}://{request.host}", f"https://{request.host}")


class AllowList(Mapping[str, aiohttp_cors.ResourceOptions]):
    """The rule in the form aiohttp-cors asks it: a mapping from origins to options."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._options = aiohttp_cors.ResourceOptions(  # type: ignore[no-untyped-call]
            allow_credentials=True,
            allow_headers="*",
            expose_headers=EXPOSED,
            max_age=3600,
        )

    def __getitem__(self, origin: str) -> aiohttp_cors.ResourceOptions:
        if not allows(self._settings, origin):
            raise KeyError(origin)
        return self._options

    def __len__(self) -> int:
        return len(self._settings.cors_origins)

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings.cors_origins)

    def __bool__(self) -> bool:
        return True


class EveryAnswer(AbstractRouterAdapter):
    """aiohttp-cors for all answers: its own adapter forgets unknown routes, and so their 404."""

    def __init__(self, allowed: AllowList) -> None:
        self.allowed = allowed
        self.preflight: Handler | None = None

    def add_preflight_handler(
        self, routing_entity: object, handler: Handler, webview: bool = False
    ) -> None:
        """Keep the handler: the middleware calls it."""
        self.preflight = handler

    def is_preflight_request(self, request: web.Request) -> bool:
        """As the Fetch standard tells one: OPTIONS that asks for a method."""
        return (
            request.method == hdrs.METH_OPTIONS
            and hdrs.ORIGIN in request.headers
            and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
        )

    def is_cors_enabled_on_request(self, request: web.Request) -> bool:
        """Always."""
        return True

    def set_config_for_routing_entity(self, routing_entity: object, config: Any) -> None:
        """There is one rule for all."""

    async def get_preflight_request_config(
        self, request: web.Request, origin: str, request_method: str
    ) -> AllowList:
        """The one rule."""
        return self.allowed

    def get_non_preflight_request_config(self, request: web.Request) -> AllowList:
        """The one rule."""
        return self.allowed


ADAPTER = web.AppKey("ADAPTER", EveryAnswer)


def setup(app: web.Application) -> None:
    """Let aiohttp-cors see every answer."""
    app[ADAPTER] = EveryAnswer(AllowList(app[SETTINGS]))
    cors = aiohttp_cors.CorsConfig(app, router_adapter=app[ADAPTER])
    # Any resource does: adding one makes aiohttp-cors hand over its handler of preflights.
    cors.add(app.router.add_resource("/"))
    app.on_response_prepare.append(_vary)


@web.middleware
async def preflights(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer preflights, whatever route they are about."""
    adapter = request.app[ADAPTER]
    if adapter.preflight is None or not adapter.is_preflight_request(request):
        return await handler(request)
    response = await adapter.preflight(request)
    asked = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS, "").lower().split(",")
    named = HEADERS | {name.strip() for name in asked if name.strip()}
    response.headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = ", ".join(sorted(named))
    return response


async def _vary(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.add(hdrs.VARY, hdrs.ORIGIN)
