"""Somebody reads the whole database as its superuser: rows, dead rows, raw pages, indexes, the write-ahead log.

The reader is shown to read everything: given the key, it opens each version of the tally and links every vote. Without
the key it finds no word, no number and no difference between one vote and another.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from uuid import UUID

import asyncpg
import pytest
import structlog

from bashan.embedded_postgres import EmbeddedPostgres
from shared.crypto import NONCE_BYTES, CannotDecrypt, FieldCipher
from shared.web.assemble import field_cipher
from tests.cadres.api.test_evaluations import cast, opened
from tests.cadres.world import Town, World, rows_of

ANSWERS = ("satisfied", "basically_satisfied", "unsatisfied", "unknown")
VOTED = [ANSWERS[i] for i in (0, 2, 2, 1, 3, 0, 2, 0, 1, 3, 2, 0)]
SEALED_BYTES = 1 + NONCE_BYTES + len("0000000,0000000,0000000,0000000") + 16
PAGE = 8192


async def superuser(world: World, postgres: EmbeddedPostgres) -> asyncpg.Connection:
    async with world.database.transaction() as connection:
        [(name,)] = await rows_of(connection, "SELECT current_database()")
    return await postgres.connect(database=name)


async def raw_relations(reader: asyncpg.Connection) -> dict[str, bytes]:
    """The files of all tables, indexes and overflow tables of the service, as they lie on the disk."""
    await reader.execute("CHECKPOINT")
    rows = await reader.fetch(
        "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) AS content FROM pg_class"
        " WHERE relkind IN ('r', 'i', 't') AND relnamespace IN ('cadres'::regnamespace, 'pg_toast'::regnamespace)"
        " AND pg_relation_size(oid) > 0"
    )
    return {row["relname"]: row["content"] for row in rows}


async def raw_log(reader: asyncpg.Connection, since: str) -> bytes:
    """The write-ahead log from `since` until now, without the headers that cut its records at each page."""
    now = await reader.fetchval("SELECT pg_current_wal_lsn()::text")
    [first, last] = [
        await reader.fetchrow("SELECT * FROM pg_walfile_name_offset($1::text::pg_lsn)", lsn) for lsn in (since, now)
    ]
    rows = await reader.fetch(
        "SELECT name, pg_read_binary_file('pg_wal/' || name) AS content FROM pg_ls_waldir()"
        " WHERE name BETWEEN $1 AND $2 ORDER BY name",
        first["file_name"],
        last["file_name"],
    )
    cut = {row["name"]: bytes(row["content"]) for row in rows}
    cut[last["file_name"]] = cut[last["file_name"]][: last["file_offset"]]
    # What was written before is blanked, not cut off: pages begin where they begin.
    begin = first["file_offset"]
    cut[first["file_name"]] = bytes(begin) + cut[first["file_name"]][begin:]
    return b"".join(
        segment[at + (24 if at else 40) : at + PAGE] for segment in cut.values() for at in range(0, len(segment), PAGE)
    )


def words(content: bytes) -> Mapping[str, int]:
    """How often each answer stands there as a word of its own."""
    return {one: len(re.findall(rb"(?<![a-z_])" + one.encode() + rb"(?![a-z_])", content)) for one in ANSWERS}


def opened_tallies(content: bytes, cipher: FieldCipher, evaluation: str) -> dict[tuple[int, ...], bytes]:
    """Whatever opens as a tally of the evaluation, wherever it begins: the numbers and the ciphertext."""
    place, found = b"evaluations.tally:" + UUID(evaluation).bytes, {}
    for at in range(len(content) - SEALED_BYTES):
        sealed = content[at : at + SEALED_BYTES]
        if sealed[0] != 1:
            continue
        try:
            found[tuple(int(one) for one in cipher.decrypt(sealed, place).split(","))] = sealed
        except CannotDecrypt:
            continue
    return found


@pytest.fixture
async def voted(world: World, town: Town) -> tuple[str, list[UUID]]:
    evaluation, voters = await opened(world, town, len(VOTED))
    with structlog.testing.capture_logs() as logged:
        for voter, answer in zip(voters, VOTED, strict=True):
            assert (await cast(world, evaluation, voter, answer)).status_code == 200
    assert not any(answer in str(line) for line in logged for answer in ANSWERS)
    return evaluation, voters


async def test_the_superuser_without_the_key_finds_no_answer_in_any_page_or_in_the_write_ahead_log(
    world: World, postgres: EmbeddedPostgres, town: Town
) -> None:
    evaluation, voters = await opened(world, town, len(VOTED))
    reader = await superuser(world, postgres)
    try:
        since = await reader.fetchval("SELECT pg_current_wal_lsn()::text")
        before = await raw_relations(reader)
        for voter, answer in zip(voters, VOTED, strict=True):
            assert (await cast(world, evaluation, voter, answer)).status_code == 200
        after, log = await raw_relations(reader), await raw_log(reader, since)
    finally:
        await reader.close()
    changed = {name for name in after if after[name] != before.get(name)}
    assert {"evaluations", "evaluation_voters"} <= changed
    assert not changed & {"idempotency_keys", "change_log", "audit_events"}, "a vote is told to none of these"
    for name, content in {**after, "write-ahead log": log}.items():
        assert len(set(words(content).values())) == 1, f"{name} names one answer more often: {words(content)}"
        assert b"0000001," not in content, f"{name} holds a number in the open"


async def test_what_a_vote_wrote_together_is_its_flag_and_a_tally_that_looks_like_any_other(
    world: World, postgres: EmbeddedPostgres, voted: tuple[str, list[UUID]]
) -> None:
    evaluation, voters = voted
    reader = await superuser(world, postgres)
    try:
        tables = await reader.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'cadres'")
        flags = await reader.fetch(
            "SELECT household_id, xmin::text AS writer FROM cadres.evaluation_voters WHERE evaluation_id = $1",
            evaluation,
        )
        beside: dict[UUID, set[str]] = {row["household_id"]: set() for row in flags}
        for (table,) in tables:
            written = {r[0] for r in await reader.fetch(f"SELECT DISTINCT xmin::text FROM cadres.{table}")}  # noqa: S608 - names of our own tables
            for row in flags:
                if row["writer"] in written:
                    beside[row["household_id"]].add(table)
    finally:
        await reader.close()
    assert beside.pop(voters[-1]) == {"evaluation_voters", "evaluations"}, "the last voter wrote the last tally"
    assert set(map(frozenset, beside.values())) == {frozenset({"evaluation_voters"})}


async def test_the_same_reader_with_the_key_links_every_vote_so_its_reading_is_whole(
    world: World, postgres: EmbeddedPostgres, voted: tuple[str, list[UUID]]
) -> None:
    """This is why the key lies apart from the database (docs/decisions/0020 says against whom that does not help)."""
    evaluation, _ = voted
    reader = await superuser(world, postgres)
    try:
        pages = (await raw_relations(reader))["evaluations"]
    finally:
        await reader.close()
    found = opened_tallies(pages, field_cipher("cadres", world.secrets_dir), evaluation)
    versions = sorted(found, key=sum)
    assert [sum(one) for one in versions] == list(range(len(VOTED) + 1)), "a dead version of each vote is on the page"
    grown = [
        ANSWERS[next(i for i, (x, y) in enumerate(zip(*pair, strict=True)) if y > x)] for pair in pairwise(versions)
    ]
    assert grown == VOTED
    assert len({sealed[1 : 1 + NONCE_BYTES] for sealed in found.values()}) == len(versions), "a fresh nonce each"
