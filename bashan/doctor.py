"""`bashan doctor`: is this installation well? Each question with what was found and, where it is not well, the cure."""

import shutil
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from bashan.audit import verify_audit
from bashan.backup.source import Source
from bashan.backup.store import Store, moment_of
from bashan.cannot_start import CannotStart
from bashan.database_roles import SERVICES
from bashan.environment import Ground, ground
from bashan.field_keys import key_file
from bashan.rotate_keys import standing_of_keys
from bashan.secret_files import FIELD_COLUMNS
from bashan.settings import Settings
from migrations.runner import standing
from shared.clock import Clock
from shared.crypto import FieldKeys

OK, WARNING, FAULT = "ok", "warning", "fault"
LEAST_FREE_BYTES = 1024**3
OLDEST_SERVER = 170000
LARGEST_SKEW = timedelta(seconds=2)
OLDEST_BACKUP = timedelta(hours=26)
LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Finding:
    """One question and its answer; `cure` is empty when all is well."""

    question: str
    state: str
    said: str
    cure: str = ""


async def examine(settings: Settings, backups: Path, *, deep: bool) -> list[dict[str, str]]:
    """Every finding, faults first. `deep` also recomputes the chains and reads every page of the database."""
    async with ground(settings, begins=False) as on:
        found = [*_disk(on), *_secrets(on), _backups(backups)]
        for service in SERVICES:
            found += [finding async for finding in _database(on, service)]
        if deep:
            found.append(await _pages(on))
    if deep:
        found += [await _chains(settings), *await _sealed(settings)]
    order = (FAULT, WARNING, OK)
    return [asdict(one) for one in sorted(found, key=lambda one: order.index(one.state))]


def _judged(question: str, well: bool, said: str, otherwise: str, cure: str) -> Finding:
    return Finding(question, OK, said) if well else Finding(question, otherwise, said, cure)


def _disk(on: Ground) -> Iterator[Finding]:
    free = shutil.disk_usage(on.data_dir).free
    said = f"{free // 1024**2:,} MB free at {on.data_dir}"
    yield _judged("disk", free >= LEAST_FREE_BYTES, said, WARNING, "make room before the database stops")


def _secrets(on: Ground) -> Iterator[Finding]:
    wanted = [f"field-keys-{name}.json" for name in FIELD_COLUMNS] + ["token-keys.json", "service-keys.json"]
    missing = [name for name in wanted if not (on.secrets_dir / name).exists()]
    if missing:
        yield Finding("keys", FAULT, f"missing: {', '.join(missing)}", "put them back from the safe")
    else:
        yield Finding("keys", OK, f"complete in {on.secrets_dir}")
        turning = [name for name in FIELD_COLUMNS if len(FieldKeys.load(key_file(on.secrets_dir, name)).encryption) > 1]
        said = f"unfinished for {', '.join(turning)}" if turning else "none is under way"
        yield _judged("rotation of field keys", not turning, said, WARNING, "run `bashan rotate-keys --resume`")
    files = [file for file in on.secrets_dir.iterdir() if file.is_file()]
    open_ones = [file.name for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077]
    if open_ones:
        yield Finding("rights of keys", FAULT, f"others may read {', '.join(open_ones)}", "chmod 600, then rotate them")
    else:
        yield Finding("rights of keys", OK, "only their owner reads them")


def _backups(folder: Path) -> Finding:
    bases = Store(folder).bases()
    if not bases:
        return Finding(
            "backup", WARNING, f"none in {folder}", "run `bashan backup --follow`, or name the folder with --backups"
        )
    age = Clock().now() - moment_of(bases[-1])
    said = f"the newest base is {age.total_seconds() / 3600:.1f} h old"
    return (
        Finding("backup", OK, said) if age <= OLDEST_BACKUP else Finding("backup", WARNING, said, "is the follower up?")
    )


