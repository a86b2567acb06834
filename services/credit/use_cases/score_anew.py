"""Files are scored anew while their grades stay as they are: at the yearly review, and when a fact was deleted."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from services.credit.storage.card_repository import card_in_force
from services.credit.storage.case_files import files_of
from services.credit.storage.review_repository import households_to_score_anew, keep_rescores
from services.credit.storage.shipped_policies import grade_policy
from services.credit.use_cases.score_case import case_score
from shared.db import Connection, Database

CARD = "rural-household"
HOUSEHOLDS_AT_ONCE = 500
YEARLY = "yearly_review"


async def score_anew(connection: Connection, households: Collection[UUID], why: str, today: date) -> None:
    """On the card in force; who has no file is left out. Raises CardNotFound."""
    card = await card_in_force(connection, CARD, today)
    files = await files_of(connection, households, today)
    await keep_rescores(
        connection,
        why,
        today,
        [
            (file.household_id, file.village_code, case_score(card, today, file.facts, file.vetoes, file.version))
            for file in files.values()
        ],
    )


async def score_due_reviews(database: Database, region: str, today: date) -> int:
    """How many files were scored because their grade's review is due; each of them once a review."""
    done = 0
    while True:
        async with database.transaction() as connection:
            households = await households_to_score_anew(
                connection, region, today, grade_policy(today).months_to_review, HOUSEHOLDS_AT_ONCE
            )
            await score_anew(connection, households, YEARLY, today)
        done += len(households)
        if len(households) < HOUSEHOLDS_AT_ONCE:
            return done
