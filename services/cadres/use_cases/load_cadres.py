"""Load many units, cadres, pairings and posts at once, as the demonstration and a take-over from another system do."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.pairing import Pairing
from services.cadres.domain.posting import Posting
from services.cadres.domain.unit import Unit
from services.cadres.storage.bulk import chunks, insert_cadres, insert_pairings, insert_postings, insert_units
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.pairing_repository import helper_change
from shared.change_log import ChangeLog
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of each were new."""

    units: int = 0
    cadres: int = 0
    pairings: int = 0
    posts: int = 0


async def load_cadres(
    connection: Connection,
    repository: CadreRepository,
    change_log: ChangeLog,
    *,
    units: Sequence[Unit] = (),
    cadres: Sequence[Cadre] = (),
    pairings: Sequence[Pairing] = (),
    posts: Sequence[Posting] = (),
    author: str = "load",
) -> Loaded:
    """Writes rows and feed in the caller's transaction. What is there already stays: a second run changes nothing.

    The rows are taken as they are: who decides on a single one asks `may_be_paired` and `may_hold_post`; the database
    still lets a household have one cadre, a post one holder, a first secretary one village. A caller with more than a
    township calls once for each, so that no transaction stays open for long and holds back the siblings' feeds.
    """
    names = {cadre.cadre_id: cadre.name for cadre in cadres}
    missing = {pairing.cadre_id for pairing in pairings} - names.keys()
    new_units = new_cadres = new_pairings = new_posts = 0
    for some_units in chunks(units):
        new_units += len(await insert_units(connection, some_units))
    for some_cadres in chunks(cadres):
        new_cadres += len(await insert_cadres(connection, repository, some_cadres))
    if missing:
        found = await repository.get_many(connection, missing)
        names |= {cadre_id: cadre.name for cadre_id, cadre in found.items()}
    for some_pairings in chunks(pairings):
        done = await insert_pairings(connection, some_pairings, author)
        new_pairings += len(done)
        opened = [p for p in some_pairings if p.pairing_id in done and p.ended_on is None]
        await change_log.append(
            connection, [helper_change(p.household_id, p.cadre_id, names[p.cadre_id]) for p in opened]
        )
    for some_posts in chunks(posts):
        new_posts += len(await insert_postings(connection, some_posts, author))
    return Loaded(new_units, new_cadres, new_pairings, new_posts)
