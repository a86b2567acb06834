"""An installation as docker-compose.yml lays it out, without containers: the same commands, variables and secrets.

What differs is told apart from the file by `_here`: names of containers become ports of this machine, mounts become
folders, and the database is one of the test server's.
"""

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bashan.embedded_postgres import EmbeddedPostgres
from bashan.secret_files import ensure_secrets
from tests.builders.authenticator import Authenticator
from tests.deploy.compose import GIVEN, example, filled
from tests.e2e.running import free_port, until

BEHIND = ("households", "cadres", "credit")
STARTS_WITHIN, STOPS_WITHIN = 60, 25


class Installation:
    """`database` is made by the `migrate` of the file itself."""

    def __init__(self, folder: Path, server: EmbeddedPostgres, database: str) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in (*BEHIND, "gateway")}
        self.metrics = {name: free_port() for name in (*BEHIND, "gateway")}
        self.url = f"http://127.0.0.1:{self.ports['gateway']}"
        self.services = filled(example() | GIVEN | {"BASHAN_GATEWAY_PUBLIC_URL": self.url})["services"]
        self._socket = server.url("postgres").partition("?host=")[2].partition("&")[0]
        self._database = database
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        # The test server has its passwords already; in the file it gets them from `init`, which makes field keys first.
        shutil.copy(server.data_dir / "secrets" / "postgres.json", ensure_secrets(folder))

    def environment(self, name: str) -> dict[str, str]:
        """What the file gives the container `name`, and nothing else that bashan reads."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("BASHAN_", "DEPLOY_"))}
        given = self.services[name].get("environment", {})
        return {**kept, "BASHAN_DATA_DIR": str(self.folder), **{key: self._here(name, given[key]) for key in given}}

    def _here(self, name: str, value: str) -> str:
        for sibling, port in self.ports.items():
            value = value.replace(f"http://{sibling}:8000", f"http://127.0.0.1:{port}")
        value = value.replace("@postgres:5432/bashan", f"@/{self._database}?host={self._socket}")
        value = value.replace("@postgres:5432/postgres", f"@/postgres?host={self._socket}")
        value = value.replace("/run/bashan", str(self.folder / "for" / name))
        return value.replace("/var/lib/bashan", str(self.folder))

    def command(self, name: str, *more: str, **changed: str) -> subprocess.CompletedProcess[str]:
        """Runs the command of a container that ends, with `more` in place of its words where it has none."""
        words = list(more) or self.services[name]["command"]
        return subprocess.run(
            [sys.executable, "-m", "bashan", *words],
            env=self.environment(name) | changed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=self.folder,
        )

    def serve_words(self, name: str) -> list[str]:
        words: list[str] = self.services[name]["command"]
        here = {"0.0.0.0:8000": self.ports[name], "0.0.0.0:9000": self.metrics[name]}
        return [f"127.0.0.1:{here[word]}" if word in here else word for word in words]

    def start(self, name: str, **changed: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "bashan", *self.serve_words(name)],
                env=self.environment(name) | changed,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                start_new_session=True,
            )

    def wait_until_ready(self, name: str = "gateway") -> None:
        def ready() -> bool:
            process = self._running[name]
            assert process.poll() is None, self.said(name)
            try:
                return httpx.get(f"http://127.0.0.1:{self.ports[name]}/readyz", timeout=5).status_code == 200
            except httpx.TransportError:
                return False

        until(ready, STARTS_WITHIN, f"{name} is ready; it said: {self.said(name)}")

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")[-2000:]

    def stop(self, name: str) -> int:
        process = self._running.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(STOPS_WITHIN)

    def kill_everything(self) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()


def answer_of(done: subprocess.CompletedProcess[str]) -> Mapping[str, Any]:
    assert done.returncode == 0, done.stderr
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def log_in(url: str, name: str, password: str, verify: ssl.SSLContext | bool = True) -> dict[str, str]:
    """The headers of somebody's first login: outside the demonstration an authenticator is set up before anything."""
    with httpx.Client(base_url=url, verify=verify) as client:
        given = {"username": name, "password": password}
        first = client.post("/v1/auth/password", json=given)
        assert first.status_code == 200, first.text
        bearer = {"Authorization": f"Bearer {first.json()['access_token']}"}
        secret = client.post("/v1/me/second-factor", headers=bearer).json()["secret"]
        code = Authenticator(secret).code(datetime.now(UTC))
        confirmed = client.post("/v1/me/second-factor/confirm", headers=bearer, json={"code": code})
        assert confirmed.status_code == 200, confirmed.text
        tokens = client.post("/v1/auth/password", json=given | {"second_factor": confirmed.json()["recovery_codes"][0]})
        assert tokens.status_code == 200, tokens.text
        return {"Authorization": f"Bearer {tokens.json()['access_token']}"}
