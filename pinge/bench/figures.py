"""What was measured: a rate, its latencies, and how busy both sides were."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time

from pinge.bench.server import UNKNOWN, Server

SATURATED = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the report. Loads are shares of one core."""

    scenario: str
    what: str
    value: float
    unit: str
    p50_ms: float | None
    p99_ms: float | None
    samples: int
    ratio: float | None
    ratio_of: str | None
    seconds: float
    generator_load: float
    server_load: float | None
    database_load: float | None
    note: str | None

    @property
    def is_lower_bound(self) -> bool:
        """Whether the generator had no time left, so that the server may well do more."""
        return self.generator_load > SATURATED


@dataclass(frozen=True, slots=True)
class Measured:
    """A stretch of time: what was counted in it and how busy generator and server were."""

    seconds: float
    generator_load: float
    server_load: float | None
    database_load: float | None
    count: int
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Counts per second."""
        return self.count / self.seconds

    def p(self, share: float) -> float | None:
        """The nearest-rank percentile of the latencies, in milliseconds."""
        if not self.latencies:
            return None
        return sorted(self.latencies)[math.ceil(share * len(self.latencies)) - 1] * 1000

    def figure(
        self,
        scenario: str,
        what: str,
        unit: str,
        *,
        value: float | None = None,
        ratio: float | None = None,
        ratio_of: str | None = None,
        note: str | None = None,
    ) -> Figure:
        """The line of the report; its value is the rate unless another is given."""
        return Figure(
            scenario=scenario,
            what=what,
            value=self.rate if value is None else value,
            unit=unit,
            p50_ms=self.p(0.50),
            p99_ms=self.p(0.99),
            samples=len(self.latencies),
            ratio=ratio,
            ratio_of=ratio_of,
            seconds=self.seconds,
            generator_load=self.generator_load,
            server_load=self.server_load,
            database_load=self.database_load,
            note=note,
        )


def quotient(one: float | None, other: float | None) -> float | None:
    """One divided by the other, if there is anything to divide."""
    return one / other if one and other else None


def together(parts: Sequence[Measured]) -> Measured:
    """Several stretches of the same work as one."""
    seconds = sum(part.seconds for part in parts)

    def mean(loads: Iterable[float | None]) -> float | None:
        known = zip(loads, parts, strict=True)
        spent = [load * part.seconds for load, part in known if load is not None]
        return sum(spent) / seconds if spent else None

    return Measured(
        seconds=seconds,
        generator_load=sum(part.generator_load * part.seconds for part in parts) / seconds,
        server_load=mean(part.server_load for part in parts),
        database_load=mean(part.database_load for part in parts),
        count=sum(part.count for part in parts),
        latencies=[latency for part in parts for latency in part.latencies],
    )


class Stopwatch:
    """Runs from the moment it is made."""

    def __init__(self, server: Server | None) -> None:
        self._server = server
        self._served = server.cpu() if server else UNKNOWN
        self._worked = process_time()
        self._began = perf_counter()

    def stop(self, count: int, latencies: Sequence[float] = ()) -> Measured:
        """What was counted since the start."""
        seconds = perf_counter() - self._began
        worked = process_time() - self._worked
        served = self._server.cpu() if self._server else UNKNOWN
        return Measured(
            seconds=seconds,
            generator_load=worked / seconds,
            server_load=_load(self._served.server, served.server, seconds),
            database_load=_load(self._served.database, served.database, seconds),
            count=count,
            latencies=latencies,
        )


def _load(before: float | None, after: float | None, seconds: float) -> float | None:
    return None if before is None or after is None else (after - before) / seconds
