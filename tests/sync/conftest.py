"""Devices that remember how far they have everything, and come back with it."""

from __future__ import annotations

import pytest

from tests.sync.device import Device


@pytest.fixture
async def friends(pinge):
    """Two contacts, and a device of each that is up to date and away."""
    ann, bob = await pinge.friends("ann", "bob")
    return await Device.of(ann), await Device.of(bob)
