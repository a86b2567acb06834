"""The embedded server: who may reach it, what survives a kill -9, who stops it."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from bashan.cannot_start import CannotStart
from bashan.embedded_postgres import EmbeddedPostgres
from bashan.os_user import OsUser
from bashan.postgres_binaries import _installation, copy_installation, find_binaries
from bashan.postgres_cluster import SOCKET_NAME
from bashan.socket_link import reachable_name

pytestmark = pytest.mark.xdist_group("embedded_postgres")

STRANGER = 12345
"""The id of an operating-system user that has nothing to do with bashan."""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One durable cluster for this file; making it takes most of a second."""
    return tmp_path_factory.mktemp("bashan") / "var"


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(data_dir) as running:
        yield running
    assert not EmbeddedPostgres(data_dir).running


def processes(server: EmbeddedPostgres) -> list[int]:
    return [int(pid) for pid in server._cluster()._processes()]


def postmaster(server: EmbeddedPostgres) -> int:
    return int(server._cluster()._pid_file()[0])


async def write_row(server: EmbeddedPostgres, text: str) -> None:
    connection = await server.connect()
    await connection.execute("CREATE TABLE IF NOT EXISTS kept (line text)")
    await connection.execute("INSERT INTO kept VALUES ($1)", text)
    await connection.close()


async def rows(server: EmbeddedPostgres) -> set[str]:
    connection = await server.connect()
    found = await connection.fetch("SELECT line FROM kept")
    await connection.close()
    return {row["line"] for row in found}


def kill_all(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


async def test_the_cluster_is_durable_checked_and_of_the_builtin_locale(server: EmbeddedPostgres) -> None:
    connection = await server.connect()
    settings = {
        name: await connection.fetchval("SELECT current_setting($1)", name)
        for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums", "listen_addresses")
    }
    provider = await connection.fetchrow(
        "SELECT datlocprovider, datlocale, datctype FROM pg_database WHERE datname = 'postgres'"
    )
    await connection.close()
    assert settings == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "listen_addresses": "",
    }
    assert provider is not None
    assert tuple(provider) == (b"b", "C.UTF-8", "C.UTF-8")


async def test_nobody_is_superuser_without_the_password(server: EmbeddedPostgres) -> None:
    socket_dir = str(server._socket_dir)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(host=socket_dir, user="postgres", password="wrong", database="postgres")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(host=socket_dir, user="postgres", passfile="/nonexistent", database="postgres")


def test_only_its_owner_reaches_the_socket_and_reads_the_passwords(server: EmbeddedPostgres, data_dir: Path) -> None:
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (data_dir, data_dir / "secrets", data_dir / "secrets" / "postgres.json", server._socket_dir)
    }
    assert modes == {"var": 0o700, "secrets": 0o700, "postgres.json": 0o600, "socket": 0o700}
    if os.geteuid() == 0:
        # With the folders above wide open, the socket's own folder must still hold.
        seen = subprocess.run(
            ["/usr/bin/test", "-S", ".s.PGSQL.5432"], cwd=server._socket_dir, user=STRANGER, group=STRANGER, check=False
        )
        assert seen.returncode != 0


def test_no_password_shows_on_a_command_line_or_in_the_log(server: EmbeddedPostgres) -> None:
    shown = server.log_file.read_text()
    for pid in processes(server):
        shown += Path(f"/proc/{pid}/cmdline").read_text()
    assert "postgres" in shown
    assert not [role for role, password in server._passwords.items() if password in shown]


def test_ctrl_c_at_the_terminal_does_not_reach_the_server(server: EmbeddedPostgres) -> None:
    assert os.getsid(postmaster(server)) != os.getsid(0)


