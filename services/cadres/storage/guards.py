"""One writer at a time for a household, a village or a cadre.

A guard is taken before the transaction writes anything, so the order of the transactions' ids, by which siblings read
the change log, is the order in which they held the guard. Always in the order household, village, cadres by id.
A pairing plan touches more households than there can be guards, so it keeps everybody else from pairing while it moves.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select

from shared.db import Connection

_PAIRINGS = "pairings"


async def guard_household(connection: Connection, household_id: UUID) -> None:
    await connection.execute(select(func.pg_advisory_xact_lock_shared(func.hashtextextended(_PAIRINGS, 0))))
    await _guard(connection, f"household:{household_id}")


async def guard_village(connection: Connection, village_code: str) -> None:
    await _guard(connection, f"village:{village_code}")


async def guard_cadres(connection: Connection, cadre_ids: Iterable[UUID]) -> None:
    for cadre_id in sorted(set(cadre_ids)):
        await _guard(connection, f"cadre:{cadre_id}")


async def guard_outstanding(connection: Connection, pool: str, year: int) -> None:
    """Of a year's places of the outstanding; behind the cadre's own guard."""
    await _guard(connection, f"outstanding:{pool}:{year}")


async def guard_all_pairings(connection: Connection) -> None:
    """Waits for those who hold a household's guard, and keeps others from taking one."""
    await _guard(connection, _PAIRINGS)


async def guard_visit(connection: Connection, visit_id: UUID) -> None:
    await _guard(connection, f"visit:{visit_id}")


async def guard_task(connection: Connection, task_id: UUID) -> None:
    await _guard(connection, f"task:{task_id}")


async def _guard(connection: Connection, name: str) -> None:
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
