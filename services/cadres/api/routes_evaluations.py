"""群众民主测评: opened by officials, voted on by households, told to everybody when it is over."""

from fastapi import Response

from services.cadres.api.deps import Inspecting, Repositories
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas_inspections import (
    EvaluationIn,
    EvaluationOut,
    EvaluationResultOut,
    EvaluationsOut,
    OwnEvaluationOut,
    OwnEvaluationsOut,
    VoteIn,
    VoteOut,
)
from services.cadres.domain.evaluation import Evaluation
from services.cadres.use_cases.evaluate import open_evaluation, see_evaluation, see_own_evaluations, tell_result, vote
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.route import public
from shared.web.service_app import strict_router

router = strict_router(tags=["evaluations"])


@router.post("/v1/evaluations", status_code=201)
async def create_evaluation(
    body: EvaluationIn,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    desk: Inspecting,
    response: Response,
) -> EvaluationOut:
    today = with_.clock.today()
    made = await open_evaluation(
        connection, desk.evaluations, rooms.cadres, desk.policies, who, **body.model_dump(), today=today
    )
    response.headers["Location"] = f"/v1/evaluations/{made.evaluation_id}"
    return _out(made)


@router.get("/v1/evaluations")
async def list_evaluations(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    desk: Inspecting,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> EvaluationsOut:
    who.require_official(region)
    scope = f"evaluations:{region}"
    found = await desk.evaluations.of_region(connection, region, after_of(with_.cursors, scope, cursor), limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda one: (one.village_code, one.evaluation_id))
    return EvaluationsOut(items=[_out(one) for one in items], next_cursor=next_cursor, has_more=next_cursor is not None)


@router.get("/v1/me/evaluations")
async def list_own_evaluations(
    who: Who, connection: Connection, with_: Mechanisms, desk: Inspecting
) -> OwnEvaluationsOut:
    found = await see_own_evaluations(connection, desk.evaluations, who, with_.clock.today())
    return OwnEvaluationsOut(items=[OwnEvaluationOut(**_out(one).model_dump(), voted=voted) for one, voted in found])


@router.get("/v1/evaluations/{evaluation_id}")
async def read_evaluation(evaluation_id: Id, who: Who, connection: Connection, desk: Inspecting) -> EvaluationOut:
    return _out(await see_evaluation(connection, desk.evaluations, who, evaluation_id))


# PUT, since no Idempotency-Key may be asked for: its stored digest of who sent what would be a link to the vote.
@router.put("/v1/evaluations/{evaluation_id}/vote")
async def put_vote(
    evaluation_id: Id, body: VoteIn, who: Who, connection: Connection, with_: Mechanisms, desk: Inspecting
) -> VoteOut:
    await vote(connection, desk.evaluations, who, evaluation_id, body.answer, with_.clock.today())
    return VoteOut(voted=True)


@router.get("/v1/evaluations/{evaluation_id}/result")
@public
async def read_evaluation_result(
    evaluation_id: Id, connection: Connection, with_: Mechanisms, desk: Inspecting
) -> EvaluationResultOut:
    result = await tell_result(connection, desk.evaluations, evaluation_id, with_.clock.today())
    return EvaluationResultOut.model_validate(result, from_attributes=True)


def _out(evaluation: Evaluation) -> EvaluationOut:
    return EvaluationOut.model_validate(evaluation, from_attributes=True)
