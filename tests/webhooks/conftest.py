"""Programs elsewhere, on this machine."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest

from pinge.config import Settings
from tests.webhooks.receiver import Receiver


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Where this machine may be called."""
    here = (ip_network("127.0.0.0/8"),)
    return dataclasses.replace(settings, outbound_networks=here, secret_key="k" * 32)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A program that is told."""
    running = Receiver()
    await running.start()
    yield running
    await running.stop()
