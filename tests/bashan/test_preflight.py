"""Port taken, wrong database URL: one line with cause and cure, and never a password."""

import socket

import pytest

from bashan.cannot_start import CannotStart
from bashan.embedded_postgres import EmbeddedPostgres
from bashan.preflight import bind_port, probe_database

SETTING = "BASHAN_CREDIT_DATABASE_URL"


def test_a_taken_port_is_refused_in_one_line() -> None:
    with bind_port("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"port {port} on 127.0.0.1 is taken .* BASHAN_PORT"):
            bind_port("127.0.0.1", port)


def test_a_bound_port_already_answers() -> None:
    with bind_port("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname(), timeout=1):
        pass


def test_an_address_of_another_machine_is_refused_in_one_line() -> None:
    with pytest.raises(CannotStart, match=r"cannot listen on 192\.0\.2\.1 port 8000"):
        bind_port("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("not a url", "is not a database URL"),
        ("postgresql+asyncpg://u:hidden@h:port/d", "is not a database URL"),
        ("postgresql://u:hidden@localhost/d", "names the driver 'postgresql'"),
        ("postgresql+asyncpg://u:hidden@127.0.0.1:1/d", "no database server answers at 127.0.0.1:1"),
        ("postgresql+asyncpg://u:hidden@nowhere.invalid/d", "nowhere.invalid:5432"),
        ("postgresql+asyncpg://u:hidden@/d?host=/nowhere", "no database server answers at /nowhere:5432"),
    ],
)
async def test_a_wrong_database_url_is_refused_in_one_line(url: str, cause: str) -> None:
    with pytest.raises(CannotStart) as refused:
        await probe_database(SETTING, url)
    assert cause in refused.value.line
    assert SETTING in refused.value.line
    assert "hidden" not in refused.value.line
    assert "\n" not in refused.value.line


async def test_what_the_server_refuses_is_said_in_one_line(postgres: EmbeddedPostgres) -> None:
    right = postgres.url("postgres", "postgres")
    assert await probe_database(SETTING, right) >= 170000
    password = right.split(":")[2].split("@")[0]
    for wrong, cause in (
        (right.replace(password, "hidden"), "refuses the password of user postgres"),
        (right.replace("/postgres?", "/nothing?"), "has no database nothing"),
    ):
        with pytest.raises(CannotStart, match=cause) as refused:
            await probe_database(SETTING, wrong)
        assert "hidden" not in refused.value.line
        assert password not in refused.value.line
