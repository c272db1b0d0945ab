"""Headers that every answer carries, the error ones too; a socket's handshake is none."""

from __future__ import annotations

from aiohttp import hdrs, web

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


async def secure(_request: web.Request, response: web.StreamResponse) -> None:
    """Add what is not set yet, as the answer is about to leave."""
    headers = response.headers
    headers[hdrs.SERVER] = "pinge"  # aiohttp's own tells its version and Python's
    if response.status == 101:  # no page; and what it carries is kept as long as the socket lives
        return
    for name, value in SECURITY.items():
        headers.setdefault(name, value)
