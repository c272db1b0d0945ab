"""Secrets of the server: set by its operator, or made once and kept in the home."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable

from pinge.config import SHORTEST_KEY, Settings, SettingsError


def signing_key(settings: Settings) -> str:
    """The key that signs tokens. Raises SettingsError when the kept one is too short to be safe."""
    return settings.secret_key or _kept_key(settings, "secret_key")


def sealing_keys(settings: Settings) -> tuple[str, ...]:
    """The keys of what is sealed: the first seals, all of them open. Raises as signing_key does."""
    return settings.encryption_keys or (_kept_key(settings, "encryption_key"),)


def kept(settings: Settings, name: str, make: Callable[[], str]) -> str:
    """The secret that lies in the home under this name, made by whoever asks for it first."""
    path = settings.home / name
    settings.home.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        # Linked into place whole, so that of two first starts at once both read the same.
        fresh = settings.home / f"{name}.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(make())
        try:
            os.link(fresh, path)
        finally:
            fresh.unlink()
    return path.read_text().strip()


def _kept_key(settings: Settings, name: str) -> str:
    key = kept(settings, name, lambda: secrets.token_urlsafe(48))
    if len(key.encode()) < SHORTEST_KEY:
        raise SettingsError(
            f"the key in {settings.home / name} is shorter than {SHORTEST_KEY} bytes"
        )
    return key
