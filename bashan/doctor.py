"""`bashan doctor`: is this installation well? Each question with what was found and, where it is not well, the cure."""

import shutil
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bashan.audit import verify_chains
from bashan.backup.source import Source
from bashan.backup.store import Store, moment_of
from bashan.cannot_start import CannotStart
from bashan.data_dir import SECRETS, require_begun
from bashan.database_roles import SERVICES
from bashan.environment import Ground, ground_as_found
from bashan.field_keys import key_file
from bashan.rotate_keys import holding
from bashan.secret_files import FIELD_COLUMNS, MADE_ANEW, unusable_secrets
from bashan.settings import Settings
from migrations.runner import standing
from shared.clock import Clock
from shared.crypto import FieldKeys
from shared.errors import Failure

OK, WARNING, FAULT = "ok", "warning", "fault"
LEAST_FREE_BYTES = 1024**3
OLDEST_SERVER = 170000
LARGEST_SKEW = timedelta(seconds=2)
OLDEST_BACKUP = timedelta(hours=26)
LONGEST_WAIT = timedelta(minutes=10)
FROM_THE_SAFE = "put them back from the safe, readable by their owner only"


@dataclass(frozen=True, slots=True)
class Finding:
    """One question and its answer; `cure` is empty when all is well."""

    question: str
    state: str
    said: str
    cure: str = ""


async def examine(settings: Settings, backups: Path, *, deep: bool) -> list[dict[str, str]]:
    """Every finding, faults first. `deep` also recomputes the chains and reads every page of the database."""
    require_begun(settings.data_dir)
    data_dir = settings.data_dir.resolve()
    found = [_disk(data_dir), *_secrets(data_dir / SECRETS), _backups(backups)]
    found += await _databases(settings, data_dir, deep=deep)
    order = (FAULT, WARNING, OK)
    return [asdict(one) for one in sorted(found, key=lambda one: order.index(one.state))]


def _judged(question: str, well: bool, said: str, otherwise: str, cure: str) -> Finding:
    return Finding(question, OK, said) if well else Finding(question, otherwise, said, cure)


def _disk(data_dir: Path) -> Finding:
    free = shutil.disk_usage(data_dir).free
    said = f"{free // 1024**2:,} MB free at {data_dir}"
    return _judged("disk", free >= LEAST_FREE_BYTES, said, WARNING, "make room before the database stops")


def _secrets(folder: Path) -> Iterator[Finding]:
    files_of_keys = {name: key_file(folder, name) for name in FIELD_COLUMNS}
    # Where everything is lost nothing says what there was, and a start would make others that open nothing.
    unusable = sorted({*unusable_secrets(folder), *(one.name for one in files_of_keys.values() if not one.exists())})
    missing = [name for name in MADE_ANEW if not (folder / name).exists()]
    if unusable:
        yield Finding("keys", FAULT, f"missing or damaged: {', '.join(unusable)}", FROM_THE_SAFE)
    elif missing:
        cure = f"{FROM_THE_SAFE}; otherwise the next start makes others"
        yield Finding("keys", WARNING, f"missing: {', '.join(missing)}", cure)
    else:
        yield Finding("keys", OK, f"complete in {folder}")
    whole = [name for name, file in files_of_keys.items() if file.name not in unusable]
    turning = [name for name in whole if len(FieldKeys.load(files_of_keys[name]).encryption) > 1]
    said = f"unfinished for {', '.join(turning)}" if turning else "none is under way"
    yield _judged("rotation of field keys", not turning, said, WARNING, "run `bashan rotate-keys --resume`")
    files = [file for file in folder.iterdir() if file.is_file()]
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


async def _databases(settings: Settings, data_dir: Path, *, deep: bool) -> list[Finding]:
    try:
        async with ground_as_found(settings, data_dir) as on:
            found = [one for service in SERVICES async for one in _database(on, service)]
            return found + (await _looked_deep(on) if deep else [])
    except CannotStart as failure:
        return [Finding("database server", FAULT, failure.cause, failure.cure)]


async def _looked_deep(on: Ground) -> list[Finding]:
    sealed = [await _told(f"sealed rows of {service}", _sealed(on, service)) for service in FIELD_COLUMNS]
    return [await _told("pages", _pages(on)), await _told("chains", _chains(on)), *sealed]


async def _told(question: str, asked: Awaitable[Finding]) -> Finding:
    """What stands in the way of one answer keeps nobody from the others."""
    try:
        return await asked
    except CannotStart as failure:
        return Finding(question, FAULT, failure.cause, failure.cure)
    except (Failure, SQLAlchemyError, asyncpg.PostgresError, OSError, TimeoutError) as failure:
        return Finding(question, FAULT, f"not looked at ({type(failure).__name__})", "mend the other faults first")


async def _database(on: Ground, service: str) -> AsyncIterator[Finding]:
    url = on.urls[service].runtime
    try:
        async with connection_to(url) as connection:
            for ask in (_server, _clock, _rights):
                yield await ask(service, connection)
            schema = await _schema(service, url)
            yield schema
            if schema.state != FAULT:
                yield await _jobs(service, connection)
    except (SQLAlchemyError, asyncpg.PostgresError, OSError, TimeoutError) as failure:
        cure = "start it, or correct its URL; `docs/operations/alarms.md#bashandatabaseaway`"
        yield Finding(f"database of {service}", FAULT, f"does not answer ({type(failure).__name__})", cure)


async def _schema(service: str, url: str) -> Finding:
    stands = await standing(service, url)
    question = f"schema of {service}"
    if stands.unknown:
        state = WARNING if stands.runs else FAULT
        return Finding(question, state, f"{stands.current} is of a newer release", "run that release again")
    if stands.behind:
        return Finding(question, FAULT, f"{stands.behind} revision(s) behind", "run `bashan migrate`")
    return Finding(question, OK, f"{stands.current}")


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
    server = Source.of(on)
    try:
        await server.run("pg_amcheck", "--database=bashan", "--install-missing", "--heapallindexed")
    except CannotStart as failure:
        return Finding("pages", FAULT, failure.cause, "restore: `docs/operations/restore.md`")
    return Finding("pages", OK, "every table and index was read")


async def _chains(on: Ground) -> Finding:
    chains = await verify_chains(on)
    broken = [f"{name} at {one['broken_at']}" for name, one in chains.items() if one["broken_at"] is not None]
    if broken:
        return Finding("chains", FAULT, f"broken: {', '.join(broken)}", "`docs/operations/incidents.md`")
    return Finding("chains", OK, f"{sum(one['rows'] for one in chains.values()):,} rows fit")


async def _sealed(on: Ground, service: str) -> Finding:
    """Does the folder of the keys hold every key that something is sealed with?"""
    question, file = f"sealed rows of {service}", key_file(on.secrets_dir, service)
    if not file.exists() or file.name in unusable_secrets(on.secrets_dir):
        return Finding(question, FAULT, f"not to be opened without {file.name}", FROM_THE_SAFE)
    held = await holding(on, service)
    lost = sorted({*held.rows, *held.files} - set(held.keys))
    said = f"on keys that are not there: {lost}" if lost else f"{sum(held.rows.values()):,} rows on keys we have"
    cure = "run `bashan rotate-keys --resume`, which knows retired keys; else put the file back from the safe"
    return _judged(question, not lost, said, FAULT, cure)
