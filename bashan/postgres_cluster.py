"""The processes and files of one database cluster: create it, start it, find out whether it serves, stop it.

Everything that touches the cluster runs as the server's user, with the data folder as working directory.
"""

import contextlib
import os
import re
import shlex
import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bashan.cannot_start import CannotStart
from bashan.os_user import OsUser
from bashan.postgres_binaries import PostgresBinaries

SUPERUSER = "postgres"
SOCKET_NAME = ".s.PGSQL.5432"

_LARGEST_LOG_BYTES = 16 * 1024 * 1024
_LONGEST_RECOVERY_SECONDS = 300
_LINGERING_SECONDS = 2
_ASK_FOR_TLS = bytes((0, 0, 0, 8, 4, 210, 22, 47))
"""The shortest question of PostgreSQL's protocol: a server that is being killed still lets us connect, but is mute."""

_OTHERS_IN_THIS_FOLDER = (
    'for p in /proc/[0-9]*; do [ "$p/cwd" -ef . ] && [ "$p" != "/proc/$$" ] && echo "${p#/proc/}"; done; :'
)


@dataclass(frozen=True, slots=True)
class PostgresCluster:
    """The cluster in `home`/data, with its socket in `home`/socket and its log in `home`/log, run by `user`."""

    home: Path
    user: OsUser

    @property
    def data(self) -> Path:
        """The folder of the database files."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """Where the server writes."""
        return self.home / "log" / "server.log"

    def lay_out(self) -> None:
        """Make the folders. `home` stays the caller's; the server's user may pass through it and owns those below."""
        with contextlib.suppress(FileExistsError):
            self.home.mkdir(mode=0o700)
        if self.user.borrowed and self.home.stat().st_uid == os.geteuid():
            os.chown(self.home, -1, self.user.gid)
            self.home.chmod(0o710)
        for name in ("socket", "log"):
            with contextlib.suppress(FileExistsError):
                (self.home / name).mkdir(mode=0o700)
            self.user.own(self.home / name)

    def create(self, binaries: PostgresBinaries, password: str, *, durable: bool = True) -> None:
        """initdb: scram for everybody, builtin C.UTF-8, checksums. It is made aside, so a half-made one never counts.

        LC_CTYPE must be C.UTF-8 as well: with C, pg_trgm sees no letters in Chinese names.
        """
        unfinished = self.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.user.own(unfinished)
        with self._password_file(password) as password_file:
            made = self.user.run(
                binaries.folder / "initdb",
                *("--pgdata", self.user.here(unfinished), "--username", SUPERUSER, "--pwfile", password_file),
                *("--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C"),
                *("--lc-ctype=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums"),
                *(() if durable else ("--no-sync",)),
                cwd=unfinished,
            )
        if made.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise CannotStart(
                f"the database files cannot be created ({_reason(made.stderr)})",
                "free disk space or choose another directory with BASHAN_DATA_DIR",
            )
        unfinished.rename(self.data)
        folder = os.open(self.home, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def serves(self, socket_dir: Path) -> bool:
        """Does a server of this cluster take connections? `socket_dir` is a short name of the socket's folder."""
        if self._pid_file()[7:8] != ["ready"]:
            return False
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            try:
                client.connect(str(socket_dir / SOCKET_NAME))
                client.sendall(_ASK_FOR_TLS)
                return client.recv(1) != b""
            except OSError:
                return False

    def start(self, binaries: PostgresBinaries, settings: Mapping[str, str], socket_dir: Path) -> None:
        """Start the server and wait until it takes connections; what a crash left over is cleared first."""
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != str(binaries.major):
            raise CannotStart(
                f"the database files in {self.data} are of PostgreSQL {version}, the server here is {binaries.version}",
                f"name the bin folder of PostgreSQL {version} in BASHAN_POSTGRES_BIN, dump there and load here",
            )
        if self._settle_remains(socket_dir):
            return
        if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old"))
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        started = self.user.run(
            binaries.folder / "pg_ctl",
            *("start", "--wait", "--timeout", str(_LONGEST_RECOVERY_SECONDS), "--pgdata", self.user.here(self.data)),
            *("--log", "../log/server.log", "--options", shlex.join(options)),
            cwd=self.data,
        )
        if started.returncode != 0:
            raise CannotStart(
                f"the database server does not start ({_reason(self._log_end() or started.stderr)})",
                f"see {self.log}",
            )

    def stop(self, socket_dir: Path) -> None:
        """Fast shutdown: running statements are rolled back, everything is written; waits until it is down.

        A server that does not obey within a minute is stopped as by a crash; the next start recovers.
        """
        pid = "".join(self._pid_file()[:1])
        if not (self.serves(socket_dir) or pid in self._processes()):
            return
        for signal, seconds in (("INT", 60), ("QUIT", 10), ("KILL", 10)):
            self._signal(signal, [pid])
            begun = time.monotonic()
            while time.monotonic() - begun < seconds:
                if self._pid_file()[:1] != [pid] or not _alive(pid):
                    return
                time.sleep(0.02)

    def _settle_remains(self, socket_dir: Path) -> bool:
        """After a kill -9 some server processes may live on. True when they turned out to be a server that serves.

        A server that starts or stops gets time to finish; backends without their server go by themselves unless they
        are busy, then they are killed (as safe as the crash before it). With nobody left, the pid file and the
        socket's lock say nothing: their number may be anybody's by now, and PostgreSQL would refuse to start.
        """
        begun = time.monotonic()
        while remains := self._processes():
            if self.serves(socket_dir):
                return True
            headed = set(self._pid_file()[:1]) & set(remains)
            if time.monotonic() - begun > (_LONGEST_RECOVERY_SECONDS if headed else _LINGERING_SECONDS):
                self._signal("KILL", remains)
            time.sleep(0.05)
        if Path("/proc/self/cwd").exists():
            for stale in (self.data / "postmaster.pid", *(self.home / "socket").iterdir()):
                stale.unlink(missing_ok=True)
        return False

    def _pid_file(self) -> list[str]:
        try:
            return [line.strip() for line in (self.data / "postmaster.pid").read_text().splitlines()]
        except OSError:
            return []

    def _processes(self) -> list[str]:
        """The ids of the processes that work in the data folder (Linux; elsewhere none are found)."""
        return self.user.run("/bin/sh", "-c", _OTHERS_IN_THIS_FOLDER, cwd=self.data).stdout.split()

    def _signal(self, name: str, pids: list[str]) -> bool:
        """Send a signal as the server's user, so that a wrong number can hit nobody else's process."""
        return self.user.run("/bin/sh", "-c", 'kill -s "$0" "$@"', name, *pids, cwd=self.data).returncode == 0

    def _log_end(self) -> str:
        try:
            return self.log.read_text(errors="replace")[-4000:]
        except OSError:
            return ""

    @contextlib.contextmanager
    def _password_file(self, password: str) -> Iterator[str]:
        """The superuser's password where initdb can read it, named from a sibling folder; gone afterwards."""
        path = self.home / "log" / ".password"
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password)
        self.user.own(path)
        try:
            yield "../log/.password"
        finally:
            path.unlink(missing_ok=True)


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _reason(said: str) -> str:
    """The last line in which the server's program complains, without time and process number."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    complaints = [line for line in lines if re.search(r"FATAL|PANIC|error:", line)] or lines
    return re.sub(r"^.*?(?:FATAL|PANIC|error):\s*", "", complaints[-1]) if complaints else "it gives no reason"
