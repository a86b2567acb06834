"""Shapes of negative facts: what is held against a household, what it was told of it and says to it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.web.fields import Id, Input, IsoDate, LongText, Output, ShortText

FactKey = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=r"^(veto|late|file)/")]


class NegativeFactOut(Output):
    """`told_on` null: not told yet, so no bank is either. `kept_until`: the last day, once the conduct has ended."""

    fact: str
    kind: Literal["veto", "late", "entered"]
    code: str = Field(examples=["veto/V2", "late"])
    text: str
    began_on: IsoDate
    ended_on: IsoDate | None
    kept_until: IsoDate | None
    told_on: IsoDate | None
    how: str | None
    statement: str | None
    statement_on: IsoDate | None


class NegativeFactsOut(Output):
    items: list[NegativeFactOut]


class TellIn(Input):
    fact: FactKey
    how: Literal["visit", "phone", "letter"]


class StatementIn(Input):
    """`witness` is needed from whoever writes it down for the household."""

    fact: FactKey
    text: LongText
    witness: ShortText | None = None


class StatementOut(Output):
    """What the person says to a negative fact, beside the code of the fact."""

    code: str
    text: str


class NoticeObjectionIn(Input):
    """`line`: the place on the notice, from 1. Without `name` it is anonymous."""

    objection_id: Id | None = None
    line: Annotated[int, Field(strict=True, ge=1, le=2000)]
    statement: LongText
    name: ShortText | None = None


class NoticeObjectionOut(Output):
    """Whoever objects learns its number and the day of the answer, and nothing of the household."""

    objection_id: Id
    notice_id: Id
    line: int
    due_on: IsoDate
