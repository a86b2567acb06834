"""A card to read: its document, its points table, the SQL that it is compiled to; and a fitted table read as a card."""

from typing import Annotated, Literal

from fastapi import Path, Query, Response

from services.credit.api.schemas import CardId, CardLineOut
from services.credit.api.schemas_cards import CardVersionOut, FindingOut, FittedCardOut, FittedTableIn
from services.credit.domain.card_document import card_to_document
from services.credit.domain.points_table import csv_of, markdown_of
from services.credit.storage.card_repository import card_line, card_version
from services.credit.storage.card_sql_text import card_as_sql
from services.credit.use_cases.read_fitted_card import Fitted, read_fitted_card
from shared.auth import OFFICIALS
from shared.web.context import Connection, Mechanisms, Who
from shared.web.route import looks_up
from shared.web.service_app import strict_router

router = strict_router(tags=["scoring"])

Version = Annotated[int, Path(ge=1, le=10_000)]
Form = Literal["markdown", "csv"]


@router.get("/v1/credit/cards/{card_id}/versions/{version}")
async def get_card(
    card_id: CardId, version: Version, who: Who, connection: Connection, with_: Mechanisms
) -> CardVersionOut:
    who.require_role(*OFFICIALS, "auditor")
    card = await card_version(connection, card_id, version)
    line = CardLineOut.model_validate(await card_line(connection, card_id, version, with_.clock.today()))
    return CardVersionOut(**line.model_dump(), document=card_to_document(card))


@router.get(
    "/v1/credit/cards/{card_id}/versions/{version}/table",
    response_class=Response,
    responses={200: {"content": {"text/markdown": {}, "text/csv": {}}}},
)
async def get_card_table(
    card_id: CardId, version: Version, who: Who, connection: Connection, form: Annotated[Form, Query()] = "markdown"
) -> Response:
    who.require_role(*OFFICIALS, "auditor")
    card = await card_version(connection, card_id, version)
    text = markdown_of(card) if form == "markdown" else csv_of(card)
    return Response(text, media_type=f"text/{form}; charset=utf-8")


@router.get(
    "/v1/credit/cards/{card_id}/versions/{version}/sql",
    response_class=Response,
    responses={200: {"content": {"application/sql": {}}}},
)
async def get_card_sql(
    card_id: CardId, version: Version, who: Who, connection: Connection, with_: Mechanisms
) -> Response:
    who.require_role(*OFFICIALS, "auditor")
    card = await card_version(connection, card_id, version)
    return Response(card_as_sql(card, with_.clock.today()), media_type="application/sql; charset=utf-8")


@router.post("/v1/credit/cards/fitted-tables")
@looks_up
async def read_fitted_table(body: FittedTableIn, who: Who) -> FittedCardOut:
    who.require_role("city_official")
    values = {name: getattr(body, name) for name in ("form", "card_id", "title", "effective_from", "intercept")}
    rows = [(row.variable, row.bin or "", row.points) for row in body.rows]
    bands = [(band.id, band.least) for band in body.bands]
    document, findings = read_fitted_card(Fitted(rows=rows, bands=bands, **values))
    return FittedCardOut(document=document, findings=[FindingOut.model_validate(one) for one in findings])
