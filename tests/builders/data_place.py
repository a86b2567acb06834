"""A data directory with commands run on it, and folders beside it."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg

from bashan.embedded_postgres import EmbeddedPostgres
from bashan.secret_files import ensure_secrets


class Place:
    """A data directory, its embedded server kept running, and a folder of backups."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.store = folder / "store"
        self.server = EmbeddedPostgres(self.data, {"fsync": "off"})

    def begin(self) -> None:
        """Keys before the server, as every command makes them."""
        ensure_secrets(self.data)
        self.server.start()

    def bashan(self, *words: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bashan", *words],
            env=os.environ | {"BASHAN_DATA_DIR": str(data or self.data)},
            capture_output=True,
            text=True,
            check=False,
        )

    def read(self, done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def answer(self, *words: str, data: Path | None = None) -> dict[str, Any]:
        done = self.bashan(*words, "--json", data=data)
        assert done.returncode == 0, done.stderr
        return self.read(done)

    def add_user(self, name: str) -> None:
        assert self.bashan("users", "add", name, "--role", "auditor").returncode == 0

    def users(self, data: Path | None = None) -> set[str]:
        return {user["username"] for user in self.answer("users", "list", data=data)["users"]}

    def follower(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "bashan", "backup", "--follow", "--to", str(self.store)],
            env=os.environ | {"BASHAN_DATA_DIR": str(self.data)},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ask(self, statement: str) -> Any:
        async def asked() -> Any:
            connection: asyncpg.Connection = await self.server.connect(database="bashan")
            try:
                return await connection.fetchval(statement)
            finally:
                await connection.close()

        return asyncio.run(asked())

    def do(self, statement: str) -> None:
        """As the superuser, without an answer."""
        self.ask(f"{statement};")
