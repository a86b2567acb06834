"""A village evaluates a cadre: opened by an official, voted on by households, told when it is over."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.cadres.domain.evaluation import Evaluation, Result, may_open, may_tell, may_vote, result_of
from services.cadres.domain.evaluation_errors import EvaluationNotFound
from services.cadres.domain.inspection_policy import InspectionPolicy, inspection_policy_at
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.evaluation_repository import EvaluationRepository
from services.cadres.storage.place_repository import require_village
from services.cadres.use_cases.see import require_serving_cadre
from shared.auth import Principal, role_refused
from shared.db import Connection
from shared.ids import new_id


async def open_evaluation(
    connection: Connection,
    evaluations: EvaluationRepository,
    cadres: CadreRepository,
    policies: Sequence[InspectionPolicy],
    who: Principal,
    *,
    village_code: str,
    cadre_id: UUID,
    last_day: date,
    today: date,
) -> Evaluation:
    """Raises OutsideScope, VillageNotFound, CadreNotFound, EvaluationPeriodWrong."""
    who.require_official(village_code)
    await require_village(connection, village_code)
    require_serving_cadre(who, await cadres.get(connection, cadre_id), village_code)
    policy = inspection_policy_at(policies, today)
    made = Evaluation(
        new_id(), village_code, cadre_id, today, last_day, policy.evaluation_answers, policy.least_ballots
    )
    if (refusal := may_open(made)) is not None:
        raise refusal
    await evaluations.add(connection, made, who.subject)
    return made


async def see_evaluation(
    connection: Connection, evaluations: EvaluationRepository, who: Principal, evaluation_id: UUID
) -> Evaluation:
    """Officials of the place, and whoever may vote. Raises EvaluationNotFound."""
    found = await evaluations.get(connection, evaluation_id)
    if who.official_for(found.village_code):
        return found
    if who.household_id is None or not await evaluations.is_voter(connection, evaluation_id, UUID(who.household_id)):
        raise EvaluationNotFound
    return found


async def see_own_evaluations(
    connection: Connection, evaluations: EvaluationRepository, who: Principal, today: date
) -> list[tuple[Evaluation, bool]]:
    """Raises NotPermitted for whoever is no household."""
    return await evaluations.open_for(connection, _household(who), today)


async def vote(
    connection: Connection,
    evaluations: EvaluationRepository,
    who: Principal,
    evaluation_id: UUID,
    answer: str,
    today: date,
) -> None:
    """Raises NotPermitted, EvaluationNotFound, AlreadyVoted and the reasons of `may_vote`."""
    household_id = _household(who)
    evaluation = await evaluations.get(connection, evaluation_id)
    if not await evaluations.is_voter(connection, evaluation_id, household_id):
        raise EvaluationNotFound
    if (refusal := may_vote(evaluation, answer, today)) is not None:
        raise refusal
    await evaluations.take_vote(connection, evaluation, household_id, answer)


async def tell_result(
    connection: Connection, evaluations: EvaluationRepository, evaluation_id: UUID, today: date
) -> Result:
    """Raises EvaluationNotFound, EvaluationStillOpen, TallyBroken."""
    evaluation = await evaluations.get(connection, evaluation_id)
    if (refusal := may_tell(evaluation, today)) is not None:
        raise refusal
    return result_of(evaluation, *await evaluations.counts(connection, evaluation))


def _household(who: Principal) -> UUID:
    if "household" not in who.roles or who.household_id is None:
        raise role_refused(("household",))
    return UUID(who.household_id)
