"""A village's list goes up in public: one frozen notice for all courses that move to it together."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.households.domain.frozen_notice import Notice, NoticeLine
from services.households.domain.identification import Case, Posted
from services.households.domain.identification_policy import IdentificationPolicy
from services.households.domain.identification_state import State
from services.households.domain.masking import mask_name
from services.households.domain.notice_period import last_day
from services.households.domain.vote_ranking import rank
from services.households.storage import notice_repository
from services.households.storage.identification_repository import Standing
from services.households.storage.region_repository import place_name
from shared.db import Connection
from shared.ids import new_id

DEMONSTRATION = "示范数据，人物均为虚构"


async def post_notice(
    connection: Connection,
    village: str,
    stage: State,
    listed: Sequence[Case],
    standing: Mapping[UUID, Standing],
    policy: IdentificationPolicy,
    today: date,
    posted_by: str,
) -> tuple[Mapping[UUID, Posted], str]:
    """Case id → where it stands, and the hash of the notice. By the ranking of votes, the first place first."""
    notice_id = new_id()
    ranked = rank(listed)
    notice = Notice(
        notice_id=notice_id,
        village_code=village,
        place=await place_name(connection, village),
        stage=stage.value,
        posted_on=today,
        last_day=last_day(today, policy.notice_days),
        lines=tuple(
            NoticeLine(number, mask_name(there.head_name), there.group_name, case.kind.value)
            for number, case in enumerate(ranked, start=1)
            for there in (standing[case.household_id],)
        ),
        remark=DEMONSTRATION if any(standing[case.household_id].demonstration for case in ranked) else "",
    )
    digest = await notice_repository.post_notice(connection, notice, policy.version, posted_by)
    return {case.case_id: Posted(notice_id, number, today) for number, case in enumerate(ranked, start=1)}, digest
