"""Everything that can be measured, in the order in which it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType

from pinge.bench import connecting, direct, groups, logins, reading, storm
from pinge.bench.figures import Figure
from pinge.bench.stage import Stage

Scenario = Callable[[Stage, str], Awaitable[list[Figure]]]

# Memory first, while the server has none to spare; then the tables fill up as it goes on.
SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "memory": connecting.memory,
        "connects": connecting.connects,
        "direct-w8": partial(direct.over_sockets, window=8),
        "direct-w1": partial(direct.over_sockets, window=1),
        "old": partial(direct.on_full_tables, window=8, empty="direct-w8"),
        "http-w1": partial(direct.over_http, window=1),
        "http-w8": partial(direct.over_http, window=8),
        "groups": groups.groups,
        "unread": reading.glances,
        "history": reading.history,
        "logins": logins.logins,
        "storm": storm.storm,
    }
)
