"""A thousand invented people and every secret: none of them lies about in files, rows, logs or answers (S14, S45)."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bashan.embedded_postgres import EmbeddedPostgres
from services.gateway.api.wechat_stand_in import session_key_of_code
from tests.e2e.callers import Caller, good
from tests.e2e.people import new_household, new_id_number, new_phone
from tests.e2e.running import Bashan

HOUSEHOLDS, MEMBERS = 125, 8
LEAST_SECRET = 16
# Numbers of people as they would stand in a page, a row or a line; and the values of JSON and PEM files.
NUMBERS = re.compile(rb"[0-9]{11,18}[Xx]?")
VALUES = re.compile(rb"[A-Za-z0-9+/=_-]{%d,}" % LEAST_SECRET)
PUBLIC = re.compile(rb"public|kid")
WORDS = re.compile(rb"[a-z_-]+")
LISTED = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"


@pytest.fixture(scope="module")
def bashan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bashan]:
    with Bashan(tmp_path_factory.mktemp("plain") / "data") as made:
        made.start()
        made.wait_ready()
        yield made


def register(county: Caller) -> set[bytes]:
    """Their ID numbers and telephones."""
    canaries: set[bytes] = set()
    for _ in range(HOUSEHOLDS):
        relations = ["户主", *["子女"] * (MEMBERS - 1)]
        members = [
            {"name": "白石山", "id_number": new_id_number(), "phone": new_phone(), "relation": relation}
            for relation in relations
        ]
        sent = new_household(members=members)
        good(county.post("/v1/households", sent), 201)
        canaries |= {sent["phone"].encode()}
        canaries |= {one[kind].encode() for one in members for kind in ("id_number", "phone")}
    return canaries


def secrets_of(data_dir: Path) -> set[bytes]:
    """Every long value of the files that hold secrets, but for public halves of keys and words."""
    return {
        value
        for file in (data_dir / "secrets").iterdir()
        for line in file.read_bytes().replace(b",", b"\n").splitlines()
        if not PUBLIC.search(line)
        for value in VALUES.findall(line)
        if not WORDS.fullmatch(value)
    }


async def dumped(data_dir: Path) -> bytes:
    """Every row of every table as text, what is compressed on its page included."""
    with EmbeddedPostgres(data_dir) as server:
        connection = await server.connect(database="bashan")
        try:
            await connection.execute("CHECKPOINT")
            rows = [
                row["row"]
                for schema, table in await connection.fetch(LISTED)
                for row in await connection.fetch(f'SELECT t::text AS row FROM "{schema}"."{table}" t')  # noqa: S608 - names from the catalogue
            ]
        finally:
            await connection.close()
    return "\n".join(rows).encode()


def dump(bashan: Bashan) -> bytes:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, dumped(bashan.data_dir)).result()


def test_no_number_of_a_person_lies_in_files_rows_or_logs(bashan: Bashan) -> None:
    canaries = register(bashan.logged_in("county_official"))
    assert len(canaries) > HOUSEHOLDS * MEMBERS
    rows = dump(bashan)
    assert b"511921100202" in rows, "the dump holds what they registered"
    assert canaries.isdisjoint(NUMBERS.findall(rows))
    places = [*(bashan.data_dir / "postgres").rglob("*"), *(bashan.data_dir / "files").rglob("*"), bashan.log]
    files = [place for place in places if place.is_file() and not place.is_symlink()]
    assert any("pg_wal" in file.parts for file in files)
    assert {str(file) for file in files if not canaries.isdisjoint(NUMBERS.findall(file.read_bytes()))} == set()


def test_no_secret_lies_in_rows_logs_or_answers(bashan: Bashan) -> None:
    secrets = secrets_of(bashan.data_dir)
    assert len(secrets) > 20
    household = bashan.household()
    code = bashan.credentials["household"]["wechat_code"]
    secrets.add(session_key_of_code(code).encode())
    shown = [household.get(path).content for path in ("/metrics", "/openapi.json", "/v1/me", "/.well-known/jwks.json")]
    everything = b"\n".join([dump(bashan), bashan.log.read_bytes(), *shown])
    assert [secret[:4] for secret in secrets if secret in everything] == []
