"""Can bashan have what it needs from outside: its port, and the database servers that it was told to use?"""

import contextlib
import errno
import socket

import asyncpg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bashan.cannot_start import CannotStart


def bind_port(host: str, port: int, setting: str = "BASHAN_PORT") -> socket.socket:
    """A listening TCP socket for the server to serve on (`uvicorn.Server.serve(sockets=[...])`).

    Binding it here, before anything else starts, leaves no moment in which somebody else could take the port.
    Raises CannotStart when the port is taken, forbidden, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        cause = {
            errno.EADDRINUSE: f"port {port} on {host} is taken by another program",
            errno.EACCES: f"this user may not open port {port}",
        }.get(error.errno or 0, f"cannot listen on {host} port {port} ({error.strerror})")
        raise CannotStart(cause, f"stop that program, or choose another port with {setting}") from error
    listener.setblocking(False)
    return listener


async def probe_database(setting: str, url: str, seconds: float = 5.0) -> int:
    """Connect once to the server that `setting` (BASHAN_CREDIT_DATABASE_URL) names; its version, as 180006.

    Raises CannotStart with a line that names the setting and the address, never the password.
    """
    place, target = _read_url(setting, url)
    arguments = {**target.get_dialect()().create_connect_args(target)[1], "timeout": seconds}
    try:
        connection = await asyncpg.connect(**arguments)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, ValueError) as error:
        cause, cure = _why(place, target, error)
        raise CannotStart(cause, f"{cure}, or correct {setting}") from error
    try:
        return int(await connection.fetchval("SELECT current_setting('server_version_num')"))
    finally:
        with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await connection.close()


def _read_url(setting: str, url: str) -> tuple[str, URL]:
    form = "write it as postgresql+asyncpg://user:password@host:5432/database"
    try:
        target = make_url(url)
    except (ArgumentError, ValueError):
        raise CannotStart(f"{setting} is not a database URL", form) from None
    if target.drivername != "postgresql+asyncpg":
        raise CannotStart(f"{setting} names the driver {target.drivername!r}", form)
    host = target.host or target.query.get("host") or "localhost"
    return f"{host}:{target.port or 5432}", target


def _why(place: str, target: URL, error: Exception) -> tuple[str, str]:
    """Cause and cure of a failed connection."""
    server = f"the database server at {place}"
    for kind, cause, cure in (
        (asyncpg.InvalidPasswordError, f"{server} refuses the password of user {target.username}", "change it there"),
        (
            asyncpg.InvalidAuthorizationSpecificationError,
            f"{server} does not let user {target.username} in",
            "create that user and admit it in pg_hba.conf",
        ),
        (asyncpg.InvalidCatalogNameError, f"{server} has no database {target.database}", "create it"),
        (asyncpg.TooManyConnectionsError, f"{server} has no connection left", "raise max_connections there"),
        (asyncpg.CannotConnectNowError, f"{server} is starting or stopping", "try again in a minute"),
        (asyncpg.PostgresError, f"{server} refuses ({type(error).__name__})", "read its log"),
        (socket.gaierror, f"the host of {place} is not known", "check the name service"),
        (TimeoutError, f"{server} does not answer in time", "check the network"),
        (OSError, f"no database server answers at {place}", "start it"),
    ):
        if isinstance(error, kind):
            return cause, cure
    return f"{server} cannot be used ({type(error).__name__})", "check its version"
