"""The image built and its containers run as the compose file asks: no root, no capability, no writable root (drill
R42)."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bashan.os_user import OsUser
from bashan.postgres_binaries import find_binaries
from tests.deploy.compose import ROOT
from tests.deploy.containers import Containers, build, missing
from tests.deploy.installation import log_in
from tests.e2e.running import free_port, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=f"not on this machine: {', '.join(missing())}"),
]
SERVICES = ("households", "cadres", "credit", "gateway")


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    """Everything up; PostgreSQL with the file's own settings beside the containers."""
    build()
    folder = tmp_path_factory.mktemp("volumes")
    for parent in (folder, *list(folder.parents)[:3]):
        parent.chmod(parent.stat().st_mode | 0o055)
    metrics = [f"{name}-metrics" for name in SERVICES]
    ports = {name: free_port() for name in (*SERVICES, *metrics, "postgres")}
    made = Containers(folder, ports)
    server = Server(folder, ports["postgres"])
    try:
        ran = made.run("init")
        assert ran.returncode == 0, ran.stderr
        server.start()
        ran = made.run("migrate")
        assert ran.returncode == 0, ran.stderr
        for name in SERVICES:
            made.start(name)
        until(lambda: all(map(made.healthy, SERVICES)), 60, "every container is healthy")
        yield made
    finally:
        made.remove_everything()
        server.stop()


class Server:
    """PostgreSQL as deploy/postgres says, on a port of this machine."""

    def __init__(self, folder: Path, port: int) -> None:
        self._home = folder / "server"
        self._password = folder / "secrets-postgres" / "superuser-password"
        self._port = port
        self._user = OsUser.for_server(self._home)

    def start(self) -> None:
        self._home.mkdir()
        data, hba = self._home / "data", self._home / "pg_hba.conf"
        for name in ("pg_hba.conf", "postgresql.conf"):
            shutil.copy(ROOT / "deploy" / "postgres" / name, self._home)
        shutil.copy(self._password, self._home / "password")
        for path in (self._home, *self._home.iterdir()):
            os.chown(path, self._user.uid, self._user.gid)
        options = self._initdb_options()
        self._run("initdb", "-D", str(data), "-U", "postgres", f"--pwfile={self._home / 'password'}", *options)
        conf = f"-c config_file={self._home / 'postgresql.conf'} -c hba_file={hba}"
        where = f"-p {self._port} -k {self._home} -c listen_addresses=127.0.0.1 {conf}"
        self._run("pg_ctl", "-D", str(data), "-w", "-l", str(self._home / "log"), "-o", where, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._home / "data"), "-m", "fast", "stop", check=False)

    def _initdb_options(self) -> list[str]:
        given = Containers(self._home.parent, {"gateway": 0}).services["postgres"]["environment"]
        options: list[str] = given["POSTGRES_INITDB_ARGS"].split()
        return [*options, "--auth-local=scram-sha-256"]

    def _run(self, program: str, *words: str, check: bool = True) -> None:
        command = [str(find_binaries(self._user).folder / program), *words]
        demoted = {"user": self._user.uid, "group": self._user.gid, "extra_groups": []} if self._user.uid else {}
        subprocess.run(command, check=check, stdout=subprocess.DEVNULL, **demoted)  # type: ignore[call-overload] # the three belong together


def test_it_is_nobody_and_can_change_nothing(containers: Containers) -> None:
    script = (
        "id -u; grep -E 'CapEff|NoNewPrivs' /proc/self/status; touch /opt/bashan/x 2>&1; which gcc git || echo none"
    )
    said = containers.run("cadres", "-c", script, entrypoint="sh").stdout
    assert said.splitlines()[:3] == ["10001", "CapEff:\t0000000000000000", "NoNewPrivs:\t1"]
    assert "Read-only file system" in said
    assert said.endswith("none\n")


def test_an_official_logs_in_through_the_containers(containers: Containers) -> None:
    made = containers.run("ops", "users", "add", "wang", "--role", "county_official=511921")
    assert made.returncode == 0, made.stderr
    password = next(line.removeprefix("password: ") for line in made.stdout.splitlines() if line.startswith("password"))
    url = containers.services["gateway"]["environment"]["BASHAN_GATEWAY_PUBLIC_URL"]
    headers = log_in(url, "wang", password)
    assert httpx.get(f"{url}/v1/regions/511921", headers=headers).json()["name"] == "通江县"


def test_told_to_stop_a_container_ends_by_itself(containers: Containers) -> None:
    code, said = containers.stop("cadres")
    assert code == 0
    assert "Traceback" not in said
    containers.start("cadres")
    until(lambda: containers.healthy("cadres"), 60, "it is back")


def test_who_takes_more_memory_than_allowed_is_ended(containers: Containers) -> None:
    greedy = "b = bytearray(400 * 1024 * 1024)"
    assert containers.run("cadres", "-c", greedy, entrypoint="python", memory="128m").returncode in {137, -9}
