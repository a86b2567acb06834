"""Of which negative facts may a bank be told, and what does the person say to them? (credit rules 2.8)"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.credit.domain.negative_facts import is_negative, may_be_shared, negative_codes
from services.credit.domain.scorecard import Card
from services.credit.storage.negative_repository import Noted, negative_facts_of
from services.credit.storage.objection_repository import objected_among
from shared.db import Connection

Said = tuple[str, str]
"""A negative fact's code, and what the person says to it."""


@dataclass(frozen=True, slots=True)
class Shared:
    reasons: tuple[str, ...]
    statements: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands beside a file wherever it is shown."""

    objected: bool
    statements: tuple[Said, ...]


def shared_reasons(codes: Sequence[str], of_card: Collection[str], noted: Iterable[Noted]) -> Shared:
    """Without the negative ones of which the person was not told yet; with what it says to the others."""
    known = list(noted)
    untold = [one.fact for one in known if one.notice.told_on is None]
    shared = tuple(code for code in codes if not is_negative(code, of_card) or may_be_shared(code, untold))
    return Shared(shared, tuple(_said(shared, of_card, known)))


async def statements_to(
    connection: Connection, household_id: UUID, card: Card, codes: Sequence[str], today: date
) -> list[Said]:
    """What the person says to the negative facts among these reasons."""
    of_card = negative_codes(card)
    if not any(is_negative(code, of_card) for code in codes):
        return []
    noted = (await negative_facts_of(connection, [household_id], today)).get(household_id, [])
    return list(_said(codes, of_card, noted))


async def marks_of(connection: Connection, household_id: UUID, today: date) -> Marks:
    noted = (await negative_facts_of(connection, [household_id], today)).get(household_id, [])
    said = tuple((one.fact.code, one.notice.statement) for one in noted if one.notice.statement)
    return Marks(bool(await objected_among(connection, [household_id])), said)


def _said(codes: Sequence[str], of_card: Collection[str], noted: Iterable[Noted]) -> Iterable[Said]:
    named = {code if code.startswith("veto/") else "late" for code in codes if is_negative(code, of_card)}
    for one in noted:
        if one.notice.statement and one.fact.code in named:
            yield one.fact.code, one.notice.statement
