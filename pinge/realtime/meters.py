"""Figures about sockets, for /metrics."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

OPEN = Gauge("pinge_sockets", "Sockets open now.", multiprocess_mode="livesum")
SLOW = Counter("pinge_sockets_slow", "Sockets closed because their client read too slowly.")

BUS_UP = Gauge(
    "pinge_bus_up",
    "Whether hints go to other processes and come from them, in every process.",
    multiprocess_mode="livemin",
)
HINTS_SAID = Counter("pinge_bus_hints_said", "Hints passed on to other processes.")
HINTS_HEARD = Counter("pinge_bus_hints_heard", "Hints of others that somebody here follows.")
HINTS_DROPPED = Counter("pinge_bus_hints_dropped", "Hints not passed on: the bus was away or full.")
HINTS_MALFORMED = Counter("pinge_bus_malformed", "Messages that no Pinge of this version wrote.")
