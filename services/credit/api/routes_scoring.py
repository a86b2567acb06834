"""Cards, previews, and scoring runs."""

from fastapi import Response

from services.credit.api.convert import card_out, job_out, run_out
from services.credit.api.deps import Repositories
from services.credit.api.schemas import (
    CardId,
    CardLineOut,
    CardProposalIn,
    CardsOut,
    CardVersionIn,
    ImprovementOut,
    JobOut,
    PreviewIn,
    PreviewOut,
    ReasonOut,
    RunIn,
    RunOut,
)
from services.credit.storage.card_repository import card_line, list_cards
from services.credit.storage.run_counts import counts_by_band
from services.credit.storage.run_repository import get_run
from services.credit.use_cases.approve_card import approve
from services.credit.use_cases.confirm_scoring import confirm_scoring
from services.credit.use_cases.order_scoring import order_scoring
from services.credit.use_cases.preview_score import preview_score
from services.credit.use_cases.propose_card import propose
from shared.auth import OFFICIALS
from shared.ids import new_id
from shared.jobs import JobNotFound
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id
from shared.web.route import looks_up
from shared.web.service_app import strict_router

router = strict_router(tags=["scoring"])


@router.post("/v1/credit/score-previews")
@looks_up
async def preview(body: PreviewIn, who: Who, connection: Connection) -> PreviewOut:
    who.require_role(*OFFICIALS)
    found = await preview_score(connection, body.card, body.facts, body.as_of)
    return PreviewOut(
        total=found.score.total,
        band=found.score.band,
        vetoes=list(found.score.vetoes),
        points=found.score.points,
        reasons=[ReasonOut(code=r.code, text=r.text) for r in found.reasons],
        improvements=[ImprovementOut.model_validate(i, from_attributes=True) for i in found.improvements],
        card=card_out(found.card),
        trace_sha256=found.score.trace_sha256,
        missing=list(found.score.missing),
    )


@router.get("/v1/credit/cards")
async def list_all_cards(who: Who, connection: Connection, with_: Mechanisms) -> CardsOut:
    who.require_role(*OFFICIALS, "auditor")
    found = await list_cards(connection, with_.clock.today())
    return CardsOut(items=[CardLineOut.model_validate(card) for card in found])


@router.post("/v1/credit/cards", status_code=201)
async def propose_card(body: CardProposalIn, who: Who, connection: Connection, with_: Mechanisms) -> CardLineOut:
    who.require_role("city_official")
    card = await propose(connection, with_.audit, with_.clock, who, body.document)
    return CardLineOut.model_validate(await card_line(connection, card.id, card.version, with_.clock.today()))


@router.post("/v1/credit/cards/{card_id}/approve")
async def approve_card(
    card_id: CardId, body: CardVersionIn, who: Who, connection: Connection, with_: Mechanisms
) -> CardLineOut:
    who.require_role("city_official")
    await approve(connection, with_.audit, with_.clock, who, card_id, body.version)
    return CardLineOut.model_validate(await card_line(connection, card_id, body.version, with_.clock.today()))


@router.post("/v1/credit/scoring-runs", status_code=202)
async def order_scoring_run(
    body: RunIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> JobOut:
    run_id = body.run_id or new_id()
    await order_scoring(
        connection, rooms.jobs, with_.audit, with_.clock, who, run_id=run_id, region=body.region, card_id=body.card
    )
    response.headers["Location"] = f"/v1/credit/jobs/{run_id}"
    return job_out(await rooms.jobs.get(connection, run_id))


@router.get("/v1/credit/scoring-runs/{run_id}")
async def get_scoring_run(run_id: Id, who: Who, connection: Connection) -> RunOut:
    run = await get_run(connection, run_id)
    who.require_official(run.region)
    return run_out(run, await counts_by_band(connection, run_id))


@router.post("/v1/credit/scoring-runs/{run_id}/confirm")
async def confirm_scoring_run(run_id: Id, who: Who, connection: Connection, with_: Mechanisms) -> RunOut:
    run = await confirm_scoring(connection, with_.audit, with_.clock, who, run_id)
    return run_out(run, await counts_by_band(connection, run_id))


@router.get("/v1/credit/jobs/{job_id}")
async def get_credit_job(job_id: Id, who: Who, connection: Connection, rooms: Repositories) -> JobOut:
    job = await rooms.jobs.get(connection, job_id)
    if job.ordered_by != who.subject and not who.official_for(job.region):
        raise JobNotFound
    return job_out(job)
