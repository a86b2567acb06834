"""Titles and figures of places."""

from dataclasses import asdict

from services.credit.api.convert import tests_out
from services.credit.api.routes_titles import title_out
from services.credit.api.schemas import SummaryOut, TownshipGradeOut, TownshipOfTitle, VillageGradeOut, VillageOfTitle
from services.credit.storage.title_repository import title_of
from services.credit.use_cases.keep_summaries import read_summary
from services.credit.use_cases.summarise_place import township_grade, village_grade
from shared.auth import OFFICIALS
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import RegionCode
from shared.web.service_app import strict_router

router = strict_router(tags=["titles"])


@router.get("/v1/credit/summary")
async def summarise(region: RegionCode, who: Who, connection: Connection, with_: Mechanisms) -> SummaryOut:
    who.require_role(*OFFICIALS)
    who.require_official(region)
    summary, counted_at = await read_summary(connection, region, with_.clock)
    return SummaryOut.model_validate({"region": region, **asdict(summary), "counted_at": counted_at})


@router.get("/v1/credit/villages/{code}/grade")
async def get_village_grade(
    code: VillageOfTitle, who: Who, connection: Connection, with_: Mechanisms
) -> VillageGradeOut:
    today = with_.clock.today()
    verdict, held = await village_grade(connection, code, today), await title_of(connection, code)
    return VillageGradeOut(
        code=code,
        verdict=verdict.credit_village,
        stars=verdict.stars,
        policy_version=verdict.policy_version,
        as_of=today,
        tests=tests_out(verdict.tests, to_official=who.official_for(code)),
        title=None if held is None else title_out(held),
    )


@router.get("/v1/credit/townships/{code}/grade")
async def get_township_grade(
    code: TownshipOfTitle, who: Who, connection: Connection, with_: Mechanisms
) -> TownshipGradeOut:
    today = with_.clock.today()
    verdict, held = await township_grade(connection, code, today), await title_of(connection, code)
    return TownshipGradeOut(
        code=code,
        verdict=verdict.credit_township,
        may_apply=verdict.may_apply,
        policy_version=verdict.policy_version,
        as_of=today,
        tests=tests_out(verdict.tests, to_official=who.official_for(code)),
        title=None if held is None else title_out(held),
    )
