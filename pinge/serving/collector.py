"""The garbage collector of a process that serves."""

from __future__ import annotations

import gc

SELDOM = 20_000  # new objects, net, between two looks; Python's own is 700


def calm_the_collector() -> None:
    """Let the garbage collector look less often, and never at what was made by now.

    Objects made at import and start live for ever, and scanning them again and again cost 7 % of
    the server's time under load (measured with perf).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)
