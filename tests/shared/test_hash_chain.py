"""The audit chain names the first row that was touched."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from tests.shared.conftest import Mechanisms

AT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


async def write(here: Mechanisms, count: int) -> None:
    for number in range(count):
        async with here.database.transaction() as connection:
            await here.audit.append(
                connection, at=AT, event="unmasked", actor="张三", subject=str(number), facts={"n": number}
            )


@pytest.mark.parametrize(
    ("tampering", "first_bad"),
    [
        ("UPDATE audit_events SET actor = 'x' WHERE seq = 3", 3),
        ("UPDATE audit_events SET facts = '{\"n\": 99}' WHERE seq = 2", 2),
        ("UPDATE audit_events SET at = at + interval '1 microsecond' WHERE seq = 4", 4),
        ("DELETE FROM audit_events WHERE seq = 3", 3),
        ("UPDATE audit_events SET seq = 99 WHERE seq = 5", 5),
        ("UPDATE audit_events SET seq = CASE seq WHEN 2 THEN 3 ELSE 2 END WHERE seq IN (2, 3)", 2),
    ],
)
async def test_the_first_row_that_was_touched_is_named(here: Mechanisms, tampering: str, first_bad: int) -> None:
    await write(here, 5)
    async with here.database.transaction() as connection:
        assert await here.audit.verify(connection) == (5, None)
        for statement in _separately(tampering):
            await connection.execute(text(statement))
        rows, broken = await here.audit.verify(connection)
    assert broken is not None
    assert (rows, broken.seq) == (first_bad - 1, first_bad)


def _separately(tampering: str) -> list[str]:
    """A swap of two keys in one statement breaks the primary key half way, so it goes by a third number."""
    if "CASE seq" not in tampering:
        return [tampering]
    return [
        "UPDATE audit_events SET seq = -1 WHERE seq = 2",
        "UPDATE audit_events SET seq = 2 WHERE seq = 3",
        "UPDATE audit_events SET seq = 3 WHERE seq = -1",
    ]


async def test_an_event_of_a_failed_transaction_leaves_no_gap(here: Mechanisms) -> None:
    await write(here, 2)
    with pytest.raises(ZeroDivisionError):
        async with here.database.transaction() as connection:
            await here.audit.append(connection, at=AT, event="e", actor="a", subject="s", facts={})
            raise ZeroDivisionError
    await write(here, 1)
    async with here.database.transaction() as connection:
        assert await here.audit.verify(connection) == (3, None)
