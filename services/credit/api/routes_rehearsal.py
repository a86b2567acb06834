"""A card is rehearsed before it takes effect; the drift of the households is watched."""

from fractions import Fraction
from typing import Annotated

from fastapi import Query, Response

from services.credit.api.convert import job_out
from services.credit.api.deps import Repositories
from services.credit.api.schemas import CardId, JobOut
from services.credit.api.schemas_rehearsal import (
    AttributePsiOut,
    DiscriminationOut,
    DriftByMonthOut,
    DriftOut,
    MonthOut,
    PsiOut,
    RehearsalIn,
    RunSideOut,
)
from services.credit.domain.drift import Drift
from services.credit.storage.run_repository import Run
from services.credit.use_cases.judge_score import judge_score
from services.credit.use_cases.rehearse_card import RehearsalOrder, order_rehearsal
from services.credit.use_cases.watch_drift import watch_drift
from services.credit.use_cases.watch_drift_by_month import Month, watch_drift_by_month
from shared.auth import OFFICIALS
from shared.ids import new_id
from shared.small_cells import SMALL_CELL
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


@router.get("/v1/credit/drift/months")
async def read_drift_by_month(
    region: RegionCode, who: Who, connection: Connection, with_: Mechanisms, card: CardId = "rural-household"
) -> DriftByMonthOut:
    who.require_role(*OFFICIALS)
    found = await watch_drift_by_month(connection, who, region, card, with_.clock.today())
    return DriftByMonthOut(
        region=region, card=f"{found.card_id}@{found.card_version}", items=[_month(one) for one in found.months]
    )


@router.get("/v1/credit/discrimination")
async def read_discrimination(
    region: RegionCode, run_id: Annotated[Id, Query()], who: Who, connection: Connection, with_: Mechanisms
) -> DiscriminationOut:
    who.require_role(*OFFICIALS)
    judged = await judge_score(connection, who, run_id, region, with_.clock.today())
    shown = judged.found if min(judged.good, judged.bad) >= SMALL_CELL else None
    return DiscriminationOut(
        region=region,
        run_id=judged.run.run_id,
        card=f"{judged.run.card_id}@{judged.run.card_version}",
        as_of=judged.run.as_of,
        until=judged.until,
        borrowers=judged.good + judged.bad,
        **{name: shown and _decimal(getattr(shown, name)) for name in ("auc", "gini", "ks")},
    )


def _decimal(exact: Fraction) -> str:
    """Four decimals, half up, by whole numbers."""
    scaled = (2 * abs(exact.numerator) * 10_000 + exact.denominator) // (2 * exact.denominator)
    return f"{'-' if exact < 0 and scaled else ''}{scaled // 10_000}.{scaled % 10_000:04d}"


def _month(one: Month) -> MonthOut:
    return MonthOut(
        month=one.month,
        run_id=one.run_id,
        as_of=one.as_of,
        rated_households=one.rated,
        total=_psi(one.total),
        attributes={attribute: _psi(found) for attribute, found in one.attributes},
    )


def _side(run: Run, rated: int) -> RunSideOut:
    return RunSideOut(run_id=run.run_id, as_of=run.as_of, rated_households=rated)


def _psi(found: Drift | None) -> PsiOut | None:
    return None if found is None else PsiOut.model_validate({"psi": str(found.psi), "verdict": found.verdict})
