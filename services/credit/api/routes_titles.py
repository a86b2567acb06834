"""Titles of villages and townships: the published formula, who holds one, how it came, and computing them anew."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from fastapi import Response

from services.credit.api.convert import job_out
from services.credit.api.deps import Repositories
from services.credit.api.schemas import JobOut
from services.credit.api.schemas_titles import FormulaOut, PlaceIn, TitleOut, TitlesOut, TitleStepOut, TitleStepsOut
from services.credit.storage.shipped_policies import title_policy
from services.credit.storage.title_repository import HeldTitle, list_titles, title_log
from services.credit.use_cases.hold_office import require_office
from services.credit.use_cases.recompute_titles import order_titles
from shared.auth import OFFICIALS
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.route import public
from shared.web.service_app import strict_router

router = strict_router(tags=["titles"])


@router.get("/v1/credit/titles/formula")
@public
async def read_title_formula(with_: Mechanisms) -> FormulaOut:
    return FormulaOut.model_validate(asdict(title_policy(with_.clock.today())))


@router.get("/v1/credit/titles")
@public
async def list_held_titles(
    region: RegionCode,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> TitlesOut:
    scope = f"titles:{region}"
    after = _place(with_.cursors.read(scope, cursor)) if cursor else None
    found = await list_titles(connection, region, after, limit + 1)
    items, more = page_of(found, limit, lambda one: with_.cursors.write(scope, [one.place_code, str(one.title_id)]))
    return TitlesOut(items=[title_out(one) for one in items], next_cursor=more, has_more=more is not None)


@router.get("/v1/credit/titles/{code}/steps")
async def list_title_steps(code: RegionCode, who: Who, connection: Connection) -> TitleStepsOut:
    require_office(who, code, *OFFICIALS, "auditor")
    return TitleStepsOut(items=[_step(row) for row in await title_log.of_owner(connection, code)])


@router.post("/v1/credit/titles/recomputations", status_code=202)
async def recompute_titles(
    body: PlaceIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> JobOut:
    job_id = body.job_id or new_id()
    await order_titles(connection, rooms.jobs, with_.audit, with_.clock, who, job_id, body.region)
    response.headers["Location"] = f"/v1/credit/jobs/{job_id}"
    return job_out(await rooms.jobs.get(connection, job_id))


def title_out(held: HeldTitle) -> TitleOut:
    return TitleOut.model_validate({"title_id": held.title_id, "place_code": held.place_code, **_shown(held)})


def _shown(held: HeldTitle) -> dict[str, Any]:
    kept = ("version", "quarter", "ended_on")
    return {name: value for name, value in asdict(held.title).items() if name not in kept}


def _step(row: Any) -> TitleStepOut:
    return TitleStepOut(
        title_id=row["title_id"],
        number=row["seq"],
        to=row["event"],
        at=row["at"].astimezone(SHANGHAI),
        actor=row["actor"],
        facts=row["facts"],
        hash=bytes(row["hash"]).hex(),
    )


def _place(keyset: list[str]) -> tuple[str, UUID]:
    code, title_id = keyset
    return code, UUID(title_id)
