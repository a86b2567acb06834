"""Public notices as large villages post them: 400 names each, through the service's own repository."""

from collections.abc import Sequence
from datetime import date

from bench.servers.product import notice
from services.households.domain.frozen_notice import Notice, NoticeLine
from services.households.domain.masking import mask_name
from services.households.storage.notice_repository import post_notice
from shared.db import Database

NAMES_OF_A_NOTICE = 400


async def post_notices(database: Database, count: int, villages: Sequence[str], names: Sequence[str]) -> None:
    """`notice(0)`, `notice(1)` … of these villages, of names that occur."""
    async with database.transaction() as connection:
        for number in range(count):
            await post_notice(connection, _notice(number, villages, names), "bench", "bench")


def _notice(number: int, villages: Sequence[str], names: Sequence[str]) -> Notice:
    listed = (names[(number + place) % len(names)] for place in range(NAMES_OF_A_NOTICE))
    return Notice(
        notice_id=notice(number),
        village_code=villages[number % len(villages)],
        place="巴中市通江县龙凤场镇龙凤村",
        stage="NOTICE_1",
        posted_on=date(2026, 11, 1),
        last_day=date(2026, 11, 8),
        lines=tuple(
            NoticeLine(place, mask_name(name), f"{place % 8 + 1}组", "entry")
            for place, name in enumerate(listed, start=1)
        ),
    )
