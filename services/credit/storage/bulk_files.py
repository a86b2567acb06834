"""Many new credit files at once, in the caller's transaction; rows have the columns of the tables they go to."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select

from services.credit.storage.fact_repository import write_facts
from services.credit.storage.tables import consents, facts, loan_events, loans, vetoes
from shared.bulk import copy_rows
from shared.db import Connection

Rows = Sequence[Mapping[str, Any]]


async def village_has_files(connection: Connection, village_code: str) -> bool:
    found = await connection.execute(select(exists().where(facts.c.village_code == village_code)))
    return bool(found.scalar_one())


async def write_new(
    connection: Connection,
    files: Rows,
    new_vetoes: Rows,
    new_consents: Rows,
    new_loans: Rows,
    new_events: Rows,
) -> None:
    """`files` carry their facts as the engine reads them under `facts`. A row that is there already breaks it all."""
    rows = [
        {**{name: value for name, value in file.items() if name != "facts"}, **write_facts(file["facts"])}
        for file in files
    ]
    for table, many in (
        (facts, rows),
        (vetoes, new_vetoes),
        (consents, new_consents),
        (loans, new_loans),
        (loan_events, new_events),
    ):
        await copy_rows(connection, table, many)
