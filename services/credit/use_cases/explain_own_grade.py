"""A household asks for its own grade, or why it is so: read anew each time, worked out once.

What is shown follows from the card, the day and what the database says (`storage/explanation_desk.py`), and from
nothing else. So the finished answer is kept under exactly these, which are read for every request: after a change of
any of them it is not found again, and no household can be shown what was made for another.
"""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from services.credit.domain.record_errors import GradeNotFound, HouseholdNotFound
from services.credit.storage.card_repository import CardShelf
from services.credit.storage.explanation_desk import ExplanationDesk, Sources, facts_in, grade_in, loans_in
from services.credit.use_cases.explain_household import Explanation, explained, with_reasons

MOST_KEPT = 4096
"""Some twenty megabytes at most."""

Write = Callable[[Explanation, date], bytes]


class OwnGrades:
    """`writers` make an answer of the explanation; by what is asked for."""

    def __init__(
        self, desk: ExplanationDesk, shelf: CardShelf, writers: Mapping[str, Write], most_kept: int = MOST_KEPT
    ) -> None:
        self._desk = desk
        self._shelf = shelf
        self._writers = writers
        self._most_kept = most_kept
        self._kept: dict[tuple[str, date, Sources], bytes] = {}

    async def answer(self, what: str, household_id: UUID, today: date) -> bytes | None:
        """None when the household has spoken to a negative fact: then it takes more than is read here.

        The caller has seen to it that it is the household itself that asks. Raises HouseholdNotFound, GradeNotFound.
        """
        sources = await self._desk.find(household_id)
        if not sources.known:
            raise HouseholdNotFound
        if sources.grade is None:
            raise GradeNotFound
        if sources.said:
            return None
        key = (what, today, sources)
        if (kept := self._kept.get(key)) is None:
            kept = self._writers[what](await self._explained(sources.grade, sources), today)
            if len(self._kept) >= self._most_kept:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = kept
        return kept

    async def _explained(self, grade_text: str, sources: Sources) -> Explanation:
        grade = grade_in(grade_text)
        card = await self._shelf.get(grade.card_id, grade.card_version)
        return explained(with_reasons(card, grade), facts_in(sources.facts), loans_in(sources.loans))
