"""A card is rehearsed before it takes effect; the drift of the households is watched."""

from typing import Annotated

from fastapi import Query, Response

from services.credit.api.convert import job_out
from services.credit.api.deps import Repositories
from services.credit.api.schemas import CardId, JobOut
from services.credit.api.schemas_rehearsal import AttributePsiOut, DriftOut, PsiOut, RehearsalIn, RunSideOut
from services.credit.domain.drift import Drift
from services.credit.storage.run_repository import Run
from services.credit.use_cases.rehearse_card import RehearsalOrder, order_rehearsal
from services.credit.use_cases.watch_drift import watch_drift
from shared.auth import OFFICIALS
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.service_app import strict_router

router = strict_router(tags=["scoring"])


@router.post("/v1/credit/cards/{card_id}/rehearsals", status_code=202)
async def rehearse_card(
    card_id: CardId,
    body: RehearsalIn,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    response: Response,
) -> JobOut:
    job_id = body.job_id or new_id()
    asked = RehearsalOrder(job_id, card_id, body.version, body.region)
    await order_rehearsal(connection, rooms.jobs, with_.audit, with_.clock, who, asked)
    response.headers["Location"] = f"/v1/credit/jobs/{job_id}"
    return job_out(await rooms.jobs.get(connection, job_id))


@router.get("/v1/credit/drift")
async def read_drift(
    region: RegionCode,
    from_: Annotated[Id, Query(alias="from")],
    to: Annotated[Id, Query()],
    who: Who,
    connection: Connection,
) -> DriftOut:
    who.require_role(*OFFICIALS)
    found = await watch_drift(connection, who, region, from_, to)
    return DriftOut(
        region=region,
        card=f"{found.before.card_id}@{found.before.card_version}",
        before=_side(found.before, found.rated_before),
        after=_side(found.after, found.rated_after),
        total=_psi(found.total),
        attributes=[AttributePsiOut(attribute=a, title=t, drift=_psi(d)) for a, t, d in found.attributes],
    )


def _side(run: Run, rated: int) -> RunSideOut:
    return RunSideOut(run_id=run.run_id, as_of=run.as_of, rated_households=rated)


def _psi(found: Drift | None) -> PsiOut | None:
    return None if found is None else PsiOut.model_validate({"psi": str(found.psi), "verdict": found.verdict})
