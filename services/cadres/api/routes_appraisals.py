"""Appraisals of a cadre's year: proposed, seen; their schemes and places. Every further step is one of the decision."""

from dataclasses import asdict
from typing import Annotated

from fastapi import Query, Response

from services.cadres.api.deps import Inspecting, Repositories
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas_appraisals import (
    AppraisalIn,
    AppraisalLineOut,
    AppraisalOut,
    AppraisalsOut,
    DeductionKindOut,
    DeductionOut,
    FigureIn,
    FigureOut,
    GradeOut,
    PlacesOut,
    SchemeOut,
    SchemesOut,
    WeightsOut,
)
from services.cadres.domain.appraisal import Deduction, Figure, Line
from services.cadres.domain.appraisal_scheme import GRADE_TEXTS, GRADES, Scheme
from services.cadres.domain.decision import ALLOWED
from services.cadres.use_cases.appraise_cadre import Proposal, propose_appraisal
from services.cadres.use_cases.see_appraisals import AppraisalSeen, see_appraisal, see_appraisals, see_places
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.service_app import strict_router

router = strict_router(tags=["appraisals"])
YearAsked = Annotated[int, Query(ge=2014, le=2200)]


@router.get("/v1/appraisals/schemes")
async def list_appraisal_schemes(rooms: Repositories) -> SchemesOut:
    return SchemesOut(items=[_scheme(one) for one in rooms.schemes])


@router.get("/v1/appraisals/places")
async def read_outstanding_places(
    region: RegionCode, year: YearAsked, who: Who, connection: Connection, rooms: Repositories
) -> PlacesOut:
    pool, places = await see_places(connection, rooms.schemes, who, region, year)
    return PlacesOut(region=pool, year=year, people=places.people, places=places.places, taken=places.taken)


@router.post("/v1/appraisals", status_code=201)
async def create_appraisal(
    body: AppraisalIn,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    desk: Inspecting,
    response: Response,
) -> AppraisalOut:
    made = await propose_appraisal(
        connection, rooms.cadres, desk.evaluations, rooms.schemes, rooms.policies, with_.clock, who, _proposal(body)
    )
    response.headers["Location"] = f"/v1/appraisals/{made}"
    return _out(await see_appraisal(connection, rooms.cadres, who, made))


@router.get("/v1/appraisals")
async def list_appraisals(
    region: RegionCode,
    year: YearAsked,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> AppraisalsOut:
    scope = f"appraisals:{region}:{year}"
    found = await see_appraisals(connection, who, region, year, after_of(with_.cursors, scope, cursor), limit + 1)
    items, following = page(
        with_.cursors, scope, found, limit, lambda one: (one.decision.region_code, one.decision.case_id)
    )
    listed = [_line(one) for one in items]
    return AppraisalsOut(items=listed, next_cursor=following, has_more=following is not None)


@router.get("/v1/appraisals/{appraisal_id}")
async def read_appraisal(appraisal_id: Id, who: Who, connection: Connection, rooms: Repositories) -> AppraisalOut:
    return _out(await see_appraisal(connection, rooms.cadres, who, appraisal_id))


def _proposal(body: AppraisalIn) -> Proposal:
    return Proposal(
        cadre_id=body.cadre_id,
        year=body.year,
        province=_figure(body.province),
        evaluation=None if body.evaluation is None else _figure(body.evaluation),
        deductions=tuple(Deduction(new_id(), one.code, one.evidence, one.decision_id) for one in body.deductions),
        outstanding=body.outstanding,
    )


def _figure(given: FigureIn) -> Figure:
    return Figure(given.points, given.reference)


def _line(seen: AppraisalSeen) -> AppraisalLineOut:
    return AppraisalLineOut(
        appraisal_id=seen.decision.case_id,
        cadre_id=seen.decision.cadre_id,
        year=seen.appraisal.year,
        state=seen.decision.state,
        outstanding=seen.appraisal.outstanding,
        total_points=seen.outcome.total,
        grade=seen.outcome.grade,
        grade_name=GRADE_TEXTS[seen.outcome.grade],
    )


def _out(seen: AppraisalSeen) -> AppraisalOut:
    appraisal, decision = seen.appraisal, seen.decision
    return AppraisalOut(
        **_line(seen).model_dump(),
        scheme=appraisal.scheme.version,
        scheme_title=appraisal.scheme.title,
        weights=_weights(appraisal.scheme),
        province=FigureOut.model_validate(appraisal.province, from_attributes=True),
        local_points=seen.outcome.local,
        evaluation=FigureOut.model_validate(appraisal.evaluation, from_attributes=True),
        deductions=[_deduction(line) for line in seen.outcome.lines],
        noticed_on=decision.noticed_on,
        decided_on=decision.decided_on,
        allowed=list(ALLOWED.get(decision.state, ())),
    )


def _deduction(line: Line) -> DeductionOut:
    one, kind = line.deduction, line.kind
    return DeductionOut(
        deduction_id=one.deduction_id,
        code=one.code,
        name=kind.name,
        points=kind.points,
        best=kind.best,
        evidence=one.evidence,
        decision_id=one.ground,
        counts=line.counts,
    )


def _weights(scheme: Scheme) -> WeightsOut:
    return WeightsOut(
        province=scheme.province_percent, local=scheme.local_percent, evaluation=scheme.evaluation_percent
    )


def _scheme(scheme: Scheme) -> SchemeOut:
    return SchemeOut(
        version=scheme.version,
        title=scheme.title,
        valid_from=scheme.valid_from,
        weights=_weights(scheme),
        deductions=[
            DeductionKindOut.model_validate({"code": code, **asdict(kind)}) for code, kind in scheme.deductions.items()
        ],
        grades=[GradeOut(grade=one, name=GRADE_TEXTS[one], least_points=scheme.least.get(one, 0)) for one in GRADES],
        outstanding_percent=scheme.outstanding_percent,
        poor_area_percent=scheme.poor_area_percent,
        poor_areas=list(scheme.poor_areas),
        vote_points=dict(scheme.vote_points),
    )
