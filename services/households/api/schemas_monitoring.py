"""Shapes of monitoring: the six guarantees."""

from typing import Literal

from pydantic import Field

from services.households.domain.guarantees import GUARANTEES, Guarantee, GuaranteeSheet
from services.households.storage.guarantee_repository import SheetRecord
from shared.web.fields import Input, IsoDate, LongText, Output, Timestamp
from shared.web.versions import Versioned

GuaranteeState = Literal["yes", "no", "unknown"]


class GuaranteeIn(Input):
    state: GuaranteeState
    checked_on: IsoDate | None = None
    evidence: LongText | None = None


class GuaranteesIn(Input):
    food: GuaranteeIn
    clothing: GuaranteeIn
    schooling: GuaranteeIn
    medical_insurance: GuaranteeIn
    housing: GuaranteeIn
    water: GuaranteeIn


class GuaranteesPut(Versioned):
    """All six, and where the news comes from. A household that nobody has checked stands at version 1."""

    guarantees: GuaranteesIn
    source: Literal["visit", "form", "department", "phone"] = "visit"

    def given(self) -> dict[str, Guarantee]:
        said = {name: getattr(self.guarantees, name) for name in GUARANTEES}
        return {name: Guarantee(one.state, one.checked_on, one.evidence) for name, one in said.items()}


class GuaranteeOut(Output):
    state: str = Field(examples=["yes"])
    checked_on: IsoDate | None
    evidence: str | None


class GuaranteesOut(Output):
    guarantees: dict[str, GuaranteeOut]
    all_met: bool
    version: int


class SheetOut(Output):
    """One sheet of the history."""

    version: int
    at: Timestamp
    source: str
    actor_name: str
    changed: list[str]
    guarantees: dict[str, GuaranteeOut]


class SheetsOut(Output):
    items: list[SheetOut]


def guarantees_out(sheet: GuaranteeSheet) -> GuaranteesOut:
    return GuaranteesOut(guarantees=_out(sheet), all_met=sheet.all_met, version=sheet.version)


def sheet_out(record: SheetRecord) -> SheetOut:
    return SheetOut(
        version=record.sheet.version,
        at=record.at,
        source=record.source,
        actor_name=record.actor_name,
        changed=list(record.changed),
        guarantees=_out(record.sheet),
    )


def _out(sheet: GuaranteeSheet) -> dict[str, GuaranteeOut]:
    return {name: GuaranteeOut.model_validate(sheet.guarantees[name], from_attributes=True) for name in GUARANTEES}
