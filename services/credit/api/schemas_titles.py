"""Shapes of titles: what a place holds, the steps that led there, and the published formula."""

from typing import Any

from pydantic import Field

from shared.web.fields import Id, Input, IsoDate, Output, RegionCode, Timestamp


class TitleOut(Output):
    """`failed_reviews` of the yearly ones; `clean_quarters` running, while suspended."""

    title_id: Id
    place_code: str
    state: str = Field(examples=["HELD", "SUSPENDED", "EXPIRED", "REVOKED"])
    stars: int
    granted_on: IsoDate
    valid_until: IsoDate
    reviewed_on: IsoDate | None
    failed_reviews: int
    suspended_on: IsoDate | None
    clean_quarters: int
    policy_version: str


class TitlesOut(Output):
    items: list[TitleOut]
    next_cursor: str | None
    has_more: bool


class TitleStepOut(Output):
    title_id: Id
    number: int
    to: str
    at: Timestamp
    actor: str
    facts: dict[str, Any]
    hash: str


class TitleStepsOut(Output):
    items: list[TitleStepOut]


class FormulaOut(Output):
    """`text` is filled with the thresholds of the same version."""

    version: str
    effective_from: IsoDate
    village: dict[str, Any]
    township: dict[str, Any]
    life: dict[str, int]
    text: list[str]


class PlaceIn(Input):
    job_id: Id | None = None
    region: RegionCode
