"""Shapes of card rehearsals and of drift between runs."""

from typing import Annotated, Literal

from pydantic import Field

from shared.web.fields import Id, Input, IsoDate, Output, RegionCode


class RehearsalIn(Input):
    """`version` of the card, a draft or not, is set beside the version in force."""

    version: Annotated[int, Field(strict=True, ge=1, le=10_000)]
    region: RegionCode
    job_id: Id | None = None


class PsiOut(Output):
    """`stable` below 0.10, `shifted` below 0.25, else `drifted`."""

    psi: str = Field(examples=["0.0405"])
    verdict: Literal["stable", "shifted", "drifted"]


class AttributePsiOut(Output):
    attribute: str
    title: str
    drift: PsiOut | None


class RunSideOut(Output):
    run_id: Id
    as_of: IsoDate
    rated_households: int


class DriftOut(Output):
    """`total` is reckoned over tenths of the earlier run; null where one of the runs scored nobody of the place."""

    region: str
    card: str = Field(examples=["rural-household@1"])
    before: RunSideOut
    after: RunSideOut
    total: PsiOut | None
    attributes: list[AttributePsiOut]


class MonthOut(Output):
    """Against the first month of the list. Null where one of the two has nobody of the place."""

    month: str = Field(examples=["2026-11"])
    run_id: Id
    as_of: IsoDate
    rated_households: int
    total: PsiOut | None
    attributes: dict[str, PsiOut | None]


class DriftByMonthOut(Output):
    region: str
    card: str = Field(examples=["rural-household@1"])
    items: list[MonthOut]


class DiscriminationOut(Output):
    """Over the borrowers that were reported of in the twelve months after the run.

    The figures are null until `until` is over, and while one outcome is missing or concerns fewer than five households.
    """

    region: str
    run_id: Id
    card: str = Field(examples=["rural-household@1"])
    as_of: IsoDate
    until: IsoDate
    borrowers: int
    auc: str | None = Field(examples=["0.7425"])
    gini: str | None
    ks: str | None
