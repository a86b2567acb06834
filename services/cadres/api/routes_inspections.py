"""督查: samples that anyone can draw again, findings, their putting right, and the second look."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.cadres.api.deps import Inspecting, Photos
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas_inspections import (
    CycleOut,
    CyclesOut,
    FindingFullOut,
    FindingIn,
    FindingMoveIn,
    FindingPhotoOut,
    FindingsOut,
    FindingStepOut,
    InspectionFindingOut,
    InspectionIn,
    InspectionOut,
    InspectionsOut,
    PopulationOut,
    SampleOut,
)
from services.cadres.domain.inspection import Finding, FindingState, FindingStep, Inspection
from services.cadres.domain.inspection_policy import inspection_policy_at
from services.cadres.domain.random_sample import RECIPE
from services.cadres.storage.inspection_repository import findings_of, get_inspection, inspections_of
from services.cadres.use_cases.inspect import (
    draw_inspection,
    move_finding,
    record_finding,
    see_finding,
    see_inspection,
    see_population,
)
from services.cadres.use_cases.keep_finding_photo import keep_finding_photo, photos_of_finding, read_finding_photo
from shared.file_content import MOST_FILE_BYTES
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.route import public, takes_file
from shared.web.service_app import strict_router
from shared.web.upload import file_reply, file_responses, form_schema, read_form
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["inspections"])


@router.get("/v1/inspections/cycles")
async def list_inspection_cycles(with_: Mechanisms, desk: Inspecting) -> CyclesOut:
    policy = inspection_policy_at(desk.policies, with_.clock.today())
    items = [CycleOut.model_validate(one, from_attributes=True) for one in policy.cycles]
    return CyclesOut(items=items, rectify_days=policy.rectify_days)


@router.get("/v1/inspections/findings")
async def list_inspection_findings(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    state: Annotated[FindingState | None, Query()] = None,
    overdue: Annotated[bool, Query(description="only those not put right by their day")] = False,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> FindingsOut:
    who.require_official(region)
    scope = f"inspection-findings:{region}:{state}:{overdue}"
    after = after_of(with_.cursors, scope, cursor)
    day = with_.clock.today() if overdue else None
    found = await findings_of(connection, region, overdue_on=day, state=state, after=after, limit=limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda one: (one.village_code, one.finding_id))
    return FindingsOut(
        items=[_finding(one) for one in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.post("/v1/inspections", status_code=201)
async def create_inspection(
    body: InspectionIn, who: Who, connection: Connection, with_: Mechanisms, desk: Inspecting, response: Response
) -> InspectionOut:
    made = await draw_inspection(connection, desk.policies, who, **body.model_dump(), today=with_.clock.today())
    response.headers["Location"] = f"/v1/inspections/{made.inspection_id}"
    return _inspection(made)


@router.get("/v1/inspections")
async def list_inspections(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> InspectionsOut:
    who.require_official(region)
    scope = f"inspections:{region}"
    found = await inspections_of(connection, region, after_of(with_.cursors, scope, cursor), limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda one: (one.region_code, one.inspection_id))
    return InspectionsOut(
        items=[_inspection(one) for one in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/inspections/{inspection_id}")
async def read_inspection(inspection_id: Id, who: Who, connection: Connection) -> InspectionOut:
    return _inspection(await see_inspection(connection, who, inspection_id))


@router.get("/v1/inspections/{inspection_id}/sample")
@public
async def read_inspection_sample(inspection_id: Id, connection: Connection) -> SampleOut:
    found = _inspection(await get_inspection(connection, inspection_id))
    return SampleOut(**found.model_dump(include=set(SampleOut.model_fields)))


@router.get("/v1/inspections/{inspection_id}/population")
async def list_inspection_population(
    inspection_id: Id,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> PopulationOut:
    scope = f"inspection-population:{inspection_id}"
    last = with_.cursors.read(scope, cursor)[0] if cursor else ""
    found = [one for one in await see_population(connection, who, inspection_id) if one > last][: limit + 1]
    items, next_cursor = page_of(found, limit, lambda one: with_.cursors.write(scope, [one]))
    return PopulationOut(items=list(items), next_cursor=next_cursor, has_more=next_cursor is not None)


@router.post("/v1/inspections/{inspection_id}/findings", status_code=201)
async def create_inspection_finding(
    inspection_id: Id, body: FindingIn, who: Who, connection: Connection, with_: Mechanisms, desk: Inspecting
) -> InspectionFindingOut:
    return _finding(
        await record_finding(connection, desk.policies, who, inspection_id, **body.model_dump(), clock=with_.clock)
    )


@router.get("/v1/inspections/findings/{finding_id}")
async def read_inspection_finding(
    finding_id: Id, who: Who, connection: Connection, photos: Photos, response: Response
) -> FindingFullOut:
    found, steps = await see_finding(connection, who, finding_id)
    kept = await photos.attached(connection, **photos_of_finding(found))
    response.headers["ETag"] = etag(found.version)
    history = [FindingStepOut.model_validate(dict(step)) for step in steps]
    shown = [FindingPhotoOut.model_validate(one, from_attributes=True) for one in kept]
    return FindingFullOut(**_finding(found).model_dump(), history=history, photos=shown)


@router.post(
    "/v1/inspections/findings/{finding_id}/photos",
    status_code=201,
    openapi_extra=form_schema("JPEG, PNG or PDF, at most 5 MB"),
)
@takes_file(2 * MOST_FILE_BYTES)  # read beyond what is taken, so that the answer can say how much that is
async def upload_finding_photo(
    request: Request, finding_id: Id, who: Who, connection: Connection, photos: Photos
) -> FindingPhotoOut:
    form = await read_form(request)
    kept = await keep_finding_photo(connection, photos, who, finding_id, form.content)
    return FindingPhotoOut.model_validate(kept, from_attributes=True)


@router.get(
    "/v1/inspections/findings/{finding_id}/photos/{file_id}", response_class=Response, responses=file_responses()
)
async def get_finding_photo(finding_id: Id, file_id: Id, who: Who, connection: Connection, photos: Photos) -> Response:
    return file_reply(*await read_finding_photo(connection, photos, who, finding_id, file_id))


@router.post("/v1/inspections/findings/{finding_id}/transitions")
async def move_inspection_finding(
    finding_id: Id,
    body: FindingMoveIn,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    desk: Inspecting,
    response: Response,
) -> InspectionFindingOut:
    step = FindingStep(body.to, who.subject, body.note, with_.clock.today(), body.due_on)
    moved = await move_finding(
        connection,
        desk.policies,
        who,
        finding_id,
        step,
        version,
        with_.clock,
        lambda one: _finding(one).model_dump(mode="json"),
    )
    response.headers["ETag"] = etag(moved.version)
    return _finding(moved)


def _inspection(made: Inspection) -> InspectionOut:
    values = {name: getattr(made, name) for name in InspectionOut.model_fields if name != "recipe"}
    return InspectionOut(**values, recipe=RECIPE)


def _finding(one: Finding) -> InspectionFindingOut:
    return InspectionFindingOut.model_validate(one, from_attributes=True)
