"""How is somebody chosen for one of the five posts? 个人申请 → 单位推荐 → 组织考察 (report 四.4), then the posting."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from services.cadres.domain.posting import Posting, PostKind
from services.cadres.domain.selection_errors import (
    SelectionNeedsSecondPerson,
    SelectionNotPassed,
    SelectionOfOther,
    SelectionStepNotAllowed,
)
from shared.errors import Failure

SelectionState = Literal["applied", "recommended", "not_recommended", "passed", "not_passed", "withdrawn", "posted"]
SelectionStep = Literal["recommended", "not_recommended", "passed", "not_passed", "withdrawn"]
ALLOWED: Final[Mapping[SelectionState, tuple[SelectionStep, ...]]] = {
    "applied": ("recommended", "not_recommended", "withdrawn"),
    "recommended": ("passed", "not_passed", "withdrawn"),
    "passed": ("withdrawn",),
}
_NAMES: Final[Mapping[SelectionState, str]] = {
    "applied": "已申请",
    "recommended": "单位已推荐",
    "not_recommended": "单位不推荐",
    "passed": "考察通过",
    "not_passed": "考察未通过",
    "withdrawn": "已撤回",
    "posted": "已派驻",
}
OPEN: Final = frozenset(ALLOWED)
EXAMINED: Final = frozenset({"passed", "not_passed"})


@dataclass(frozen=True, slots=True)
class Selection:
    """One person's way to one post. `statement` is the application's, `recommendation` the unit's, `findings` those
    of the examination.
    """

    selection_id: UUID
    village_code: str
    kind: PostKind
    cadre_id: UUID
    state: SelectionState = "applied"
    statement: str | None = None
    recommendation: str | None = None
    findings: str | None = None
    recommended_by: str | None = None
    examined_by: str | None = None


def may_take_selection_step(selection: Selection, to: SelectionStep, person: str) -> Failure | None:
    """None when it may, else the reason. Whoever recommended does not examine."""
    allowed = ALLOWED.get(selection.state, ())
    if to not in allowed:
        return SelectionStepNotAllowed(state=selection.state, named=_NAMES[selection.state], allowed=list(allowed))
    if to in EXAMINED and person == selection.recommended_by:
        return SelectionNeedsSecondPerson()
    return None


def may_be_posted_by(selection: Selection, posting: Posting) -> Failure | None:
    """Does this selection lead to this posting: passed, of the same village, post and person?"""
    if selection.state != "passed":
        return SelectionNotPassed(state=selection.state, named=_NAMES[selection.state])
    if (selection.village_code, selection.kind) != (posting.village_code, posting.kind) or (
        selection.cadre_id not in posting.people
    ):
        return SelectionOfOther()
    return None
