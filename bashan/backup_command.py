"""`bashan backup` and `bashan restore`."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bashan.settings import Settings
from bashan.terminal import Json, answer, attempt, read_settings, run, say, stop
from shared.clock import SHANGHAI

Folder = Annotated[Path | None, typer.Option(help="The folder of the backups; backups/ of the data directory.")]


def backup(
    to: Folder = None,
    follow: Annotated[bool, typer.Option("--follow", help="Stay, and take the log as it is written.")] = False,
    keep: Annotated[int, typer.Option(help="How many base backups are kept.", min=1)] = 7,
    every_hours: Annotated[float, typer.Option(help="With --follow: how often a new base is taken.", min=0.01)] = 24,
    metrics: Annotated[str | None, typer.Option(help="With --follow: HOST:PORT for Prometheus.")] = None,
    json: Json = False,
) -> None:
    """Back up the database and the uploads, never the keys: keep a copy of secrets/ elsewhere."""
    from bashan.backup.take import Following, take_one
    from bashan.backup.take import follow as follow_log
    from bashan.serve import read_address

    settings = read_settings()
    if follow:
        watched = attempt(read_address, metrics) if metrics else None
        wish = Following(folder_of(settings, to), keep, timedelta(hours=every_hours), watched)
        run(follow_log(settings, wish, say))
        return
    taken = run(take_one(settings, folder_of(settings, to), keep))
    answer(json, taken, [f"{name}: {value}" for name, value in taken.items()])


def restore(
    source: Annotated[Path | None, typer.Option("--from", help="The folder of the backups.")] = None,
    into: Annotated[Path | None, typer.Option(help="The new data directory; it has to be empty.")] = None,
    until: Annotated[str | None, typer.Option(help="The moment, as 2026-11-24T08:00 (China's time); else all.")] = None,
    secrets: Annotated[Path | None, typer.Option(help="The keys that were kept apart; else those here.")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Only prove that it could be done.")] = False,
    json: Json = False,
) -> None:
    """Restore into a new data directory, or prove that it could be done."""
    from bashan.backup.drill import drill
    from bashan.backup.restore import Wish
    from bashan.backup.restore import restore as restore_into
    from bashan.backup.store import Store

    if verify == (into is not None):
        stop("either name a new directory with --into, or prove the backup with --verify", 2)
    settings = read_settings()
    store = Store(folder_of(settings, source))
    keys = secrets or settings.data_dir / "secrets"
    moment = _moment(until)
    if into is None:
        found = run(drill(settings, store, keys, moment))
    else:
        found = run(restore_into(settings, Wish(store, into, keys, moment)))
    answer(json, found, [f"{name}: {value}" for name, value in found.items()])


def folder_of(settings: Settings, named: Path | None) -> Path:
    return named or settings.data_dir / "backups"


def _moment(until: str | None) -> datetime | None:
    if until is None:
        return None
    try:
        moment = datetime.fromisoformat(until)
    except ValueError:
        stop(f"{until!r} is no moment; write it as 2026-11-24T08:00", 2)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
