"""A data directory with as many households as a prefecture has, made once in a run and used by every row.

The first township is the demonstration's, filled by the services' own use cases. Every further household is a copy of
one of it, under ids of its own, in the villages of the whole prefecture; a copy's ID numbers and phones are encrypted
and indexed for it, because a ciphertext opens only in its own row. The copies have no history and no change log.
"""

import asyncio
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Table

from bashan.embedded_postgres import EmbeddedPostgres
from bashan.environment import Ground, ground
from bashan.settings import Settings
from bench.load import scratch
from bench.servers.notices import NAMES_OF_A_NOTICE, post_notices
from bench.servers.product import BANK, cadre, household, product
from services.cadres.storage import tables as cadre_tables
from services.cadres.storage.coverage_repository import recount as recount_coverage
from services.credit.storage import tables as credit_tables
from services.households.storage import tables as household_tables
from services.households.storage.count_repository import recount
from shared.count_keeper import mend_counts
from shared.crypto import FieldCipher
from shared.db import Database
from shared.web.assemble import field_cipher

CASELOADS = (15, 500)
_MEMBERS_AT_MOST = 32
_MEMBERS_AT_ONCE = 50_000
_COPIES = """
    CREATE UNLOGGED TABLE bench.copies AS
    WITH originals AS (
        SELECT household_id, row_number() OVER (ORDER BY household_id) - 1 AS place, count(*) OVER () AS of
        FROM households.households
    ), villages AS (
        SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS of
        FROM households.regions AS place
        WHERE level = 'village'
            AND NOT EXISTS (SELECT FROM households.households WHERE village_code = place.code)
    )
    SELECT n, originals.household_id AS old, n / originals.of AS turn, villages.code AS village,
        ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS new,
        ('01910000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS consent
    FROM generate_series(0::bigint, $1 - (SELECT count(*) FROM originals) - 1) AS n
    JOIN originals ON originals.place = n % originals.of
    JOIN villages ON villages.place = n * villages.of / $1
"""
_PEOPLE = """
    CREATE UNLOGGED TABLE bench.people (
        household_id uuid, member_id uuid, new uuid, sealed bytea, found_by bytea, phone bytea, phone_found_by bytea
    )
"""
_MEMBERS = """
    SELECT n, household_id, member_id, phone IS NOT NULL AS has_phone,
        row_number() OVER (PARTITION BY n ORDER BY member_id) - 1 AS place
    FROM bench.copies JOIN households.members ON household_id = old
"""
_SAMPLES = (
    "SELECT village_code FROM households.households GROUP BY 1 ORDER BY md5(village_code) LIMIT 1000",
    "SELECT left(name, 2) FROM households.members WHERE char_length(name) > 2 GROUP BY 1 ORDER BY random() LIMIT 500",
    "SELECT cadre_id FROM cadres.pairings GROUP BY 1 HAVING count(*) < 100 ORDER BY 1 LIMIT 500",
)
_ONE_CADRE = "one_cadre_per_household"
_OWN_CADRE = "md5({cadre} || turn::text)::uuid"


@dataclass(frozen=True, slots=True)
class Filled:
    """`copies`: those whose ids `household(0)`, `household(1)` … and consents to the bench's bank are known.

    `names`: beginnings of names that occur; `villages` and `cadres`: some that have households; `notices`: how many
    public notices of 400 names there are, `notice(0)`, `notice(1)` …
    """

    folder: Path
    households: int
    copies: int
    villages: tuple[str, ...]
    names: tuple[str, ...]
    cadres: tuple[UUID, ...]

    @property
    def notices(self) -> int:
        return self.households // NAMES_OF_A_NOTICE

    @property
    def counties(self) -> list[str]:
        return sorted({code[:6] for code in self.villages})


_kept = ExitStack()


@cache
def filled(households: int) -> Filled:
    """The directory with that many households; made when first asked for, gone after `forget_all`."""
    folder = scratch()
    _kept.callback(shutil.rmtree, folder, ignore_errors=True)
    with product(folder, demonstration=True):
        pass
    return asyncio.run(_fill(folder, households))


def forget_all() -> None:
    """Removes what `filled` made."""
    filled.cache_clear()
    _kept.close()


async def _fill(folder: Path, households: int) -> Filled:
    async with ground(Settings(data_dir=folder, demonstration=False)) as on:
        assert isinstance(on.embedded, EmbeddedPostgres)
        cipher = field_cipher("households", on.secrets_dir)
        connection = await on.embedded.connect(database="bashan")
        try:
            copies = await _copy_everything(connection, cipher, households)
            samples = [tuple(await _column(connection, one)) for one in _SAMPLES]
            made = Filled(folder, households, copies, *samples)
            await _complete(on, made)
            return made
        finally:
            await connection.close()


