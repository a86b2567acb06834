"""People who may be in the record twice: the list of a place, and what is decided."""

from services.households.api.convert_life import relations_of
from services.households.api.deps import Recording, Repositories
from services.households.api.schemas_duplicates import (
    DuplicateDecisionIn,
    DuplicateOut,
    DuplicateSideOut,
    DuplicatesOut,
)
from services.households.domain.masking import mask_id_number
from services.households.storage.duplicate_repository import Pair, get_pair, open_pairs
from services.households.storage.household_repository import HouseholdRepository
from services.households.use_cases.decide_duplicate import SAME, decide_duplicate
from shared.auth import OFFICIALS
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.service_app import strict_router

router = strict_router(tags=["households"])


@router.get("/v1/households/duplicates")
async def list_duplicates(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> DuplicatesOut:
    who.require_official(region)
    scope = f"duplicates:{region}"
    found = await open_pairs(connection, region, with_.cursors.read_id(scope, cursor), limit + 1)
    items, next_cursor = page_of(found, limit, lambda pair: with_.cursors.write(scope, [str(pair.pair_id)]))
    return DuplicatesOut(
        items=[_out(pair, rooms.households) for pair in items],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
    )


@router.post("/v1/households/duplicates/{pair_id}/decision")
async def decide_on_duplicate(
    pair_id: Id,
    body: DuplicateDecisionIn,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    recording: Recording,
) -> DuplicateOut:
    who.require_role(*OFFICIALS)
    await decide_duplicate(
        connection,
        rooms.households,
        recording,
        who,
        pair_id,
        same=body.decision == SAME,
        kept=body.kept_member_id,
        relations=relations_of(body.relations),
        reason=body.reason,
        today=with_.clock.today(),
    )
    return _out(await get_pair(connection, pair_id), rooms.households)


def _out(pair: Pair, households: HouseholdRepository) -> DuplicateOut:
    return DuplicateOut(
        pair_id=pair.pair_id,
        state=pair.state,
        name=pair.name,
        birth_date=pair.birth_date,
        found_at=pair.found_at,
        sides=[
            DuplicateSideOut(
                household_id=side.household_id,
                member_id=side.member_id,
                village_code=side.village_code,
                relation=side.relation,
                register_number=side.register_number,
                id_number=mask_id_number(households.open_id_number(side.member_id, side.id_number)),
            )
            for side in pair.sides
        ],
    )
