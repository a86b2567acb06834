"""Who asks: officials, cadres, households, banks."""

import time
from dataclasses import replace
from uuid import UUID

from shared.auth import Principal
from shared.ids import new_id
from tests.builders.token_life import ONE_DAY
from tests.credit.days import BANK


def official(role: str, scope: str, subject: str = "official-1") -> Principal:
    return _principal(subject, {role: (scope,)})


def cadre_login(cadre_id: UUID) -> Principal:
    return replace(_principal("cadre-1", {"cadre": ()}), cadre_id=str(cadre_id), name="王芳")


def household_login(household_id: UUID) -> Principal:
    return replace(_principal(f"household-{household_id}", {"household": ()}), household_id=str(household_id))


def bank(partner_id: str = BANK, name: str = "示范银行") -> Principal:
    return replace(_principal(partner_id, {"bank": ()}), partner_id=partner_id, name=name)


def other_login(role: str) -> Principal:
    return _principal("other-1", {role: ("5119",)})


def _principal(subject: str, scopes: dict[str, tuple[str, ...]]) -> Principal:
    return Principal(subject, "张三", frozenset(scopes), scopes, str(new_id()), int(time.time()) + ONE_DAY)
