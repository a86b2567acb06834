"""`bashan backup`: a base backup now, and the log from then on for as long as it runs."""

import asyncio
import contextlib
import shutil
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bashan.backup.metrics import BackupMetrics
from bashan.backup.source import Source
from bashan.backup.store import About, Store, key_fingerprints
from bashan.cannot_start import CannotStart
from bashan.database_roles import SERVICES
from bashan.environment import Ground, ground
from bashan.preflight import bind_port
from bashan.serve import serving_beside
from bashan.settings import Settings
from migrations.runner import standing
from shared.clock import Clock
from shared.web.metrics import metrics_app

SLOT = "bashan_backup"
PAUSE_SECONDS = 5.0
FILES_EVERY_SECONDS = 30.0
"""An upload is younger than its row by this much at most, and lost with it by a restore to that moment."""

Say = Callable[[str], None]


async def take_one(settings: Settings, to: Path, keep: int) -> dict[str, Any]:
    """A base backup that is whole in itself; what it is and what was pruned."""
    store = Store(to)
    async with ground(settings, begins=False) as on:
        store.prepare()
        source = Source.of(on)
        # Without a follower the base brings the log that makes it consistent.
        base = await _base(on, source, store, Clock().now(), wal="stream")
        _copy_files(on, store)
        return {"base": base.name, "pruned": store.prune(keep), "folder": str(to)}


@dataclass(frozen=True, slots=True)
class Following:
    """Where to, how many bases are kept, how often one is taken, and the address at which Prometheus asks."""

    to: Path
    keep: int
    every: timedelta
    metrics: tuple[str, int] | None


async def follow(settings: Settings, following: Following, say: Say) -> None:
    """The log without a gap, a base every so often, uploads, until SIGTERM or Ctrl-C."""
    store = Store(following.to)
    async with ground(settings, begins=False) as on:
        store.prepare()
        source = Source.of(on)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        watched = bind_port(*following.metrics) if following.metrics else None
        async with serving_beside(metrics_app(BackupMetrics(source, store, SLOT).read), watched):
            await _first_to_end(
                stop,
                _keep_receiving(source, store, say),
                _keep_taking(on, source, store, following, say),
                _keep_copying(on, store),
            )


async def _first_to_end(stop: asyncio.Event, *work: Coroutine[Any, Any, None]) -> None:
    """Until told to stop, or until one of them fails: then its failure."""
    tasks = [asyncio.create_task(one) for one in work]
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in (stopped, *tasks):
        task.cancel()
    await asyncio.wait(tasks)
    for task in done - {stopped}:
        task.result()


async def _keep_receiving(source: Source, store: Store, say: Say) -> None:
    """pg_receivewal, begun again when the server was away; the slot keeps what it has not taken."""
    slot = ("--slot", SLOT)
    await source.run("pg_receivewal", "--create-slot", "--if-not-exists", *slot)
    while True:
        words = ("--directory", str(store.wal), *slot, "--synchronous", "--no-loop", "--no-password")
        child = await source.begin("pg_receivewal", *words)
        try:
            _, said = await child.communicate()
        finally:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
                await child.wait()
        line = said.decode(errors="replace").strip().rpartition("\n")[2]
        say(f"the log is not being received ({line}); trying again")
        await asyncio.sleep(PAUSE_SECONDS)


async def _keep_taking(on: Ground, source: Source, store: Store, following: Following, say: Say) -> None:
    while True:
        try:
            base = await _base(on, source, store, Clock().now(), wal="none")
            gone = store.prune(following.keep)
            say(f"base backup {base.name}" + (f"; pruned {', '.join(gone)}" if gone else ""))
            pause = following.every.total_seconds()
        except CannotStart as failure:
            say(f"no base backup: {failure.cause}")
            pause = PAUSE_SECONDS * 12
        await asyncio.sleep(pause)


async def _keep_copying(on: Ground, store: Store) -> None:
    while True:
        await asyncio.to_thread(_copy_files, on, store)
        await asyncio.sleep(FILES_EVERY_SECONDS)


async def _base(on: Ground, source: Source, store: Store, now: datetime, *, wal: str) -> Path:
    unfinished = store.new_base(now)
    words = ("--pgdata", str(unfinished / "data"), "--checkpoint=fast", f"--wal-method={wal}", "--no-password")
    try:
        await source.run("pg_basebackup", *words)
        await source.run("pg_verifybackup", *(() if wal == "stream" else ("--no-parse-wal",)), str(unfinished / "data"))
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    schemas = {name: (await standing(name, on.urls[name].runtime)).current for name in SERVICES}
    about = About(now.isoformat(), version("bashan"), schemas, key_fingerprints(on.secrets_dir))
    return store.finish(unfinished, about)


def _copy_files(on: Ground, store: Store) -> None:
    """What is new or was sealed anew; an upload that is being written has another name until it is whole."""
    for file in on.files_dir.rglob("*"):
        there = store.files / file.relative_to(on.files_dir)
        if file.is_file() and not file.name.startswith(".") and not _same(file, there):
            there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = there.with_name(f".{there.name}")
            with contextlib.suppress(FileNotFoundError):
                shutil.copy2(file, unfinished)
                unfinished.rename(there)


def _same(file: Path, there: Path) -> bool:
    """The first bytes of a sealed file are its key's id and its nonce: another sealing begins otherwise."""
    with contextlib.suppress(FileNotFoundError), file.open("rb") as live, there.open("rb") as kept:
        return live.read(13) == kept.read(13)
    return False