async def _complete(on: Ground, made: Filled) -> None:
    """The copies came past the services, which keep the counts of places with each write; and the notices of a year."""
    database = Database(on.urls["households"].jobs, name="bench")
    cadres = Database(on.urls["cadres"].jobs, name="bench")
    try:
        await mend_counts(database, recount)
        await mend_counts(cadres, recount_coverage)
        await post_notices(database, made.notices, made.villages, made.names)
    finally:
        await cadres.close()
        await database.close()


async def _column(connection: asyncpg.Connection, statement: str) -> list[Any]:
    return [row[0] for row in await connection.fetch(statement)]


async def _copy_everything(connection: asyncpg.Connection, cipher: FieldCipher, households: int) -> int:
    await connection.execute("SET synchronous_commit = off")
    await connection.execute("CREATE SCHEMA bench")
    await connection.execute(_COPIES, households)
    await connection.execute("CREATE INDEX ON bench.copies (old)")
    await connection.execute("ANALYZE bench.copies")
    await connection.execute(_PEOPLE)
    await _number_people(connection, cipher)
    for statement in (*_household_copies(), *_credit_copies(), *_cadre_copies(), *_usual_grades()):
        await connection.execute(statement)
    await _bank_and_caseloads(connection)
    copies: int = await connection.fetchval("SELECT count(*) FROM bench.copies")
    await connection.execute("DROP SCHEMA bench CASCADE")
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    return copies


async def _number_people(connection: asyncpg.Connection, cipher: FieldCipher) -> None:
    """Ids, ciphertexts and blind indexes of the copies' people."""
    async with connection.transaction():
        cursor = await connection.cursor(_MEMBERS)
        while rows := await cursor.fetch(_MEMBERS_AT_ONCE):
            await connection.copy_records_to_table("people", schema_name="bench", records=_people(cipher, rows))
    await connection.execute("CREATE INDEX ON bench.people (household_id, member_id)")
    await connection.execute("ANALYZE bench.people")


