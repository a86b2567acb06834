"""The PostgreSQL server that bashan brings along: started, attached to, recovered and stopped.

    <data_dir>/postgres/data      the database cluster, owned by the server's user (see `bashan.os_user`)
    <data_dir>/postgres/socket    its unix socket; there is no TCP port
    <data_dir>/postgres/log       what the server says
    <data_dir>/secrets/postgres.json   the passwords, 0600

Several processes may use one server (`bashan up` and `bashan import` beside it): each holds a shared lock while it
does, the first one starts the server, and whoever stops while nobody else holds the lock stops the server too. The
kernel drops the locks of a killed process, so a server left behind is simply taken over by the next start.
"""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

import asyncpg
from sqlalchemy.engine import URL

from bashan import database_roles
from bashan.cannot_start import CannotStart
from bashan.data_dir import prepare_data_dir
from bashan.database_passwords import ensure_passwords
from bashan.database_server import ensure_everything
from bashan.os_user import OsUser
from bashan.postgres_binaries import find_binaries
from bashan.postgres_cluster import SOCKET_NAME, SUPERUSER, PostgresCluster
from bashan.socket_link import forget_link, reachable_name

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": "../socket",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Statements and the values in an error's detail are personal data; they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True, slots=True)
class ServiceUrls:
    """SQLAlchemy URLs (`postgresql+asyncpg://`) of one service's three roles; they hold passwords."""

    owner: str
    runtime: str
    jobs: str


class EmbeddedPostgres:
    """A handle on the server of one data directory. `with EmbeddedPostgres(path) as server:` starts and stops."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        """`settings` changes server parameters for the start that this handle may do (tests use fsync=off)."""
        self.data_dir = data_dir.absolute()
        self._home = self.data_dir / "postgres"
        self._settings = _SETTINGS | dict(settings or {})
        self._use = -1
        self._socket_dir = self._home / "socket"
        self._passwords: dict[str, str] = {}

    def start(self) -> None:
        """Attach to the running server, or create the cluster if there is none and start it (about 0.2 s warm).

        Raises CannotStart with cause and cure.
        """
        prepare_data_dir(self.data_dir)
        try:
            self._start()
        except BaseException as error:
            with contextlib.suppress(OSError, CannotStart):
                self.stop()
            if isinstance(error, OSError):
                raise CannotStart(
                    f"the database files in {self._home} cannot be used ({error.strerror})",
                    "start bashan as their owner, or choose another directory with BASHAN_DATA_DIR",
                ) from error
            raise

    def stop(self) -> bool:
        """Let go of the server; True when nobody else uses it and it is therefore down now.

        On a handle that was not started it stops a server that a killed process left behind.
        """
        if not self._home.exists():
            return True
        with self._turn():
            self._hold_use()
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            else:
                self._cluster().stop(reachable_name(self._socket_dir, SOCKET_NAME))
                forget_link(self._socket_dir)
                return True
            finally:
                self._drop_use()

    async def keep_running(self, report: Callable[[str], None], seconds: float = 1.0) -> NoReturn:
        """Until cancelled, start the server again when it has died; `bashan up` runs this beside the services.

        `report` gets one line for each attempt, with the reason when it failed; the next attempt follows.
        """
        while True:
            await asyncio.sleep(seconds)
            look = asyncio.ensure_future(asyncio.to_thread(self._revive))
            try:
                news = await asyncio.shield(look)
            except asyncio.CancelledError:
                await look
                raise
            if news:
                report(news)

    def _revive(self) -> str | None:
        if self.running:
            return None
        try:
            self.start()
        except CannotStart as refusal:
            return refusal.line
        return "the database server had died and was started again"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Does the server of this data directory take connections now, whoever started it?"""
        return self._home.exists() and self._cluster().serves(reachable_name(self._socket_dir, SOCKET_NAME))

    @property
    def log_file(self) -> Path:
        """Where the server writes; readable by its user and root."""
        return self._cluster().log

    def url(self, role: str, database: str = "bashan") -> str:
        """The SQLAlchemy URL of a role; only after `start`."""
        return self._url(role, database).render_as_string(hide_password=False)

    async def connect(self, role: str = SUPERUSER, database: str = "postgres") -> asyncpg.Connection:
        """A plain asyncpg connection as a role, the superuser if none is named; only after `start`."""
        url = self._url(role, database).set(drivername="postgresql")
        return await asyncpg.connect(url.render_as_string(hide_password=False))

    def database_urls(self, database: str = "bashan") -> dict[str, ServiceUrls]:
        """For each service the URLs of its roles in a database that `ensure_database` made."""
        return {
            service: ServiceUrls(
                self.url(f"{service}_owner", database),
                self.url(service, database),
                self.url(f"{service}_jobs", database),
            )
            for service in database_roles.SERVICES
        }

    async def ensure_database(self, database: str = "bashan") -> None:
        """Create or correct database, roles, schemas, grants and extensions; quick when they stand already."""
        await ensure_everything(lambda name: self.connect(database=name), database, self._passwords)

    def _url(self, role: str, database: str) -> URL:
        query = {"host": str(reachable_name(self._socket_dir, SOCKET_NAME)), "port": "5432"}
        return URL.create("postgresql+asyncpg", role, self._passwords[role], database=database, query=query)

    def _start(self) -> None:
        cluster = self._cluster()
        cluster.lay_out()
        with self._turn():
            self._hold_use()
            self._passwords = ensure_passwords(self.data_dir / "secrets", server_exists=cluster.data.exists())
            socket_dir = reachable_name(self._socket_dir, SOCKET_NAME)
            if cluster.serves(socket_dir):
                return
            binaries = find_binaries(cluster.user)
            if not cluster.data.exists():
                durable = self._settings.get("fsync") != "off"
                cluster.create(binaries, self._passwords[SUPERUSER], durable=durable)
            cluster.start(binaries, self._settings, socket_dir)

    def _cluster(self) -> PostgresCluster:
        return PostgresCluster(self._home, OsUser.for_server(self._home / "data"))

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """Only one process at a time starts or stops the server."""
        lock = os.open(self._home / "turn.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _hold_use(self) -> None:
        if self._use < 0:
            self._use = os.open(self._home / "use.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._use, fcntl.LOCK_SH)

    def _drop_use(self) -> None:
        os.close(self._use)
        self._use = -1
