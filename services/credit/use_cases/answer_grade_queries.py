"""A bank asks for grades: each query is answered or refused by the household's consent, and kept for it to see."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.credit.domain.consent_in_force import CONSENT_INVALID, ConsentVerdict, GradeQuery, consent_in_force
from services.credit.domain.explain_grade import explain_grade
from services.credit.domain.negative_facts import is_negative, negative_codes
from services.credit.domain.scorecard import NOT_RATED, VETOED, Card
from services.credit.storage.card_repository import CardShelf
from services.credit.storage.grade_desk import Found, GradeDesk, GradeFound, LogRow
from services.credit.storage.query_log import NOBODY
from services.credit.use_cases.share_negative_facts import shared_reasons
from shared.ids import new_id

# What policy lets a bank learn at all; a consent may cover less (credit rules 2.8).
POLICY_FIELDS = frozenset({"grade", "validity", "reasons"})
MOST_KNOWN_REASONS = 2**16
REFUSED = "refused"
REFUSED_AFTER_SECONDS = 0.02
"""A refusal leaves no sooner after it was asked for: what the database had to find lies well within, so that no clock
tells a household that is there from one that is not."""


class Asked(NamedTuple):
    """One query. `household_id` is None when nobody is known by the number that the bank gave."""

    household_id: UUID | None
    consent_id: UUID
    purpose: str
    reference: str


@dataclass(frozen=True, slots=True)
class Partner:
    partner_id: str
    name: str


class Reasons(NamedTuple):
    """`negative`: one of the codes tells of what a person has to be told first."""

    codes: list[str]
    negative: bool


class GradeQueries:
    """`shelf` keeps loaded cards; reasons follow from card, bins and vetoes alone, so they are kept too.

    `answered`: how many queries since the start were answered `ok`, and how many refused for want of a consent.
    """

    def __init__(self, desk: GradeDesk, shelf: CardShelf) -> None:
        self._desk = desk
        self._shelf = shelf
        self._negative: dict[str, frozenset[str]] = {}
        self.answered: Counter[str] = Counter()
        self._known_reasons: dict[tuple[str, str, str], Reasons] = {}

    async def answer(self, partner: Partner, asked: Sequence[Asked], today: date) -> list[dict[str, Any]]:
        """One result per query, in order; returns when every query is in the log, a refusal not before its time."""
        asked_at = time.monotonic()
        keys = [(query.household_id or NOBODY, query.consent_id) for query in asked]
        found = [await self._desk.find(*keys[0])] if len(keys) == 1 else await self._desk.find_all(keys)
        verdicts = [_verdict(partner, query, one, today) for query, one in zip(asked, found, strict=True)]
        # For a refusal no card is fetched: the time that took would tell that there is a grade.
        cards = await self._cards_of([one for one, verdict in zip(found, verdicts, strict=True) if verdict.allowed])
        results = [
            self._result(query, verdict, one, cards, today)
            for query, verdict, one in zip(asked, verdicts, found, strict=True)
        ]
        await self._withhold(asked, found, cards, results, today)
        await self._desk.keep(
            [
                LogRow(
                    query.household_id or NOBODY,
                    new_id(),
                    partner.partner_id,
                    partner.name,
                    str(query.consent_id),
                    query.purpose,
                    query.reference,
                    result["status"],
                )
                for query, result in zip(asked, results, strict=True)
            ]
        )
        self.answered.update(result["status"] for result in results)
        if any(result["status"] == REFUSED for result in results):
            await asyncio.sleep(asked_at + REFUSED_AFTER_SECONDS - time.monotonic())
        return results

    async def _cards_of(self, found: Sequence[Found]) -> Mapping[tuple[str, int], Card]:
        names = {(one.grade.card_id, one.grade.card_version) for one in found if one.grade is not None}
        return {name: await self._shelf.get(*name) for name in names}

    def _result(
        self,
        query: Asked,
        verdict: ConsentVerdict,
        found: Found,
        cards: Mapping[tuple[str, int], Card],
        today: date,
    ) -> dict[str, Any]:
        if not verdict.allowed:
            return _line(query.reference, REFUSED, CONSENT_INVALID)
        line = _line(query.reference, "ok", None)
        grade = found.grade
        if "grade" in verdict.fields:
            line["grade"] = "none"
            line["objection"] = found.grade is not None and found.grade.objected
        if grade is None or not grade.effective_on <= today <= grade.valid_until:
            return line
        if "grade" in verdict.fields and grade.band not in (VETOED, NOT_RATED):
            # A vetoed or unrated household reads "none"; why, a bank learns only with a consent to the reasons.
            line["grade"] = grade.band
        if "validity" in verdict.fields:
            line["valid_until"] = grade.valid_until.isoformat()
        if "reasons" in verdict.fields:
            line["reasons"] = self._reasons(cards[(grade.card_id, grade.card_version)], grade).codes
        line["card_version"] = f"{grade.card_id}@{grade.card_version}"
        line["as_of"] = grade.as_of.isoformat()
        return line

    async def _withhold(
        self,
        asked: Sequence[Asked],
        found: Sequence[Found],
        cards: Mapping[tuple[str, int], Card],
        results: Sequence[dict[str, Any]],
        today: date,
    ) -> None:
        """Takes out negative reasons of which the person was not told yet, and adds what it says to the others."""
        telling: list[tuple[UUID, dict[str, Any], frozenset[str]]] = []
        for query, one, line in zip(asked, found, results, strict=True):
            if query.household_id is None or one.grade is None or not line["reasons"]:
                continue
            card = cards[(one.grade.card_id, one.grade.card_version)]
            if self._reasons(card, one.grade).negative:
                telling.append((query.household_id, line, self._negative_of(card)))
        if not telling:
            return
        noted = await self._desk.negative({household_id for household_id, _, _ in telling}, today)
        for household_id, line, of_card in telling:
            shared = shared_reasons(line["reasons"], of_card, noted.get(household_id, ()))
            line["reasons"] = list(shared.reasons)
            line["statements"] = [{"code": code, "text": text} for code, text in shared.statements]

    def _negative_of(self, card: Card) -> frozenset[str]:
        if (known := self._negative.get(card.sha256)) is None:
            known = self._negative[card.sha256] = negative_codes(card)
        return known

    def _reasons(self, card: Card, grade: GradeFound) -> Reasons:
        # The card's hash stands for the card: to hash its hundred parts at every query would cost more than the query.
        key = (card.sha256, grade.bins, grade.vetoes)
        if (known := self._known_reasons.get(key)) is None:
            bins = dict(zip((attribute.id for attribute in card.attributes), orjson.loads(grade.bins), strict=True))
            codes = [reason.code for reason in explain_grade(card, bins, orjson.loads(grade.vetoes))]
            of_card = self._negative_of(card)
            known = Reasons(codes, any(is_negative(code, of_card) for code in codes))
            if len(self._known_reasons) >= MOST_KNOWN_REASONS:
                self._known_reasons.clear()
            self._known_reasons[key] = known
        return known


def _verdict(partner: Partner, query: Asked, found: Found, today: date) -> ConsentVerdict:
    wanted = GradeQuery(str(query.household_id), partner.partner_id, query.purpose, POLICY_FIELDS)
    return consent_in_force(found.consent, wanted, POLICY_FIELDS, today)


def _line(reference: str, status: str, code: str | None) -> dict[str, Any]:
    return {
        "reference": reference,
        "status": status,
        "code": code,
        "grade": None,
        "valid_until": None,
        "reasons": [],
        "card_version": None,
        "as_of": None,
        "objection": False,
        "statements": [],
    }
