"""A few wishes and needs of the demonstration's households, in several states, through the service's own use cases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from bashan.demo.population import DemoUnit
from bashan.environment import Ground
from services.households.domain.wish import OPEN
from services.households.domain.wish_life import Step
from services.households.main import NAME, proof_files
from services.households.settings import Settings
from services.households.storage import tables
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.need_kind_file import shipped_need_kinds
from services.households.storage.wish_policy_files import shipped_wish_policies
from services.households.storage.wish_repository import made_in_year
from services.households.use_cases.give_to_need import give_to_need
from services.households.use_cases.move_wish import claim_a_wish, move_wish, pay_wish
from services.households.use_cases.publish_need import decide_on_publishing, record_need
from services.households.use_cases.record_wish import record_wish
from services.households.use_cases.write_need import NeedDesk
from services.households.use_cases.write_wish import WishDesk
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.db import Connection, Database
from shared.web.assemble import field_cipher

_YUAN = 100
WISHES = (
    ("school_supplies", "一盏学习用的台灯和一个书包", 180 * _YUAN, "open"),
    ("daily_goods", "一床过冬的棉被", 220 * _YUAN, "open"),
    ("aids", "一副轻便的拐杖", 150 * _YUAN, "claimed"),
    ("farm_supplies", "30 只鸡苗和饲料", 600 * _YUAN, "paid"),
    ("books", "一套小学生课外读物", 120 * _YUAN, "recorded"),
    ("small_repairs", "换一扇漏风的窗户", 400 * _YUAN, "open"),
)
NEEDS = (
    ("production", "想养 20 只山羊，缺启动资金", 8_000 * _YUAN, 2_000 * _YUAN),
    ("education", "孩子考上大学，第一年的学费还差一些", 5_000 * _YUAN, 0),
    ("skills_and_work", "想学电工，求培训机会和工具", None, 0),
)
"""Kind, words, what is wanted, what has been given; the last household has not agreed to be published."""


@dataclass(frozen=True, slots=True)
class _Hand:
    """Writes into the households service as the demonstration's people."""

    connection: Connection
    households: HouseholdRepository

    def wishes(self) -> WishDesk:
        return WishDesk(self.connection, ChangeLog(tables.change_log), Clock().now())

    def needs(self) -> NeedDesk:
        return NeedDesk(self.connection, ChangeLog(tables.change_log), Clock().now())


async def fill_wishes(on: Ground, units: Sequence[DemoUnit], today: date) -> None:
    """Nothing where the first household has its wishes already."""
    poor = [UUID(one.household_id) for unit in units for one in unit.households if one.on_poverty_list]
    settings = Settings.model_validate(on.service_settings(NAME))
    database = Database(on.urls[NAME].jobs, pool_size=1, name="demo-wishes")
    try:
        async with database.transaction() as connection:
            if await made_in_year(connection, poor[0], today.year):
                return
            hand = _Hand(connection, HouseholdRepository(field_cipher(NAME, on.secrets_dir)))
            for household_id, wish in zip(poor, WISHES, strict=False):
                await _wish(hand, settings, household_id, *wish)
            for household_id, need in zip(poor[len(WISHES) :], NEEDS, strict=False):
                await _need(hand, household_id, today, *need)
    finally:
        await database.close()


async def _wish(hand: _Hand, settings: Settings, household_id: UUID, kind: str, need: str, cents: int, to: str) -> None:
    own = _person("household", household_id)
    policies = shipped_wish_policies()
    made = await record_wish(
        hand.wishes(), hand.households, policies, own, household_id, kind=kind, need=need, amount_cents=cents
    )
    if to == "recorded":
        return
    await move_wish(hand.wishes(), proof_files(settings), own, made.wish_id, Step(OPEN))
    if to == "open":
        return
    await claim_a_wish(hand.wishes(), policies, _person("donor"), made.wish_id, None)
    if to == "paid":
        await pay_wish(hand.wishes(), own, made.wish_id, "household", cents // 4)


async def _need(
    hand: _Hand, household_id: UUID, today: date, kind: str, words: str, wanted: int | None, given: int
) -> None:
    own = _person("household", household_id)
    placed = await record_need(
        hand.needs(),
        hand.households,
        shipped_need_kinds(),
        own,
        household_id,
        kind=kind,
        words=words,
        wanted_cents=wanted,
    )
    need_id = placed.need.need_id
    if wanted is not None:
        await decide_on_publishing(hand.needs(), own, need_id, agreed=True, through=None, witness=None)
    if given:
        await give_to_need(
            hand.needs(),
            _person("donor"),
            need_id,
            amount_cents=given,
            goods=None,
            donor_name=None,
            anonymous=True,
            given_on=today,
        )


def _person(role: str, household_id: UUID | None = None) -> Principal:
    """Somebody of the demonstration whom no login stands for."""
    nobody = Principal(
        f"demonstration-{role}", f"示范{'农户' if household_id else '爱心人士'}", frozenset({role}), {role: ()}, "", 0
    )
    return replace(nobody, household_id=str(household_id)) if household_id else nobody