async def test_after_kill_9_of_everything_the_committed_rows_are_there(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    await write_row(server, "committed before the kill")
    kill_all(processes(server))
    with EmbeddedPostgres(data_dir) as again:
        assert "committed before the kill" in await rows(again)


async def test_busy_backends_that_outlive_their_server_do_not_block_the_next_start(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    await write_row(server, "before a busy kill")
    busy = await server.connect()
    endless = "DO $$ BEGIN LOOP PERFORM sqrt(2); END LOOP; END $$"
    await busy.execute("SET statement_timeout = 0")
    running = asyncio.ensure_future(busy.execute(endless))
    await asyncio.sleep(0.2)
    kill_all([postmaster(server)])
    with EmbeddedPostgres(data_dir) as again:
        assert "before a busy kill" in await rows(again)
    with pytest.raises((asyncpg.PostgresError, OSError)):
        await running


async def test_a_server_that_dies_under_us_is_started_again(server: EmbeddedPostgres) -> None:
    await write_row(server, "before its death")
    said: asyncio.Queue[str] = asyncio.Queue()
    watch = asyncio.ensure_future(server.keep_running(said.put_nowait, seconds=0.05))
    kill_all(processes(server))
    assert await asyncio.wait_for(said.get(), 30) == "the database server had died and was started again"
    watch.cancel()
    await asyncio.wait([watch])
    assert "before its death" in await rows(server)


def test_a_pid_file_that_names_somebody_elses_process_does_not_block_the_start(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        pid_file = server._cluster().data / "postmaster.pid"
        user = server._cluster().user
        kept = pid_file.read_text()
    bystander = subprocess.Popen(["/bin/sleep", "60"], user=user.uid if user.borrowed else None)
    try:
        pid_file.write_text(kept.replace(kept.split("\n")[0], str(bystander.pid), 1))
        user.own(pid_file)
        assert EmbeddedPostgres(data_dir).stop()
        assert bystander.poll() is None
        with EmbeddedPostgres(data_dir) as again:
            assert again.running
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_server_whose_starter_was_killed_is_taken_over(data_dir: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from bashan.embedded_postgres import EmbeddedPostgres\n"
        "EmbeddedPostgres(Path(sys.argv[1])).start(); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(data_dir)], check=False)
    assert killed.returncode == -signal.SIGKILL
    left_behind = EmbeddedPostgres(data_dir)
    assert left_behind.running
    before = postmaster(left_behind)
    with EmbeddedPostgres(data_dir) as taken_over:
        assert postmaster(taken_over) == before
    assert not left_behind.running


def test_the_last_user_stops_the_server(data_dir: Path) -> None:
    up, load = EmbeddedPostgres(data_dir), EmbeddedPostgres(data_dir)
    up.start()
    load.start()
    assert up.stop() is False
    assert load.running
    assert load.stop() is True
    assert not load.running


def test_a_warm_start_takes_about_a_second(data_dir: Path) -> None:
    EmbeddedPostgres(data_dir).stop()
    begun = time.perf_counter()
    with EmbeddedPostgres(data_dir):
        assert time.perf_counter() - begun < 3


async def test_a_data_directory_too_deep_for_a_socket_path_works(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 5)
    with EmbeddedPostgres(deep, {"fsync": "off"}) as server:
        await write_row(server, "deep")
        link = reachable_name(server._socket_dir, SOCKET_NAME)
        assert link != server._socket_dir
        assert EmbeddedPostgres(deep).running
    assert link.parent not in list(link.parent.parent.iterdir())


def test_a_half_made_cluster_never_counts(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres" / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path, {"fsync": "off"}) as server:
        assert server.running
    assert not unfinished.exists()


def test_files_of_another_major_version_are_refused_in_one_line(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, {"fsync": "off"}) as server:
        version = server._cluster().data / "PG_VERSION"
    kept = version.read_text()
    version.write_text("16\n")
    with pytest.raises(CannotStart, match=r"are of PostgreSQL 16, .* BASHAN_POSTGRES_BIN"):
        EmbeddedPostgres(tmp_path).start()
    version.write_text(kept)
    (tmp_path / "secrets" / "postgres.json").unlink()
    with pytest.raises(CannotStart, match=r"postgres.json is missing or damaged, .* put it back from the safe"):
        EmbeddedPostgres(tmp_path).start()


def test_a_folder_without_a_server_is_refused_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASHAN_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(CannotStart) as refused:
        EmbeddedPostgres(tmp_path).start()
    assert refused.value.line.startswith("cannot start: BASHAN_POSTGRES_BIN=")
    assert "\n" not in refused.value.line


def test_a_server_out_of_its_users_reach_is_copied_whole(tmp_path: Path) -> None:
    user = OsUser.for_server(tmp_path / "data")
    folder = find_binaries(user).folder
    installation = _installation(folder)
    (tmp_path / "not-ours").symlink_to(tmp_path)
    copy = copy_installation(installation, [tmp_path / "not-ours", tmp_path / "cache"])
    assert copy.parent == tmp_path / "cache"
    initdb = copy / folder.relative_to(installation.parent) / "initdb"
    assert subprocess.run([initdb, "--version"], check=True, capture_output=True).stdout.startswith(b"initdb")
    assert copy_installation(installation, [tmp_path / "cache"]) == copy


def test_a_server_that_cannot_start_gives_its_reason(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"does not start .*shared_buffers"):
        EmbeddedPostgres(tmp_path, {"fsync": "off", "shared_buffers": "nonsense"}).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_runs_the_server_as_an_unprivileged_user_who_owns_nothing_else(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    user = OsUser.for_server(data_dir / "postgres" / "data")
    assert user.uid != 0
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in processes(server)} == {user.uid}
    foreign = {
        path.name for folder in (data_dir, data_dir / "postgres") for path in folder.iterdir() if path.stat().st_uid
    }
    assert foreign == {"data", "socket", "log"}
