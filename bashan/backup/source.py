"""How the programs of PostgreSQL reach the server that is backed up."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from bashan.cannot_start import CannotStart
from bashan.embedded_postgres import EmbeddedPostgres
from bashan.environment import Ground
from bashan.os_user import OsUser
from bashan.postgres_binaries import find_binaries
from bashan.postgres_cluster import SUPERUSER


@dataclass(frozen=True, slots=True)
class Source:
    """`environment` leads libpq to the server as its superuser; the password never stands on a command line."""

    programs: Path
    environment: Mapping[str, str]

    @classmethod
    def of(cls, on: Ground) -> "Source":
        """The embedded server, or the one that BASHAN_ADMIN_DATABASE_URL names.

        Raises CannotStart where neither is there.
        """
        programs = find_binaries(OsUser.for_server(on.data_dir / "postgres" / "data")).folder
        if on.embedded is not None:
            return cls(programs, _embedded(on.embedded))
        if not on.settings.admin_database_url:
            raise CannotStart(
                "this needs a superuser of the database server", "name its URL in BASHAN_ADMIN_DATABASE_URL"
            )
        url = make_url(on.settings.admin_database_url)
        given = {"PGHOST": url.host or str(url.query.get("host", "")), "PGPORT": str(url.port or 5432)}
        given |= {"PGUSER": url.username or SUPERUSER}
        if url.password:
            given["PGPASSWORD"] = str(url.password)
        return cls(programs, _PLAIN | given)

    async def connect(self) -> asyncpg.Connection:
        """As the superuser, in the server's own database."""
        given = self.environment
        return await asyncpg.connect(
            host=given["PGHOST"],
            port=int(given["PGPORT"]),
            user=given["PGUSER"],
            password=given.get("PGPASSWORD"),
            passfile=given.get("PGPASSFILE"),
            database="postgres",
            timeout=5,
        )

    async def run(self, program: str, *words: str) -> None:
        """To its end. Raises CannotStart with the program's own last line."""
        child = await self.begin(program, *words)
        _, said = await child.communicate()
        if child.returncode:
            line = said.decode(errors="replace").strip().rpartition("\n")[2]
            raise CannotStart(f"{program} failed ({line or child.returncode})", "read its reason, then run it again")

    async def begin(self, program: str, *words: str) -> asyncio.subprocess.Process:
        """A program under way: Ctrl-C does not reach it, and it ends when it is told or when we are gone."""
        return await asyncio.create_subprocess_exec(
            str(self.programs / program),
            *words,
            env=dict(self.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )


def _end_with_parent() -> None:
    """A killed parent cannot say so, and a receiver left behind would hold the slot."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1
_PLAIN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"} | (
    {"PGPASSFILE": os.environ["PGPASSFILE"]} if "PGPASSFILE" in os.environ else {}
)


def _embedded(server: EmbeddedPostgres) -> dict[str, str]:
    url = make_url(server.url(SUPERUSER, "postgres"))
    host = str(url.query["host"])
    return {**_PLAIN, "PGHOST": host, "PGPORT": "5432", "PGUSER": SUPERUSER, "PGPASSWORD": str(url.password)}
