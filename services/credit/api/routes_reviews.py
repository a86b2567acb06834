"""Grades that have come up for their yearly review."""

from uuid import UUID

from services.credit.api.schemas_reviews import ReviewOut, ReviewsOut
from services.credit.domain.yearly_review import proposal
from services.credit.storage.review_repository import Due, due_reviews
from services.credit.storage.shipped_policies import grade_policy
from shared.auth import OFFICIALS
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.service_app import strict_router

router = strict_router(tags=["grade course"])


@router.get("/v1/credit/grade-reviews")
async def list_due_reviews(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> ReviewsOut:
    who.require_role(*OFFICIALS)
    who.require_official(region)
    scope = f"grade-reviews:{region}"
    after = _place(with_.cursors.read(scope, cursor)) if cursor else None
    today = with_.clock.today()
    months = grade_policy(today).months_to_review
    found = await due_reviews(connection, region, today, months, after, limit + 1)
    items, more = page_of(found, limit, lambda one: with_.cursors.write(scope, _keys(one)))
    return ReviewsOut(items=[_review(one) for one in items], next_cursor=more, has_more=more is not None)


def _place(keyset: list[str]) -> tuple[str, UUID]:
    village, household_id = keyset
    return village, UUID(household_id)


def _keys(one: Due) -> list[str]:
    return [one.village_code, str(one.household_id)]


def _review(one: Due) -> ReviewOut:
    return ReviewOut(
        household_id=one.household_id,
        village_code=one.village_code,
        head=one.head,
        grade=one.band,
        case_id=one.case_id,
        effective_on=one.effective_on,
        valid_until=one.valid_until,
        due_on=one.due_on,
        scored_on=one.scored_on,
        scored_grade=one.scored_band,
        scored_total=one.scored_total,
        objection=one.objected,
        proposal=proposal(one.band, one.scored_band).value,
    )
