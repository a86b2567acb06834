"""`bashan support-bundle`: what somebody needs who is to help from afar, and nothing of anybody's.

    about.json       release, Python, packages, machine
    settings.json    which variables are set; values only where they are numbers or true and false
    status.json      schemas, rows, how many changes are unread
    doctor.json      every finding
    database.json    per service: settings that were changed, sizes of tables, what the connections do
    metrics/*.txt    what Prometheus would read, where an address is named
    log/*.txt        the last lines, as `bashan.redaction` lets them through

Before it is written everything is searched for the contents of the key files and for secrets of the environment: one
hit and nothing is written. What cannot be had of a broken installation is said in its place.
"""

import asyncio
import io
import json
import os
import platform
import re
import tarfile
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any, TextIO

import asyncpg
import httpx
import orjson
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bashan.cannot_start import CannotStart
from bashan.data_dir import SECRETS
from bashan.database_roles import SERVICES
from bashan.doctor import connection_to, examine
from bashan.embedded_postgres import EmbeddedPostgres
from bashan.environment import Ground, ground
from bashan.redaction import clean, safe_lines
from bashan.settings import Settings
from bashan.status import read_status
from shared.clock import Clock
from shared.errors import Failure

LAST_LINES = 5000
SHORTEST_SECRET = 12
_SECRET_NAME = re.compile(r"SECRET|PASSWORD|TOKEN|_KEY|_URL$")
_HARMLESS = re.compile(r"-?\d{1,6}(\.\d{1,6})?|true|false", re.IGNORECASE)
_PERSON = re.compile(r"(?<![\d.])(?:[1-9]\d{16}[\dXx]|1[3-9]\d{9})(?![\d.])")

_CHANGED_SETTINGS = (
    "SELECT name, setting FROM pg_settings WHERE source IN ('configuration file', 'user', 'database', 'command line')"
)
_SIZES = """
SELECT c.relname AS name, c.reltuples::bigint AS rows, pg_total_relation_size(c.oid) AS bytes, s.n_dead_tup AS dead,
       s.last_autovacuum::text AS vacuumed, s.last_autoanalyze::text AS analyzed
FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace ORDER BY bytes DESC
"""
_CONNECTIONS = """
SELECT coalesce(state, backend_type) AS state, wait_event_type, wait_event, count(*) AS connections,
       extract(epoch FROM max(now() - xact_start))::float AS longest_transaction_seconds
FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Logs to read beside the database server's own, and addresses of metrics."""

    logs: Sequence[tuple[str, TextIO]]
    metrics: Sequence[str]


async def gather(settings: Settings, backups: Path, asked: Asked) -> dict[str, str]:
    """Name in the archive → content. Raises CannotStart where a secret would be in it."""
    parts: dict[str, Any] = {
        "about.json": _about(),
        "settings.json": dict(_environment(os.environ)),
        "status.json": await _or_why_not(read_status(settings)),
        "doctor.json": await _or_why_not(examine(settings, backups, deep=False)),
        "database.json": await _or_why_not(_databases(settings)),
    }
    told = {name: orjson.dumps(part, option=orjson.OPT_INDENT_2, default=str).decode() for name, part in parts.items()}
    for number, url in enumerate(asked.metrics, 1):
        told[f"metrics/{number}.txt"] = await _metrics(url)
    server_log = EmbeddedPostgres(settings.data_dir).log_file
    if server_log.exists():
        told["log/postgres.txt"] = _last(server_log.read_text("utf-8", errors="replace").splitlines())
    for name, stream in asked.logs:
        told[f"log/{name}.txt"] = _last(stream.read().splitlines())
    told = {name: _PERSON.sub("…", content) for name, content in told.items()}
    refuse_secrets(told, secrets_of(settings.data_dir / SECRETS, os.environ))
    return told


async def _or_why_not(part: Awaitable[Any]) -> Any:
    """A bundle is asked for when something does not work."""
    try:
        return await part
    except CannotStart as failure:
        return {"not_made": clean(failure.line)}
    except (Failure, SQLAlchemyError, asyncpg.PostgresError, OSError, TimeoutError) as failure:
        return {"not_made": type(failure).__name__}


