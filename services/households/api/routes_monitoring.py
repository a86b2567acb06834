"""Monitoring cases (监测对象): opened, checked at home, helped, ended by two, listed."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.households.api.deps import MonitoringDesk, Repositories
from services.households.api.routes_imports import job_out
from services.households.api.schemas import JobOut
from services.households.api.schemas_cases import (
    CaseFileOut,
    CaseIn,
    CaseLineOut,
    CaseLinesOut,
    CaseMeasureIn,
    CaseMeasureOut,
    CaseOut,
    CaseState,
    CaseStepIn,
    Danger,
    MeasureDoneIn,
    NewsIn,
    RoundIn,
    case_out,
    file_out,
    line_out,
    measure_out,
)
from services.households.domain.monitoring_case import MonitoringCase
from services.households.storage.case_repository import Measure
from services.households.use_cases.add_to_case import add_measure, add_news, finish_measure
from services.households.use_cases.list_monitoring import Asked, list_asked, list_overdue
from services.households.use_cases.move_case import move_case
from services.households.use_cases.open_monitoring_case import open_monitoring_case
from services.households.use_cases.order_round import order_round
from services.households.use_cases.see_case import read_case
from shared.auth import OFFICIALS
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["monitoring"])


@router.post("/v1/monitoring/cases", status_code=201)
async def open_case(body: CaseIn, who: Who, desk: MonitoringDesk, response: Response) -> CaseOut:
    case = await open_monitoring_case(desk, who, body.household_id, body.case_id or new_id(), body.what)
    response.headers["Location"] = f"/v1/monitoring/cases/{case.case_id}"
    return _with_version(case, response)


@router.get("/v1/monitoring/cases")
async def list_monitoring_cases(
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    region: RegionCode | None = None,
    household_id: Id | None = None,
    state: Annotated[CaseState | None, Query()] = None,
    monitoring_type: Annotated[Danger | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> CaseLinesOut:
    asked = Asked(region, household_id, state, monitoring_type)
    scope = f"cases:{asked}:{who.subject}"
    after = with_.cursors.read(scope, cursor) if cursor else None
    found = await list_asked(connection, rooms.households, who, asked, after, limit + 1)
    items, next_cursor = page_of(
        found, limit, lambda line: with_.cursors.write(scope, [line.village_code, str(line.case.case_id)])
    )
    return _page([line_out(line) for line in items], next_cursor)


@router.get("/v1/monitoring/overdue")
async def list_overdue_checks(
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    region: RegionCode | None = None,
    cadre: Id | None = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> CaseLinesOut:
    scope = f"overdue:{region}:{cadre}:{who.subject}"
    after = with_.cursors.read(scope, cursor) if cursor else None
    found = await list_overdue(connection, who, with_.clock.today(), region, cadre, after, limit + 1)
    items, next_cursor = page_of(
        found, limit, lambda line: with_.cursors.write(scope, [str(line.case.check_due_on), str(line.case.case_id)])
    )
    return _page([line_out(line) for line in items], next_cursor)


@router.get("/v1/monitoring/cases/{case_id}")
async def get_monitoring_case(
    case_id: Id, who: Who, connection: Connection, rooms: Repositories, response: Response
) -> CaseFileOut:
    file = await read_case(connection, rooms.households, who, case_id)
    response.headers["ETag"] = etag(file.case.version)
    return file_out(file)


@router.post("/v1/monitoring/cases/{case_id}/transitions")
async def move_monitoring_case(
    case_id: Id,
    body: CaseStepIn,
    version: ExpectedVersion,
    who: Who,
    desk: MonitoringDesk,
    with_: Mechanisms,
    response: Response,
) -> CaseOut:
    who.require_role(*OFFICIALS, "cadre")
    after = await move_case(
        desk,
        with_.audit,
        who,
        case_id,
        to=body.to,
        danger=body.monitoring_type,
        note=body.note,
        version=version,
        now=with_.clock.now(),
        show=lambda standing: case_out(standing).model_dump(mode="json"),
    )
    return _with_version(after, response)


@router.post("/v1/monitoring/cases/{case_id}/findings", status_code=201)
async def add_case_news(case_id: Id, body: NewsIn, who: Who, desk: MonitoringDesk, response: Response) -> CaseOut:
    return _with_version(await add_news(desk, who, case_id, body.what), response)


@router.post("/v1/monitoring/cases/{case_id}/measures", status_code=201)
async def add_case_measure(case_id: Id, body: CaseMeasureIn, who: Who, desk: MonitoringDesk) -> CaseMeasureOut:
    who.require_role(*OFFICIALS, "cadre")
    said = {name: getattr(body, name) for name in CaseMeasureIn.model_fields}
    said["measure_id"] = body.measure_id or new_id()
    nowhere = UUID(int=0)
    measure = Measure(household_id=nowhere, case_id=case_id, recorded_by=who.subject, recorded_on=desk.today, **said)
    return measure_out(await add_measure(desk, who, measure))


@router.post("/v1/monitoring/cases/{case_id}/measures/{measure_id}/done")
async def finish_case_measure(
    case_id: Id, measure_id: Id, body: MeasureDoneIn, who: Who, desk: MonitoringDesk
) -> CaseMeasureOut:
    who.require_role(*OFFICIALS, "cadre")
    return measure_out(await finish_measure(desk, who, case_id, measure_id, body.done_on, body.result))


@router.post("/v1/monitoring/rounds", status_code=202)
async def order_monitoring_round(
    body: RoundIn, who: Who, connection: Connection, rooms: Repositories, response: Response
) -> JobOut:
    job = await order_round(connection, rooms.jobs, who, body.region)
    response.headers["Location"] = f"/v1/jobs/{job.job_id}"
    return job_out(job)


def _with_version(case: MonitoringCase, response: Response) -> CaseOut:
    response.headers["ETag"] = etag(case.version)
    return case_out(case)


def _page(items: list[CaseLineOut], next_cursor: str | None) -> CaseLinesOut:
    return CaseLinesOut(items=items, next_cursor=next_cursor, has_more=next_cursor is not None)
