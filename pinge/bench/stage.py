"""What every scenario works with."""

from __future__ import annotations

from dataclasses import dataclass, field

from pinge.bench.crowd import Crowd
from pinge.bench.figures import Figure
from pinge.bench.link import Address
from pinge.bench.progress import Watching
from pinge.bench.server import Server


class Skipped(Exception):
    """This scenario cannot run here."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything."""

    seconds: float
    pairs: int
    groups: tuple[int, ...]
    depth: int
    conversations: int
    connects: int
    idle: int
    old: int
    storm: int
    logins: int


@dataclass(frozen=True, slots=True)
class Stage:
    """One run of the bench, and what has come of it so far."""

    address: Address
    far: Address  # of the process where receivers are
    sizes: Sizes
    server: Server | None
    watching: Watching
    crowd: Crowd
    figures: list[Figure] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