def _people(cipher: FieldCipher, rows: Iterable[Mapping[str, object]]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        number = int(str(row["n"])) * _MEMBERS_AT_MOST + int(str(row["place"]))
        member, text = UUID(int=(0x0192 << 112) | (0x7000 << 64) | (0x8000 << 48) | number), f"{number:018d}"
        phone = text[-11:] if row["has_phone"] else None
        yield (
            household(int(str(row["n"]))),
            row["member_id"],
            member,
            cipher.encrypt(text, b"members.id_number:" + member.bytes),
            cipher.blind_index("id_number", text),
            phone and cipher.encrypt(phone, b"members.phone:" + member.bytes),
            phone and cipher.blind_index("phone", phone),
        )


def _copied(table: Table, schema: str, source: str, changed: Mapping[str, str]) -> str:
    """Every column as it is in the original, but for the changed ones."""
    columns = [column.name for column in table.columns if column.computed is None]
    values = [changed.get(name, f'original."{name}"') for name in columns]
    quoted = ", ".join(f'"{name}"' for name in columns)
    values_text = ", ".join(values)
    return f"INSERT INTO {schema}.{table.name} ({quoted}) SELECT {values_text} FROM {source}"  # noqa: S608 - names and expressions of this file and of the tables


def _of(table: Table, schema: str, key: str = "household_id") -> str:
    return f"bench.copies JOIN {schema}.{table.name} AS original ON original.{key} = copies.old"


def _household_copies() -> Iterator[str]:
    tables = household_tables
    placed = {"household_id": "new", "village_code": "village"}
    unnumbered = {"version": "1", "phone": "NULL", "phone_index": "NULL", "register_number": "NULL"}
    unnumbered |= {"handbook_number": "NULL", "content_digest": "NULL"}
    yield _copied(tables.households, "households", _of(tables.households, "households"), placed | unnumbered)
    people = (
        f"{_of(tables.members, 'households')} JOIN bench.people"
        " ON people.household_id = copies.new AND people.member_id = original.member_id"
    )
    sealed = {"member_id": "people.new", "id_number": "sealed", "id_number_index": "found_by"}
    phones = {"phone": "people.phone", "phone_index": "phone_found_by"}
    owner = {"household_id": "copies.new", "village_code": "village"}
    yield _copied(tables.members, "households", people, owner | sealed | phones)
    yield "INSERT INTO households.persons SELECT found_by, household_id, new FROM bench.people"
    helper = {"household_id": "new", "cadre_id": _OWN_CADRE.format(cadre="original.cadre_id")}
    yield _copied(tables.helpers, "households", _of(tables.helpers, "households"), helper)


def _credit_copies() -> Iterator[str]:
    tables = credit_tables
    placed = {"household_id": "new", "village_code": "village"}
    for table in (tables.directory, tables.facts, tables.scores, tables.loans):
        yield _copied(table, "credit", _of(table, "credit"), placed)
    for table in (tables.vetoes, tables.loan_events, tables.clocks.loan_facts_until):
        yield _copied(table, "credit", _of(table, "credit"), {"household_id": "new"})
    helper = {"household_id": "new", "cadre_id": _OWN_CADRE.format(cadre="original.cadre_id")}
    yield _copied(tables.helpers, "credit", _of(tables.helpers, "credit"), helper)
    yield (
        "INSERT INTO credit.taken_over SELECT DISTINCT village, (SELECT run_id FROM credit.runs LIMIT 1)"
        " FROM bench.copies"
    )


def _cadre_copies() -> Iterator[str]:
    tables = cadre_tables
    turns = (
        "(SELECT DISTINCT turn FROM bench.copies) AS turns"
        " CROSS JOIN (SELECT * FROM cadres.cadres WHERE subject IS NULL) AS original"
    )
    own = {"phone": "NULL", "phone_index": "NULL", "cadre_id": _OWN_CADRE.format(cadre="original.cadre_id")}
    yield _copied(tables.cadres, "cadres", turns, own)
    placed = {"household_id": "new", "village_code": "village"}
    yield _copied(tables.households, "cadres", _of(tables.households, "cadres"), placed)
    paired = {"household_id": "new", "pairing_id": "gen_random_uuid()", "cadre_id": own["cadre_id"]}
    linked = f"{_of(tables.pairings, 'cadres')} JOIN cadres.cadres AS helper ON helper.cadre_id = {own['cadre_id']}"
    # The copies' ids differ in their last digits only, and a GiST index that takes such ids one by one degenerates; at
    # once it is built from sorted ones.
    yield "ANALYZE cadres.cadres"
    yield f"ALTER TABLE cadres.pairings DROP CONSTRAINT {_ONE_CADRE}"
    yield _copied(tables.pairings, "cadres", linked, paired)
    yield (
        f"ALTER TABLE cadres.pairings ADD CONSTRAINT {_ONE_CADRE}"
        " EXCLUDE USING gist (household_id WITH =, during WITH &&)"
    )


def _usual_grades() -> Iterator[str]:
    """What the usual stack reads: the grade in a row by its key."""
    yield (
        "CREATE TABLE credit.usual_grades AS SELECT household_id, band, current_date + 700 AS valid_until,"
        " 'rural-household@1'::text AS card_version, current_date AS as_of"
        " FROM credit.scores JOIN bench.copies ON new = household_id"
    )
    yield "ALTER TABLE credit.usual_grades ADD PRIMARY KEY (household_id)"
    yield "GRANT SELECT ON credit.usual_grades TO credit"


async def _bank_and_caseloads(connection: asyncpg.Connection) -> None:
    await connection.execute(
        "INSERT INTO gateway.partners (client_id, name, per_minute, per_day)"
        " VALUES ($1, $1, 1000000000, 1000000000000)",
        BANK,
    )
    await connection.execute(
        "INSERT INTO credit.consents (household_id, consent_id, partner_id, purposes, fields, valid_from, valid_to,"
        " written, given_by, given_through) SELECT new, consent, $1, '{loan_review}', '{grade,validity,reasons}',"
        " current_date, current_date + 300, true, 'bench', 'phone' FROM bench.copies",
        BANK,
    )
    for size in CASELOADS:
        helper = cadre(size)
        await connection.execute(
            "INSERT INTO cadres.cadres (cadre_id, unit_id, name, rank, region_code, valid_from)"
            " SELECT $1, unit_id, '测量干部', 'staff', '511902', '2020-01-01' FROM cadres.units LIMIT 1",
            helper,
        )
        await connection.execute(
            "INSERT INTO cadres.pairings (household_id, pairing_id, cadre_id, started_on, paired_by)"
            " SELECT household_id, gen_random_uuid(), $1, current_date - 100, 'bench' FROM cadres.households AS one"
            " WHERE NOT EXISTS (SELECT FROM cadres.pairings WHERE household_id = one.household_id)"
            " ORDER BY village_code, household_id LIMIT $2",
            *(helper, size),
        )