async def _databases(settings: Settings) -> dict[str, Any]:
    async with ground(settings, begins=False) as on:
        return {service: await _or_why_not(_database(on, service)) for service in SERVICES}


def pack(parts: Mapping[str, str], to: Path) -> None:
    """A .tar.gz that only its owner reads. Raises CannotStart where it cannot be written."""
    try:
        descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as failure:
        raise CannotStart(f"{to} cannot be written ({failure.strerror})", "name another file with --to") from failure
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in parts.items():
            entry = tarfile.TarInfo(f"bashan-support/{name}")
            data = content.encode()
            entry.size, entry.mtime, entry.mode = len(data), int(Clock().now().timestamp()), 0o600
            archive.addfile(entry, io.BytesIO(data))


def secrets_of(folder: Path, environment: Mapping[str, str]) -> set[str]:
    """Everything that must never be in a bundle: the contents of the key files, and secrets that were set."""
    found: set[str] = set()
    for file in folder.glob("*"):
        content = file.read_text("ascii", errors="replace").strip()
        lines = [line.strip() for line in content.splitlines() if not line.startswith("-----")]
        # The last of `host:port:database:role:password` in pgpass, and a file that is one key.
        found |= {part for line in lines for part in (line, line.rpartition(":")[2])}
        if file.suffix == ".json":
            # A damaged one is read line by line only.
            with suppress(ValueError):
                found |= set(_leaves(json.loads(content)))
    for name, value in environment.items():
        if _SECRET_NAME.search(name):
            password = make_url(value).password if "://" in value else None
            found |= {password} if password else {value}
    return {secret for secret in found if len(secret) >= SHORTEST_SECRET}


def refuse_secrets(parts: Mapping[str, str], secrets: set[str]) -> None:
    """Raises CannotStart."""
    for name, content in parts.items():
        if any(secret in content for secret in secrets):
            raise CannotStart(
                f"{name} would have held a secret of this installation, so nothing was written",
                "leave the log or the address out that it came from, and report this",
            )


def _leaves(stored: Any) -> Iterator[str]:
    if isinstance(stored, Mapping):
        for name, value in stored.items():
            # The name of a key is public and stands in logs.
            if name != "kid":
                yield from _leaves(value)
    elif isinstance(stored, str):
        yield from (line for line in stored.splitlines() if not line.startswith("-----"))


def _about() -> dict[str, Any]:
    return {
        "release": version("bashan"),
        "made_at": Clock().now().isoformat(),
        "python": platform.python_version(),
        "machine": {"system": platform.system(), "kernel": platform.release(), "processors": os.cpu_count()},
        "packages": dict(sorted((one.name, one.version) for one in distributions())),
    }


def _environment(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in sorted(environment.items()):
        if name.startswith(("BASHAN_", "DEPLOY_")):
            shown = value if _HARMLESS.fullmatch(value) and not _SECRET_NAME.search(name) else "set"
            yield name, shown if value else "empty"


async def _database(on: Ground, service: str) -> dict[str, Any]:
    async with connection_to(on.urls[service].jobs) as connection:
        return {
            "settings": {row["name"]: clean(row["setting"]) for row in await connection.fetch(_CHANGED_SETTINGS)},
            "tables": [dict(row) for row in await connection.fetch(_SIZES)],
            "connections": [dict(row) for row in await connection.fetch(_CONNECTIONS)],
        }


async def _metrics(url: str) -> str:
    """What cannot be had is said, so that a bundle of a broken installation is made too."""
    try:
        async with asyncio.timeout(5), httpx.AsyncClient() as client:
            reply = await client.get(url)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as failure:
        return f"not read: {type(failure).__name__}\n"
    if reply.status_code != httpx.codes.OK:
        return f"not read: {reply.status_code}\n"
    lines = (line for line in reply.text.splitlines() if line.startswith(("bashan_", "# ")))
    return "\n".join(line for line in lines if line.isascii()) + "\n"


def _last(lines: Sequence[str]) -> str:
    return "\n".join(safe_lines(lines[-LAST_LINES:])) + "\n"
