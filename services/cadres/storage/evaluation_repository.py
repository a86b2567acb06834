"""Democratic evaluations: a voter's flag, and one sealed tally.

There is no ballot. A vote sets a flag and replaces the whole tally by a ciphertext of the same length, under a fresh
nonce and a key that the database does not hold; so neither rows, nor their hidden columns, nor dead rows, snapshots or
the write-ahead log tell which number grew (docs/decisions/0020).
"""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, literal, select, update

from services.cadres.domain.evaluation import Evaluation
from services.cadres.domain.evaluation_errors import AlreadyVoted, EvaluationNotFound
from services.cadres.storage.inspection_repository import Key
from services.cadres.storage.queries import after_key, under
from services.cadres.storage.tables import households, inspected
from shared.crypto import FieldCipher
from shared.db import Connection

evaluations, voters = inspected.evaluations, inspected.voters
_EVALUATION = tuple(evaluations.c[f.name] for f in fields(Evaluation))
_DIGITS = 7


class EvaluationRepository:
    def __init__(self, cipher: FieldCipher) -> None:
        self._cipher = cipher

    async def add(self, connection: Connection, evaluation: Evaluation, author: str) -> None:
        """With every household of the village, as it is now, as a voter."""
        tally = self._seal(evaluation.evaluation_id, [0] * len(evaluation.answers))
        row = asdict(evaluation) | {"answers": list(evaluation.answers), "tally": tally, "opened_by": author}
        await connection.execute(insert(evaluations).values(**row))
        entitled = select(
            households.c.household_id,
            literal(evaluation.evaluation_id, voters.c.evaluation_id.type),
            households.c.village_code,
            literal(False),
        ).where(households.c.village_code == evaluation.village_code)
        names = ["household_id", "evaluation_id", "village_code", "voted"]
        await connection.execute(insert(voters).from_select(names, entitled))

    async def get(self, connection: Connection, evaluation_id: UUID) -> Evaluation:
        """Raises EvaluationNotFound."""
        found = await connection.execute(select(*_EVALUATION).where(evaluations.c.evaluation_id == evaluation_id))
        row = found.one_or_none()
        if row is None:
            raise EvaluationNotFound
        return _evaluation(row)

    async def of_region(self, connection: Connection, region: str, after: Key | None, limit: int) -> list[Evaluation]:
        """By village and id."""
        statement = select(*_EVALUATION).where(under(evaluations.c.village_code, region))
        if after is not None:
            statement = statement.where(after_key(evaluations.c.village_code, evaluations.c.evaluation_id, after))
        ordered = statement.order_by(evaluations.c.village_code, evaluations.c.evaluation_id).limit(limit)
        return [_evaluation(row) for row in await connection.execute(ordered)]

    async def of_cadre(self, connection: Connection, cadre_id: UUID, year: int) -> list[Evaluation]:
        """Those that end in this year, by their last day."""
        statement = select(*_EVALUATION).where(
            evaluations.c.cadre_id == cadre_id,
            evaluations.c.last_day >= date(year, 1, 1),
            evaluations.c.last_day < date(year + 1, 1, 1),
        )
        ordered = statement.order_by(evaluations.c.last_day, evaluations.c.evaluation_id)
        return [_evaluation(row) for row in await connection.execute(ordered)]

    async def open_for(self, connection: Connection, household_id: UUID, today: date) -> list[tuple[Evaluation, bool]]:
        """Those in which the household may vote today, each with whether it has."""
        rows = await connection.execute(
            select(*_EVALUATION, voters.c.voted)
            .join_from(voters, evaluations, voters.c.evaluation_id == evaluations.c.evaluation_id)
            .where(voters.c.household_id == household_id, evaluations.c.last_day >= today)
            .order_by(evaluations.c.last_day, evaluations.c.evaluation_id)
        )
        return [(_evaluation(row), row.voted) for row in rows]

    async def is_voter(self, connection: Connection, evaluation_id: UUID, household_id: UUID) -> bool:
        found = await connection.execute(
            select(voters.c.voted).where(voters.c.household_id == household_id, voters.c.evaluation_id == evaluation_id)
        )
        return found.one_or_none() is not None

    async def take_vote(self, connection: Connection, evaluation: Evaluation, household_id: UUID, answer: str) -> None:
        """Raises AlreadyVoted: of two votes of a household at once the second waits for the flag and finds it set."""
        flagged = await connection.execute(
            update(voters)
            .where(
                voters.c.household_id == household_id,
                voters.c.evaluation_id == evaluation.evaluation_id,
                voters.c.voted.is_(False),
            )
            .values(voted=True)
        )
        if flagged.rowcount != 1:
            raise AlreadyVoted
        counts = await self._counts(connection, evaluation, to_change=True)
        counts[evaluation.answers.index(answer)] += 1
        await connection.execute(
            update(evaluations).where(*_of(evaluation)).values(tally=self._seal(evaluation.evaluation_id, counts))
        )

    async def counts(self, connection: Connection, evaluation: Evaluation) -> tuple[int, int, list[int]]:
        """How many are entitled, how many of them voted, and the votes in the order of the answers."""
        flags = await connection.execute(
            select(func.count(), func.count().filter(voters.c.voted)).where(
                voters.c.evaluation_id == evaluation.evaluation_id
            )
        )
        entitled, voted = flags.one()
        return entitled, voted, await self._counts(connection, evaluation, to_change=False)

    async def _counts(self, connection: Connection, evaluation: Evaluation, *, to_change: bool) -> list[int]:
        statement = select(evaluations.c.tally).where(*_of(evaluation))
        sealed = (await connection.execute(statement.with_for_update() if to_change else statement)).scalar_one()
        return [int(one) for one in self._cipher.decrypt(sealed, _place(evaluation.evaluation_id)).split(",")]

    def _seal(self, evaluation_id: UUID, counts: Sequence[int]) -> bytes:
        """Every number with as many digits as every other, so that no length tells."""
        return self._cipher.encrypt(",".join(f"{one:0{_DIGITS}}" for one in counts), _place(evaluation_id))


def _place(evaluation_id: UUID) -> bytes:
    return b"evaluations.tally:" + evaluation_id.bytes


def _of(evaluation: Evaluation) -> tuple[Any, Any]:
    return (
        evaluations.c.village_code == evaluation.village_code,
        evaluations.c.evaluation_id == evaluation.evaluation_id,
    )


def _evaluation(row: Any) -> Evaluation:
    values = {f.name: row._mapping[f.name] for f in fields(Evaluation)}
    return Evaluation(**values | {"answers": tuple(values["answers"])})
