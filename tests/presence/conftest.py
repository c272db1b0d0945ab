"""A clock that stands: presence is told when a test says so, and a grace is over at once."""

from __future__ import annotations

import pytest

from pinge.presence import telling
from pinge.realtime import presence


@pytest.fixture(autouse=True)
def by_hand(monkeypatch):
    monkeypatch.setattr(presence, "TOLD_EVERY", 3600)
    monkeypatch.setattr(telling, "EVERY", 3600)
    monkeypatch.setattr(presence, "SEEN_EVERY", -1)
    monkeypatch.setattr(presence, "GRACE", 0)


@pytest.fixture
async def friends(pinge):
    """Two who are contacts."""
    return await pinge.friends("ann", "bob")
