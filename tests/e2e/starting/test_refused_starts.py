"""When bashan cannot start, an operator reads one line that names cause and cure (drill R22, check S65)."""

import asyncio
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bashan.data_dir import DataDirClaim
from bashan.embedded_postgres import EmbeddedPostgres
from tests.e2e.running import Bashan


@pytest.fixture
def bashan(tmp_path: Path) -> Iterator[Bashan]:
    with Bashan(tmp_path / "data") as made:
        yield made


def one_line(ended: subprocess.CompletedProcess[str]) -> str:
    """The one line of a command that was refused."""
    assert ended.returncode not in {0, -9}, ended
    said = (ended.stdout + ended.stderr).strip()
    assert len(said.splitlines()) == 1, said
    assert "Traceback" not in said
    assert re.fullmatch(r"bashan: cannot start: [^;]+; .+", said), said
    return said


def test_a_port_that_is_taken_is_named(bashan: Bashan) -> None:
    with socket.create_server(("127.0.0.1", bashan.port)):
        assert f"port {bashan.port} on 127.0.0.1 is taken" in one_line(bashan.command("up"))


def test_a_data_directory_in_use_is_named_with_the_process_that_uses_it(bashan: Bashan) -> None:
    with DataDirClaim(bashan.data_dir):
        assert "is in use by bashan, process" in one_line(bashan.command("up"))


def test_a_second_start_on_the_same_port_names_the_first_by_its_directory(bashan: Bashan) -> None:
    with DataDirClaim(bashan.data_dir), socket.create_server(("127.0.0.1", bashan.port)):
        assert f"is in use by bashan, process {os.getpid()}" in one_line(bashan.command("up"))


def test_a_data_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with Bashan(tmp_path / "file" / "data") as bashan:
        assert "is a file or lies in one" in one_line(bashan.command("up"))


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://clerk:canary-password@127.0.0.1:1/bashan"
    with Bashan(tmp_path / "data", BASHAN_CREDIT_DATABASE_URL=url) as bashan:
        said = one_line(bashan.command("up"))
    assert "127.0.0.1:1" in said
    assert "BASHAN_CREDIT_DATABASE_URL" in said
    assert "canary" not in said


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("BASHAN_PORT", "canary", "a whole number from 1 to 65535"),
        ("BASHAN_PORT", "99999", "a whole number from 1 to 65535"),
        ("BASHAN_DEMONSTRATION", "canary", "true or false"),
    ],
)
def test_a_setting_that_is_not_usable_is_named_without_its_value_with_what_it_takes(
    tmp_path: Path, name: str, value: str, allowed: str
) -> None:
    with Bashan(tmp_path / "data", **{name: value}) as bashan:
        said = one_line(bashan.command("status"))
    assert name in said
    assert value not in said
    assert allowed in said


@pytest.mark.parametrize("secret", ["changeme", "2short2"])
def test_a_weak_secret_stops_the_start_and_is_not_shown(tmp_path: Path, secret: str) -> None:
    weak = {"BASHAN_GATEWAY_WECHAT_APPID": "wx1", "BASHAN_GATEWAY_WECHAT_SECRET": secret}
    with Bashan(tmp_path / "data", **weak) as bashan:
        ended = bashan.command("up")
        assert bashan.processes() == []
    assert ended.returncode == 1
    said = ended.stdout + ended.stderr
    assert "Traceback" not in said
    assert "BASHAN_GATEWAY_WECHAT_SECRET is missing, too short or a placeholder" in said
    assert secret not in said


def test_an_unknown_service_is_answered_with_the_known_ones(bashan: Bashan) -> None:
    assert "households, cadres, credit" in one_line(bashan.command("serve", "weather"))


def test_a_service_does_not_start_before_a_schema_that_is_behind_or_newer(bashan: Bashan) -> None:
    said = one_line(bashan.command("serve", "households"))
    assert re.search(r"households is \d+ migration\(s\) behind; run `bashan migrate`", said)
    assert bashan.command("migrate").returncode == 0
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _migrate_into_the_future(bashan.data_dir)).result()
    assert "credit was migrated by a newer release" in one_line(bashan.command("up"))
    assert bashan.processes() == []


async def _migrate_into_the_future(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        connection = await server.connect(database="bashan")
        try:
            await connection.execute("UPDATE credit.alembic_version SET version_num = '2099_01_01_01'")
            await connection.execute("COMMENT ON SCHEMA credit IS '2099_01_01_01'")
        finally:
            await connection.close()
