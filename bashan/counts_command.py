"""`bashan recount`: is what is kept of the places' counts what counting the record gives?"""

from typing import Annotated

import typer

from bashan.environment import ground
from bashan.settings import Settings
from bashan.terminal import Json, answer, read_settings, run
from services.cadres.storage import coverage_repository
from services.households.storage import count_repository
from shared.count_keeper import Recount
from shared.db import Database

COUNTED: dict[str, Recount] = {"households": count_repository.recount, "cadres": coverage_repository.recount}


def recount(
    mend: Annotated[bool, typer.Option("--mend", help="Put right what is not.")] = False, json: Json = False
) -> None:
    """Count the households and the coverage of every place anew; exit code 1 when what is kept is not that."""
    wrong = run(_wrong_figures(read_settings(), mend=mend))
    said = "the kept counts are those of the record" if not wrong else f"{wrong} figures were not those of the record"
    answer(
        json, {"wrong_figures": wrong, "mended": bool(wrong) and mend}, [f"{said}{', mended' * bool(wrong and mend)}"]
    )
    if wrong and not mend:
        raise typer.Exit(1)


async def _wrong_figures(settings: Settings, *, mend: bool) -> int:
    async with ground(settings, begins=False) as on:
        return sum([await _wrong_of(on.urls[name].jobs, count_anew, mend=mend) for name, count_anew in COUNTED.items()])


async def _wrong_of(url: str, count_anew: Recount, *, mend: bool) -> int:
    database = Database(url, pool_size=1, name="recount")
    try:
        async with database.transaction() as connection:
            return await count_anew(connection, mend=mend)
    finally:
        await database.close()
