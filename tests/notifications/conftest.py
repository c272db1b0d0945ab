"""A push service, and a Pinge that may push to it and does so at once."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from pinge.notifications import activity, finding, herald
from pinge.realtime import presence
from tests.notifications.service import PushService


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    """Nothing is gathered, and nobody waits long for anything."""
    monkeypatch.setattr(finding, "GATHERED", 0)
    monkeypatch.setattr(finding, "LOOKED_EVERY", 0.01)
    monkeypatch.setattr(finding, "WALKED_EVERY", 0.1)
    monkeypatch.setattr(presence, "TOLD_EVERY", 0.01)
    monkeypatch.setattr(activity, "TOLD_EVERY", 0.01)
    monkeypatch.setattr(activity, "TOLD_AGAIN", 0.01)
    monkeypatch.setattr(herald, "FIRST_DELAY", 0.01)


@pytest.fixture
def settings(settings):
    """Push services on loopback are pushed to."""
    here = (ip_network("127.0.0.0/8"),)
    return replace(settings, outbound_networks=here, push_hosts=("127.0.0.1",))


@pytest.fixture
async def service():
    """A push service."""
    running = PushService()
    await running.start()
    yield running
    await running.stop()
