"""Read from the households service: places, households to be helped, what is due there, what became of findings."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete
from sqlalchemy.dialects.postgresql import insert

from services.cadres.storage.coverage_repository import counted_anew, forget_all
from services.cadres.storage.duty_repository import TOPIC, keep_duties
from services.cadres.storage.queries import given_rows
from services.cadres.storage.tables import households, regions, visiting, working
from services.cadres.storage.visit_feed import OUTCOME, keep_outcomes
from shared.change_log import Change
from shared.db import Connection
from shared.feed import Subscription

_REGION_FIELDS = ("name", "level", "kind", "parent", "poor_village")
_HOUSEHOLD_FIELDS = ("village_code", "head", "people", "registered_poor", "monitored", "demonstration")


async def apply(connection: Connection, changes: Sequence[Change]) -> None:
    """The present state of each place and household; the last of a page counts, so a replay gives the same."""
    places = {c.key: _row(c, _REGION_FIELDS, code=c.key) for c in changes if c.topic == "region"}
    known = {c.key: _row(c, _HOUSEHOLD_FIELDS, household_id=UUID(c.key)) for c in changes if c.topic == "household"}
    async with counted_anew(connection, list(places.values()), list(known.values())):
        await _save(connection, regions, "code", _REGION_FIELDS, list(places.values()))
        await _save(connection, households, "household_id", _HOUSEHOLD_FIELDS, list(known.values()))
    await keep_duties(connection, changes)
    await keep_outcomes(connection, changes)


async def reset(connection: Connection) -> None:
    await forget_all(connection)
    await connection.execute(delete(regions))
    await connection.execute(delete(households))
    await connection.execute(delete(working.household_duties))
    await connection.execute(delete(visiting.outcomes))


def households_subscription() -> Subscription:
    return Subscription("households", ("region", "household", TOPIC, OUTCOME), apply, reset)


def _row(change: Change, names: Sequence[str], **key: Any) -> dict[str, Any]:
    return key | {name: change.payload[name] for name in names}


async def _save(
    connection: Connection, table: Table, key: str, names: Sequence[str], rows: list[dict[str, Any]]
) -> None:
    if rows:
        statement = insert(table).from_select(list(rows[0]), given_rows(table, rows))
        kept = {name: statement.excluded[name] for name in names}
        await connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=kept))
