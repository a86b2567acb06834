"""A real `bashan up`: started, watched, stopped or killed, as an operator's machine would do it."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import httpx

from bashan.embedded_postgres import EmbeddedPostgres
from services.gateway.use_cases.save_partner import save_partner
from shared.clock import Clock
from shared.db import Database
from shared.tokens import SigningKey
from tests.e2e.callers import Caller, fetch_bank_token, issue_token

READY_WITHIN = 240.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], Any], within: float, what: str) -> Any:
    """The first true answer of `holds`; a failure that says what did not come to pass."""
    deadline = time.monotonic() + within
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:.0f} s: {what}")
        time.sleep(0.05)
    return found


class Bashan:
    """One data directory and port, and the `bashan up` on it, while one runs."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        self.log = data_dir.with_suffix(".log")
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self.started_with: tuple[str, ...] = ()
        self._http = httpx.Client()
        self.move_to(free_port())

    def move_to(self, port: int) -> None:
        """Where the next start serves."""
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._http.close()
        self._http = httpx.Client(base_url=self.url, timeout=30)

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_everything()
        self._http.close()

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BASHAN_")}
        return {**kept, "BASHAN_DATA_DIR": str(self.data_dir), "BASHAN_PORT": str(self.port), **self._environment}

    def start(self, *arguments: str) -> None:
        self.started_with = arguments
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bashan", "up", *arguments],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def wait_ready(self, within: float = READY_WITHIN) -> None:
        until(self.is_ready, within, f"ready; it said: {self.said()[-1000:]}")

    def is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"bashan up ended: {self.said()[-2000:]}"
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        return False

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def command(self, *arguments: str, within: float = 120) -> subprocess.CompletedProcess[str]:
        """Another command on the same data directory."""
        return subprocess.run(
            [sys.executable, "-m", "bashan", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )

    def stop(self, number: signal.Signals = signal.SIGTERM, within: float = 30) -> tuple[int, float]:
        """Exit status and seconds that it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(number)
        status = self._process.wait(within)
        self._process = None
        return status, time.monotonic() - began

    def kill_up(self) -> None:
        """As the kernel does when memory runs out: the process that the operator started, and nothing else."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)
        self._process = None

    def kill_everything(self) -> None:
        """As when the power goes: every process at once, the database server's too."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(10)
            self._process = None
        until(lambda: not self.processes(), 20, "everything is gone after kill -9")

    def processes(self) -> list[int]:
        """Everything that runs for this data directory: ours by their environment, the server's by their folder."""
        return sorted({*self._ours(), *self.postgres()})

    def postgres(self) -> list[int]:
        here = str(self.data_dir.resolve() / "postgres" / "data")
        return [pid for pid in _pids() if _link(pid, "cwd") == here]

    def _ours(self) -> Iterator[int]:
        mark = f"BASHAN_DATA_DIR={self.data_dir}\0".encode()
        for pid in _pids():
            with contextlib.suppress(OSError):
                if pid != os.getpid() and mark in Path(f"/proc/{pid}/environ").read_bytes() + b"\0":
                    yield pid

    @property
    def credentials(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.data_dir / "demo" / "credentials.json").read_text("utf-8"))
        return found

    def anyone(self) -> Caller:
        """Somebody without a token."""
        return Caller(self._http)

    def logged_in(self, role: str) -> Caller:
        """A user of the demonstration, by the password in its credentials."""
        user = self.credentials["users"][role]
        given = {"username": user["username"], "password": user["password"]}
        return self.anyone().logged_in(lambda: self.anyone().post("/v1/auth/password", given))

    def household(self) -> Caller:
        code = self.credentials["household"]["wechat_code"]
        return self.anyone().logged_in(lambda: self.anyone().post("/v1/auth/wechat", {"code": code}))

    def bank(self) -> Caller:
        bank = self.credentials["bank"]
        return self.anyone().logged_in(lambda: fetch_bank_token(self.anyone(), bank))

    def another_bank(self, client_id: str) -> Caller:
        """A second partner, entered as the operator's command enters it."""
        key = SigningKey.fresh(f"{client_id}-1")
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, _save_bank(self.data_dir, client_id, key)).result()
        token_url = f"{self.url}/v1/oauth/token"
        bank = {"client_id": client_id, "kid": key.kid, "private_key_pem": key.private_pem, "token_url": token_url}
        return self.anyone().logged_in(lambda: fetch_bank_token(self.anyone(), bank))

    def invented(self, role: str, *places: str, **bound: Any) -> Caller:
        """Somebody whom the demonstration does not have, with a token that is signed as the gateway signs them."""
        return self.anyone().with_token(issue_token(self.data_dir / "secrets", role, *places, **bound))


async def _save_bank(data_dir: Path, client_id: str, key: SigningKey) -> None:
    with EmbeddedPostgres(data_dir) as server:
        database = Database(server.database_urls()["gateway"].runtime, pool_size=1, name="test")
        try:
            async with database.transaction() as connection:
                keys = {key.kid: key.public_pem()}
                await save_partner(connection, client_id=client_id, name="另一家银行", keys=keys, now=Clock().now())
        finally:
            await database.close()


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _link(pid: int, name: str) -> str:
    try:
        return str(Path(f"/proc/{pid}/{name}").readlink())
    except OSError:
        return ""
