"""Long work shows how far it is, how fast, and how long it still takes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from shared.jobs import Progress


@asynccontextmanager
async def shown_progress(what: str, progress: Progress, *, quiet: bool) -> AsyncIterator[None]:
    """A bar on standard error while the body runs; nothing when quiet."""
    if quiet:
        yield
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]} a second"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=None, rate="-")
        began = asyncio.get_running_loop().time()
        drawing = asyncio.create_task(_draw(bar, task, progress, began))
        try:
            yield
        finally:
            drawing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await drawing
            total = progress.total or progress.done
            bar.update(task, completed=progress.done, total=total, rate=_rate(progress, began))


async def _draw(bar: Bar, task: TaskID, progress: Progress, began: float) -> None:
    while True:
        await asyncio.sleep(0.2)
        bar.update(task, completed=progress.done, total=progress.total or None, rate=_rate(progress, began))


def _rate(progress: Progress, began: float) -> str:
    """So many a second since the beginning."""
    seconds = asyncio.get_running_loop().time() - began
    return f"{progress.done / seconds:,.0f}" if seconds > 0 else "-"
