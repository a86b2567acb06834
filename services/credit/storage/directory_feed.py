"""Places, households and helpers, read from the siblings' feeds. The fields are named one by one; no other gets in."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Table, Text, Uuid, column, delete, func, literal, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.credit.storage.tables import directory, facts, helpers, identities, loans, regions, use_of_money
from services.credit.storage.use_of_money_repository import FINDING, WITHDRAWN, hold_findings
from shared.change_log import Change
from shared.db import Connection
from shared.feed import Subscription


async def apply_households(connection: Connection, changes: Sequence[Change]) -> None:
    places = {c.key: c.payload for c in changes if c.topic == "region"}
    await _upsert(
        connection,
        regions,
        [
            {
                "code": code,
                **{name: p[name] for name in ("name", "level", "kind", "parent", "poor_village")},
                "ended_on": date.fromisoformat(p["ended_on"]) if p["ended_on"] else None,
            }
            for code, p in places.items()
        ],
    )
    people = {UUID(c.key): c.payload for c in changes if c.topic == "household"}
    names = ("village_code", "head", "people", "registered_poor", "demonstration", "closed")
    await _upsert(
        connection,
        directory,
        [{"household_id": household_id, **{name: p[name] for name in names}} for household_id, p in people.items()],
    )
    await _follow_moves(connection, {household_id: p["village_code"] for household_id, p in people.items()})
    if people:
        await connection.execute(delete(identities).where(identities.c.household_id.in_(list(people))))
        await _upsert(
            connection,
            identities,
            [
                {"identity": bytes.fromhex(index), "household_id": household_id}
                for household_id, payload in people.items()
                for index in payload["identities"]
            ],
        )


async def reset_households(connection: Connection) -> None:
    for table in (regions, directory, identities):
        await connection.execute(delete(table))


async def apply_cadres(connection: Connection, changes: Sequence[Change]) -> None:
    """Who helps whom, and what visits said of the use of loans."""
    await apply_pairings(connection, [change for change in changes if change.topic == "pairing"])
    await hold_findings(connection, changes)


async def apply_pairings(connection: Connection, changes: Sequence[Change]) -> None:
    latest = {UUID(c.key): c.payload["cadre_id"] for c in changes}
    ended = [household_id for household_id, cadre in latest.items() if cadre is None]
    if ended:
        await connection.execute(delete(helpers).where(helpers.c.household_id.in_(ended)))
    await _upsert(
        connection,
        helpers,
        [{"household_id": household_id, "cadre_id": UUID(cadre)} for household_id, cadre in latest.items() if cadre],
    )


async def reset_pairings(connection: Connection) -> None:
    """What was found on visits is followed up here, and stays."""
    await connection.execute(delete(helpers))


def household_subscription() -> Subscription:
    return Subscription("households", ("region", "household"), apply_households, reset_households)


def cadres_subscription() -> Subscription:
    return Subscription("cadres", ("pairing", FINDING, WITHDRAWN), apply_cadres, reset_pairings)


async def _follow_moves(connection: Connection, villages: Mapping[UUID, str]) -> None:
    """File, loans and follow-ups count where a household lives now. So does its grade (`grades_living_in`), which goes
    on to name the village that gave it."""
    moved = (
        func.unnest(literal(list(villages), ARRAY(Uuid)), literal(list(villages.values()), ARRAY(Text)))
        .table_valued(column("household_id", Uuid), column("village_code", Text))
        .render_derived(name="moved")
    )
    for table in (facts, loans, use_of_money):
        await connection.execute(
            update(table)
            .where(table.c.household_id == moved.c.household_id, table.c.village_code != moved.c.village_code)
            .values(village_code=moved.c.village_code)
        )


async def _upsert(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert(table)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=keys,
            set_={name: statement.excluded[name] for name in rows[0] if name not in keys},
        ),
        rows,
    )
