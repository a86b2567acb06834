"""Scorecards: stored as their canonical document, loaded once and kept."""

from datetime import date
from typing import Any

from sqlalchemy import Select, Text, and_, case, exists, func, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from services.credit.domain.card_document import card_from_document, card_to_document
from services.credit.domain.record_errors import CardExists, CardNotDraft, CardNotFound
from services.credit.domain.scorecard import Card
from services.credit.storage.tables import cards
from shared.db import Connection, Database

_loaded: dict[str, Card] = {}


class CardShelf:
    """Cards by id and version for the hot path; an approved card never changes, so it is read once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cards: dict[tuple[str, int], Card] = {}

    async def get(self, card_id: str, version: int) -> Card:
        """Raises CardNotFound."""
        if (card_id, version) not in self._cards:
            async with self._database.transaction() as connection:
                self._cards[(card_id, version)] = await card_version(connection, card_id, version)
        return self._cards[(card_id, version)]


async def card_in_force(connection: Connection, card_id: str, as_of: date) -> Card:
    """The approved version of a card in force on a day. Raises CardNotFound."""
    found = await find_card_in_force(connection, card_id, as_of)
    if found is None:
        raise CardNotFound
    return found


async def find_card_in_force(connection: Connection, card_id: str, as_of: date) -> Card | None:
    """The same, None when no version is approved for that day."""
    found = await connection.execute(
        select(cards.c.document, cards.c.sha256)
        .where(cards.c.card_id == card_id, cards.c.status == "approved", cards.c.effective_from <= as_of)
        .order_by(cards.c.effective_from.desc(), cards.c.version.desc())
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else _load(row)


async def card_from_day(connection: Connection, card_id: str, as_of: date) -> date | None:
    """Since when the version in force on a day is; None when there is none."""
    card = await find_card_in_force(connection, card_id, as_of)
    return None if card is None else card.effective_from


async def card_version(connection: Connection, card_id: str, version: int) -> Card:
    """Raises CardNotFound."""
    found = await connection.execute(
        select(cards.c.document, cards.c.sha256).where(cards.c.card_id == card_id, cards.c.version == version)
    )
    return _load(found.one_or_none())


async def list_cards(connection: Connection, today: date) -> list[dict[str, object]]:
    """Every version of every card, without its document."""
    rows = await connection.execute(_lines(today).order_by(cards.c.card_id, cards.c.version))
    return [dict(row._mapping) for row in rows]


async def card_line(connection: Connection, card_id: str, version: int, today: date) -> dict[str, object]:
    """One version as in the list. Raises CardNotFound."""
    found = await connection.execute(_lines(today).where(cards.c.card_id == card_id, cards.c.version == version))
    row = found.one_or_none()
    if row is None:
        raise CardNotFound
    return dict(row._mapping)


async def add_draft(connection: Connection, card: Card, proposed_by: str) -> None:
    """Stores a draft. Raises CardExists."""
    try:
        await connection.execute(insert(cards).values(**_row(card), status="draft", proposed_by=proposed_by))
    except IntegrityError:
        raise CardExists from None


async def approve_card(connection: Connection, card_id: str, version: int, approved_by: str) -> None:
    """Raises CardNotDraft when it is no draft any more."""
    done = await connection.execute(
        update(cards)
        .where(cards.c.card_id == card_id, cards.c.version == version, cards.c.status == "draft")
        .values(status="approved", approved_by=approved_by, approved_at=func.now())
    )
    if done.rowcount != 1:
        raise CardNotDraft


async def proposer_of(connection: Connection, card_id: str, version: int) -> str:
    """Raises CardNotFound."""
    found = await connection.execute(
        select(cards.c.proposed_by).where(cards.c.card_id == card_id, cards.c.version == version)
    )
    proposer: str | None = found.scalar_one_or_none()
    if proposer is None:
        raise CardNotFound
    return proposer


async def ensure_cards(connection: Connection, shipped: tuple[Card, ...]) -> None:
    """Stores the cards that the product brings along, approved as shipped; leaves those that are there."""
    for card in shipped:
        await connection.execute(
            insert(cards)
            .values(
                **_row(card), status="approved", proposed_by="shipped", approved_by="shipped", approved_at=func.now()
            )
            .on_conflict_do_nothing()
        )


def _lines(today: date) -> Select[Any]:
    """An approved version is retired from the day on which another one takes its place."""
    newer = cards.alias("newer")
    replaced = exists().where(
        newer.c.card_id == cards.c.card_id,
        newer.c.status == "approved",
        newer.c.effective_from <= today,
        tuple_(newer.c.effective_from, newer.c.version) > tuple_(cards.c.effective_from, cards.c.version),
    )
    status = case((and_(cards.c.status == "approved", replaced), literal("retired", Text)), else_=cards.c.status)
    return select(*(column for column in cards.c if column.name not in ("document", "status")), status.label("status"))


def _row(card: Card) -> dict[str, object]:
    return {
        "card_id": card.id,
        "version": card.version,
        "document": card_to_document(card),
        "sha256": card.sha256,
        "effective_from": card.effective_from,
    }


def _load(row: object) -> Card:
    """A card by its hash, so that a document is read and checked once in a process."""
    if row is None:
        raise CardNotFound
    sha256: str = row.sha256  # type: ignore[attr-defined] # a row of (document, sha256)
    if sha256 not in _loaded:
        _loaded[sha256] = card_from_document(row.document)  # type: ignore[attr-defined] # likewise
    return _loaded[sha256]
