"""Read from the cadres service: who helps whom, and so may see a household's record, and what visits found."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.households.storage.tables import helpers
from services.households.storage.told_finding_repository import FINDING, VOID, hold_findings, hold_voids
from shared.change_log import Change
from shared.db import Connection
from shared.feed import Subscription


async def apply(connection: Connection, changes: Sequence[Change]) -> None:
    """A pairing's present state per household: a cadre, or none any more. Findings wait to be taken on."""
    latest = {UUID(change.key): change.payload for change in changes if change.topic == "pairing"}
    ended = [household_id for household_id, payload in latest.items() if payload["cadre_id"] is None]
    standing = [
        {"household_id": household_id, "cadre_id": UUID(payload["cadre_id"]), "cadre_name": payload["cadre_name"]}
        for household_id, payload in latest.items()
        if payload["cadre_id"] is not None
    ]
    if ended:
        await connection.execute(delete(helpers).where(helpers.c.household_id.in_(ended)))
    if standing:
        statement = insert(helpers)
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["household_id"],
                set_={"cadre_id": statement.excluded.cadre_id, "cadre_name": statement.excluded.cadre_name},
            ),
            standing,
        )
    await hold_findings(connection, [change for change in changes if change.topic == FINDING])
    await hold_voids(connection, [change for change in changes if change.topic == VOID])


async def reset(connection: Connection) -> None:
    """What was found on visits has become work of this service's own, and stays."""
    await connection.execute(delete(helpers))


def helper_subscription() -> Subscription:
    return Subscription("cadres", ("pairing", FINDING, VOID), apply, reset)
