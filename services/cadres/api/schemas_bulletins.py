"""Shapes of bulletins (通报) that are published."""

from pydantic import Field

from services.cadres.api.schemas_inspections import BulletinOut, InspectionFindingOut
from shared.web.fields import Id, Input, IsoDate, LongText, Output, Reference, RegionCode, Timestamp


class BulletinIn(Input):
    """Of the period that holds `within`, once it is over. `correction`: why one that is out is published again."""

    region: RegionCode
    cycle: Reference
    within: IsoDate
    correction: LongText | None = None


class PublishedLineOut(Output):
    """`number` counts the publications of a period; `sha256` is that of its canonical JSON (RFC 8785)."""

    bulletin_id: Id
    region_code: str
    cycle: str
    begins: IsoDate
    ends: IsoDate
    number: int
    correction: str | None
    sha256: str
    published_by_name: str
    published_at: Timestamp


class PublishedBulletinsOut(Output):
    items: list[PublishedLineOut]
    next_cursor: str | None
    has_more: bool


class PublishedBulletinOut(PublishedLineOut):
    """As it was published, whatever was put right since."""

    stands_on: IsoDate = Field(description="the day as of which the findings stand")
    bulletin: BulletinOut
    findings: list[InspectionFindingOut]
