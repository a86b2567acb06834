"""The product itself for a measurement: its own `up --processes` on a data directory of the bench, filled by SQL."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bashan.embedded_postgres import EmbeddedPostgres
from bashan.environment import ground, migrate_everything
from bashan.serving import begin_services
from bashan.settings import Settings
from bench.processes import ROOT, free_port
from shared.auth import ACCESS, PARTNER, Principal, access_claims
from shared.tokens import Signer, SigningKey

BANK = "bench-bank"
RUN = uuid.UUID("01890000-0000-7000-8000-00000000aaaa")


@dataclass(frozen=True, slots=True)
class Product:
    port: int
    data_dir: Path
    pid: int


def household(number: int) -> uuid.UUID:
    return uuid.UUID(int=(0x0190 << 112) | (0x7000 << 64) | (0x8000 << 48) | number)


def consent(number: int) -> uuid.UUID:
    return uuid.UUID(int=(0x0191 << 112) | (0x7000 << 64) | (0x8000 << 48) | number)


async def prepare(data_dir: Path, households: int) -> None:
    """Schemas, cards, one confirmed run with that many graded households, and a consent for each."""
    async with ground(Settings(data_dir=data_dir, demonstration=False)) as on:
        await migrate_everything(on)
        await begin_services(on)
        server = on.embedded
        assert isinstance(server, EmbeddedPostgres)
        connection = await server.connect(database="bashan")
        try:
            await _fill(connection, households)
        finally:
            await connection.close()


async def _fill(connection: asyncpg.Connection, households: int) -> None:
    await connection.execute(
        "INSERT INTO gateway.partners (client_id, name, per_minute, per_day)"
        " VALUES ($1, $1, 1000000000, 1000000000000)",
        BANK,
    )
    await connection.execute("SET search_path = credit")
    await connection.execute(
        "INSERT INTO runs (run_id, region, card_id, card_version, as_of, state, ordered_by, confirmed_by, effective_on,"
        " valid_until, may_take_over) VALUES ($1, '5119', 'rural-household', 1, current_date, 'in_effect', 'a', 'b',"
        " current_date, current_date + 700, true)",
        RUN,
    )
    await connection.execute(
        "INSERT INTO taken_over SELECT (511921122200 + n)::text, $1 FROM generate_series(0, 999) AS n", RUN
    )
    bins = ["b3", "none", "b3", "b3", "b1", "b4", "b3", "b2", "b1", "b3", "b1", "b9"]
    for start in range(0, households, 20_000):
        numbers = range(start, min(start + 20_000, households))
        await connection.copy_records_to_table(
            "scores",
            schema_name="credit",
            columns=[
                *("household_id", "run_id", "village_code", "facts_version", "total", "band", "bins", "points"),
                *("vetoes", "trace_sha256"),
            ],
            records=[
                (household(n), RUN, str(511921122200 + n % 1000), 1, 83, "AAA", bins, [7] * 12, [], "0" * 64)
                for n in numbers
            ],
        )
        await connection.execute(
            "INSERT INTO consents (household_id, consent_id, partner_id, purposes, fields, valid_from, valid_to,"
            " written, given_by, given_through) SELECT h, c, $3, '{loan_review}', '{grade,validity,reasons}',"
            " current_date, current_date + 300, true, 'bench', 'phone' FROM unnest($1::uuid[], $2::uuid[]) AS t(h, c)",
            [household(n) for n in numbers],
            [consent(n) for n in numbers],
            BANK,
        )
    await connection.execute(
        "CREATE TABLE usual_grades AS SELECT household_id, band, current_date + 700 AS valid_until,"
        " 'rural-household@1'::text AS card_version, current_date AS as_of FROM scores"
    )
    await connection.execute("ALTER TABLE usual_grades ADD PRIMARY KEY (household_id)")
    await connection.execute("GRANT SELECT ON usual_grades TO credit")
    await connection.execute("ANALYZE")


@contextlib.contextmanager
def product(data_dir: Path, *arguments: str, demonstration: bool = False) -> Iterator[Product]:
    """Runs `bashan up` until the block ends, which begins once it is ready."""
    port = free_port()
    environment = {
        **os.environ,
        "BASHAN_DATA_DIR": str(data_dir),
        "BASHAN_PORT": str(port),
        "BASHAN_DEMONSTRATION": str(demonstration).lower(),
        "BASHAN_GATEWAY_REQUIRE_SIGNATURES": "false",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "bashan", "up", *arguments]
    process = subprocess.Popen(command, cwd=data_dir, env=environment, stdout=subprocess.DEVNULL)
    try:
        _until_ready(process, port)
        yield Product(port, data_dir, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def partner_tokens(data_dir: Path, count: int) -> list[str]:
    """Tokens as the gateway would give them to the bench's bank."""
    stored = json.loads((data_dir / "secrets" / "token-signing.json").read_text())
    signer = Signer(SigningKey(stored["kid"], stored["private_pem"]))
    now = int(time.time())
    return [
        signer.sign(
            access_claims(
                Principal(
                    BANK, "测量银行", frozenset({"bank"}), {"bank": ()}, f"bench-{n}.1", now + 3600, partner_id=BANK
                ),
                audience=PARTNER,
                issued_at=now,
            ),
            ACCESS,
        )
        for n in range(count)
    ]


def _until_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    give_up = time.monotonic() + 180
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"bashan up ended with {process.returncode}")
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2)
            return
        time.sleep(0.02)
    raise RuntimeError("bashan up did not become ready")


def run_prepare(data_dir: Path, households: int) -> None:
    asyncio.run(prepare(data_dir, households))
