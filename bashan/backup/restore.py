"""`bashan restore`: a data directory as it was at a moment, made beside the live one and checked before it counts."""

import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import create_async_engine

from bashan.backup.store import About, Store, about, fingerprints_held
from bashan.backup.verify import recovered, verify
from bashan.cannot_start import CannotStart
from bashan.data_dir import SECRETS, prepare_data_dir
from bashan.embedded_postgres import EmbeddedPostgres
from bashan.field_keys import bring_back
from bashan.os_user import OsUser
from bashan.secret_files import FIELD_COLUMNS
from bashan.settings import Settings
from bashan.status import LOGS
from shared.ids import new_id

_WHOLE_LOG = {"restore_command": 'cp "../wal/%f" "%p"', "recovery_target_timeline": "latest"}


@dataclass(frozen=True, slots=True)
class Wish:
    """From which store, into which new data directory, with which keys, until when (None: the end of the log)."""

    store: Store
    into: Path
    secrets: Path
    until: datetime | None


async def restore(settings: Settings, wish: Wish) -> dict[str, Any]:
    """What was restored and what the checks found. Raises CannotStart before anything is made, and when a check fails:
    the new directory then stays, so that it can be looked at."""
    began = time.monotonic()
    base = wish.store.newest(wish.until)
    told = about(base)
    _refuse_wrong_keys(told, wish.secrets)
    _refuse_full(wish.into)
    _lay_out(base, wish)
    server = EmbeddedPostgres(wish.into, _WHOLE_LOG | _target(wish.until))
    server.start()
    try:
        replayed = await recovered(server)
        await server.ensure_database()
        urls = server.database_urls()
        for service, log in LOGS.items():
            await _new_epoch(urls[service].runtime, log.epoch)
    finally:
        server.stop()
    checks = await verify(of_directory(settings, wish.into), told)
    return {
        "base": base.name,
        "until": replayed.isoformat() if replayed else told.taken_at,
        "data_dir": str(wish.into),
        "seconds": round(time.monotonic() - began, 1),
        "checks": checks,
    }


def of_directory(settings: Settings, data_dir: Path) -> Settings:
    """The settings of a restored directory: its own embedded server, whatever servers the live one has."""
    servers = dict.fromkeys(name for name in Settings.model_fields if name.endswith("database_url"))
    return settings.model_copy(update={**servers, "data_dir": data_dir})


def _refuse_wrong_keys(told: About, secrets: Path) -> None:
    """A restore whose numbers nobody can read is worse than none: it looks whole."""
    have = fingerprints_held(secrets) if secrets.is_dir() else {}
    lacking = sorted(name for name, fingerprint in told.keys.items() if have.get(name) != fingerprint)
    if lacking:
        raise CannotStart(
            f"{secrets} does not hold the keys of this backup ({', '.join(lacking)} missing or another)",
            "name the folder of the keys that were kept apart with --secrets; without them no number can be read",
        )


def _refuse_full(into: Path) -> None:
    if into.exists() and any(into.iterdir()):
        raise CannotStart(f"{into} is not empty", "name a new folder with --into; nothing is restored over anything")


def _lay_out(base: Path, wish: Wish) -> None:
    prepare_data_dir(wish.into)
    shutil.copytree(wish.secrets, wish.into / SECRETS)
    for service in FIELD_COLUMNS:
        bring_back(wish.into / SECRETS, service)
    shutil.copytree(wish.store.files, wish.into / "files", ignore=shutil.ignore_patterns(".*"))
    home = wish.into / "postgres"
    home.mkdir(mode=0o700)
    shutil.copytree(base / "data", home / "data")
    (home / "data" / "recovery.signal").touch()
    wal = home / "wal"
    wal.mkdir(mode=0o700)
    for segment in wish.store.wal.iterdir():
        # The newest segment is whole up to where the server died; PostgreSQL stops at the first record that is not.
        shutil.copyfile(segment, wal / segment.name.removesuffix(".partial"))
    user = OsUser.for_server(home / "nowhere")
    for path in (wal, home / "data", *wal.rglob("*"), *(home / "data").rglob("*")):
        user.own(path)
    (home / "data").chmod(0o700)


def _target(until: datetime | None) -> dict[str, str]:
    if until is None:
        return {}
    when = until.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
    return {"recovery_target_time": when, "recovery_target_action": "promote", "recovery_target_inclusive": "on"}


async def _new_epoch(url: str, epoch: Any) -> None:
    """What a sibling or phone has read may lie in the future of this directory: it has to begin again."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(epoch.delete())
            await connection.execute(insert(epoch).values(epoch=new_id()))
    finally:
        await engine.dispose()
