"""Autobahn's cases against /ws: frames as they should be, and as they should not."""

from __future__ import annotations

import kosoku

CASES = ["2.*", "3.*", "4.*", "5.*", "6.*", "7.*"]

# These wait for an echo of what they said, and Pinge does not repeat people.
ECHOED = [
    *(f"5.{case}" for case in (3, 4, 5, 6, 7, 8, 19, 20)),
    *(f"6.{group}.*" for group in (1, 2, 5, 7, 9, 11, 22, 23)),
    *(f"6.6.{case}" for case in (2, 5, 7, 9, 11)),
    "7.1.1",
]
# aiohttp answers a close with 1006, which nobody may send, as it answers any other.
TAKEN_AS_VALID = ["7.9.5"]


async def test_the_protocol_is_spoken_as_it_is_written(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    stays, stranger = await bob.plain(), await pinge.person("sid")  # whom nobody tells anything
    url = f"{pinge.url.replace('http', 'ws')}/ws?token={stranger.token}"

    heard = await kosoku.run_fuzzingclient(url, CASES, ECHOED + TAKEN_AS_VALID, concurrency=8)

    assert len(heard) > 100
    assert await stays.is_quiet(ann)
