"""What the bench is doing, for somebody who watches a terminal."""

from __future__ import annotations

from time import perf_counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

REDRAW_SECONDS = 0.2


class Watching:
    """One line that says what goes on; silent where there is no terminal."""

    def __init__(self, console: Console) -> None:
        # Redrawing from a thread of its own would take time from the load while it is measured.
        self._line = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            transient=True,
            auto_refresh=False,
            disable=not console.is_terminal,
        )
        self._task = self._line.add_task("", visible=False)
        self._drawn = 0.0

    def __enter__(self) -> Self:
        self._line.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._line.stop()

    def begin(self, what: str, total: int = 1) -> None:
        """Something new is under way, in so many steps."""
        self._line.reset(self._task, description=what, total=total, visible=True)
        self._line.refresh()

    def advance(self, to: int | None = None) -> None:
        """One step further, or as far as given."""
        if to is None:
            self._line.advance(self._task)
        else:
            self._line.update(self._task, completed=to)
        if perf_counter() - self._drawn > REDRAW_SECONDS:
            self._drawn = perf_counter()
            self._line.refresh()
