"""What a login tells of its device."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import hdrs, web

from pinge.http.address import client_address

LONGEST_HEADER = 300  # characters kept of what a device says of itself


@dataclass(frozen=True, slots=True)
class Device:
    """What a login tells of where it comes from, kept with its session."""

    ip_address: str
    user_agent: str | None
    location: str | None
    device_info: str | None

    @property
    def place(self) -> str:
        """Where it says it is."""
        return f"{self.ip_address} ({self.location})" if self.location else self.ip_address

    @property
    def description(self) -> str:
        """What it says it is."""
        told = [part for part in (self.device_info, self.user_agent) if part]
        return ", ".join(told) or "it does not say"


def device_of(request: web.Request) -> Device:
    """The device that this request to log in comes from."""
    return Device(
        ip_address=client_address(request),
        user_agent=_header(request, hdrs.USER_AGENT),
        location=_header(request, "X-Location"),
        device_info=_header(request, "X-Device-Info"),
    )


def _header(request: web.Request, name: str) -> str | None:
    """A header as text: aiohttp decodes stray bytes into half surrogates, which nobody can keep."""
    value = request.headers.get(name)
    return value and value.encode("utf-8", "replace").decode()[:LONGEST_HEADER]