async def _database(on: Ground, service: str) -> AsyncIterator[Finding]:
    try:
        async with connection_to(on.urls[service].runtime) as connection:
            for ask in (_server, _clock, _rights, _jobs):
                yield await ask(service, connection)
    except (asyncpg.PostgresError, OSError, TimeoutError) as failure:
        cure = "start it, or correct its URL; `docs/operations/alarms.md#bashandatabaseaway`"
        yield Finding(f"database of {service}", FAULT, f"does not answer ({type(failure).__name__})", cure)
        return
    stands = await standing(service, on.urls[service].runtime)
    question = f"schema of {service}"
    if stands.unknown:
        state = WARNING if stands.runs else FAULT
        yield Finding(question, state, f"{stands.current} is of a newer release", "run that release again")
    elif stands.behind:
        yield Finding(question, FAULT, f"{stands.behind} revision(s) behind", "run `bashan migrate`")
    else:
        yield Finding(question, OK, f"{stands.current}")


@asynccontextmanager
async def connection_to(url: str) -> AsyncIterator[asyncpg.Connection]:
    target = make_url(url)
    connection = await asyncpg.connect(**target.get_dialect()().create_connect_args(target)[1], timeout=5)
    try:
        yield connection
    finally:
        await connection.close()


Ask = Callable[[str, asyncpg.Connection], Awaitable[Finding]]


async def _server(service: str, connection: asyncpg.Connection) -> Finding:
    version = int(await connection.fetchval("SELECT current_setting('server_version_num')"))
    checksums = await connection.fetchval("SHOW data_checksums")
    question, said = f"server of {service}", f"PostgreSQL {version // 10000}.{version % 10000}, checksums {checksums}"
    if version < OLDEST_SERVER:
        return Finding(question, FAULT, said, f"use {OLDEST_SERVER // 10000} or newer")
    if checksums != "on":
        return Finding(question, WARNING, said, "stop the server and run pg_checksums --enable")
    return Finding(question, OK, said)


async def _clock(service: str, connection: asyncpg.Connection) -> Finding:
    skew = abs(await connection.fetchval("SELECT clock_timestamp()") - Clock().now())
    said = f"{skew.total_seconds():.3f} s apart"
    question = f"clocks of {service}"
    return (
        Finding(question, OK, said) if skew <= LARGEST_SKEW else Finding(question, FAULT, said, "set the clocks by NTP")
    )


async def _rights(service: str, connection: asyncpg.Connection) -> Finding:
    mighty = await connection.fetchval(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    question = f"rights of {service}"
    if mighty:
        return Finding(
            question, FAULT, "its role may do more than read and write rows", "give it the role of `bashan migrate`"
        )
    return Finding(question, OK, "its role reads and writes rows")


async def _jobs(service: str, connection: asyncpg.Connection) -> Finding:
    waited = await connection.fetchval("SELECT now() - min(ordered_at) FROM jobs WHERE state = 'queued'") or timedelta()
    said = f"the oldest has waited for {waited.total_seconds():.0f} s"
    cure = "`docs/operations/alarms.md#bashanjobswait`"
    return _judged(f"jobs of {service}", waited <= LONGEST_WAIT, said, WARNING, cure)


async def _pages(on: Ground) -> Finding:
    """pg_amcheck reads every table and index and, on the way, each page's checksum; only a superuser may."""
    try:
        await Source.of(on).run("pg_amcheck", "--database=bashan", "--install-missing", "--heapallindexed")
    except CannotStart as failure:
        return Finding("pages", FAULT, failure.cause, "restore: `docs/operations/restore.md`")
    return Finding("pages", OK, "every table and index was read")


async def _chains(settings: Settings) -> Finding:
    chains: dict[str, dict[str, Any]] = await verify_audit(settings)
    broken = [f"{name} at {one['broken_at']}" for name, one in chains.items() if one["broken_at"] is not None]
    if broken:
        return Finding("chains", FAULT, f"broken: {', '.join(broken)}", "`docs/operations/incidents.md`")
    return Finding("chains", OK, f"{sum(one['rows'] for one in chains.values()):,} rows fit")


async def _sealed(settings: Settings) -> list[Finding]:
    """Does the folder of the keys hold every key that something is sealed with?"""
    found = []
    for service, one in (await standing_of_keys(settings, tuple(FIELD_COLUMNS))).items():
        bear = {int(key_id) for key_id in (*one["rows"], *one["files"])}
        lost = sorted(bear - set(one["keys"]))
        said = f"on keys that are not there: {lost}" if lost else f"{sum(one['rows'].values()):,} rows on keys we have"
        cure = "run `bashan rotate-keys --resume`, which knows retired keys; else put the file back from the safe"
        found.append(_judged(f"sealed rows of {service}", not lost, said, FAULT, cure))
    return found
