"""One run: clients live and talk, faults strike one after the other, and the judge looks at it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from tests.faults.checker import check
from tests.faults.device import Device
from tests.faults.evidence import Evidence, Violation
from tests.faults.faults import FAULTS, Fault, Nemesis, Skipped
from tests.faults.reading import evidence
from tests.faults.scene import Setting, scene
from tests.faults.stage import Meter, Stage
from tests.faults.traffic import Traffic

RESTS = (1.0, 4.0)  # seconds between two faults
LONGEST = 90.0  # seconds that a fault may take with all that has to come back after it
TO_CONNECT = 60.0
TO_END = 60.0  # seconds in which whatever was begun has to come to its end
SILENCE = 6.0  # seconds without a frame: longer than what sweeps find takes to come
TO_SETTLE = 20.0
LOOK = 0.1

Watch = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens, and for how long."""

    setting: Setting
    seconds: float
    per_second: float = 50.0
    faults: Mapping[str, Fault] = field(default_factory=lambda: FAULTS)


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    plan: Plan
    meter: Meter
    evidence: Evidence
    outages: list[tuple[float, float]]  # while no node could serve anybody
    violations: list[Violation] = field(default_factory=list)

    def verdict(self) -> str:
        """What was broken, with the least that proves it, and how to see it again."""
        lines = [f"seed {self.plan.setting.seed}, journals in {self.plan.setting.folder}"]
        by_kind: dict[str, list[Violation]] = {}
        for violation in self.violations:
            by_kind.setdefault(violation.invariant, []).append(violation)
        for kind, violations in by_kind.items():
            lines += [f"{kind}: {len(violations)}", *map(str, violations[:3])]
        return "\n".join(lines)


async def run(plan: Plan, watch: Watch = lambda stage: None) -> Outcome:
    """Do it, and judge it; `watch` is shown the stage once it is set."""
    async with scene(plan.setting) as (stage, devices, crowd):
        watch(stage)
        async with asyncio.TaskGroup() as living:
            lives = [living.create_task(device.live()) for device in devices]
            await _all_live(devices)
            stage.meter.absences.clear()
            flowing = living.create_task(Traffic(stage, devices, plan.per_second).flow())
            await _strike(Nemesis(stage, devices, crowd, Random(plan.setting.seed)), plan)
            await _come_to_rest(stage, devices, flowing)
            for life in lives:
                life.cancel()
        stage.meter.now = "reading and judging"
        found = await evidence(stage, devices)
    outcome = Outcome(plan, stage.meter, found, stage.database.outages)
    outcome.violations = [Violation("stuck", what) for what in stage.meter.stuck]
    outcome.violations += [
        Violation("unspeakable", f"{node.name} did not expect this", (line,))
        for node in stage.nodes
        for line in node.complaints()
    ]
    outcome.violations += check(found)
    return outcome


async def _come_to_rest(stage: Stage, devices: list[Device], flowing: asyncio.Task[None]) -> None:
    """All is whole again: bring to an end what was begun, and wait until nothing comes any more."""
    stage.closing.set()
    stage.meter.now = "waiting until nothing comes any more"
    await asyncio.wait([flowing], timeout=TO_END)
    if flowing.cancel():
        stage.meter.stuck.append("what was begun did not come to its end")
    try:
        await _all_live(devices)
    except TimeoutError:
        stage.meter.stuck.append("not all devices came back in the end")
    await _settle(stage, devices)


async def _strike(nemesis: Nemesis, plan: Plan) -> None:
    """One fault after the other, each kind once before any comes again."""
    meter, random = nemesis.stage.meter, nemesis.random
    until = time.monotonic() + plan.seconds
    due: list[str] = []
    meter.now = ""
    while time.monotonic() < until:
        await asyncio.sleep(random.uniform(*RESTS))
        if not due:
            due = [name for name in plan.faults if name not in meter.skipped]
            random.shuffle(due)
        if not due:
            continue
        meter.now = due.pop()
        began = time.monotonic()
        try:
            await asyncio.wait_for(plan.faults[meter.now](nemesis), LONGEST)
        except Skipped as reason:
            meter.skipped[meter.now] = str(reason)
        except TimeoutError:
            meter.stuck.append(f"something did not come back after: {meter.now}")
        at, took = began - meter.began, time.monotonic() - began
        meter.log.append(f"{at:7.1f} s  {meter.now}, {took:.1f} s")
        meter.now = ""


async def _all_live(devices: list[Device]) -> None:
    async with asyncio.timeout(TO_CONNECT):
        await asyncio.gather(*(device.up.wait() for device in devices))


async def _settle(stage: Stage, devices: list[Device]) -> None:
    """Wait until nothing comes any more and nothing is being fetched."""
    began = quiet_since = time.monotonic()
    heard = stage.meter.heard
    while time.monotonic() - began < TO_SETTLE:
        await asyncio.sleep(LOOK)
        if stage.meter.heard != heard or any(device.chores for device in devices):
            heard, quiet_since = stage.meter.heard, time.monotonic()
        if time.monotonic() - quiet_since > SILENCE:
            return
