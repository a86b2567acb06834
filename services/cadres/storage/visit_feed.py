"""What the siblings are told of a visit, field by field, and what the households service answers.

`visit_finding` goes to the households service, which takes each on as its own work; `use_of_money` goes to the credit
service: that a loan's use was looked at and whether it was as agreed, without a word of what was seen.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.cadres.domain.visit import Visit, VoidMark
from services.cadres.domain.visit_finding import VisitFinding
from services.cadres.storage.tables import visiting
from shared.change_log import Change
from shared.clock import day_of
from shared.db import Connection

FINDING, USE_OF_MONEY, OUTCOME = "visit_finding", "use_of_money", "visit_outcome"
VOID, USE_OF_MONEY_WITHDRAWN = "visit_finding_void", "use_of_money_withdrawn"
_ANSWER = ("state", "code", "message")


def finding_changes(visit: Visit, *, subject: str, name: str) -> list[Change]:
    """One for each finding, by the finding's own id. `subject` and `name` are those of whoever was there."""
    shared = {"household_id": str(visit.household_id), "visited_on": day_of(visit.visited_at).isoformat()}
    changes = []
    for number, finding in enumerate(visit.findings):
        key = str(visit.finding_id(number))
        if finding.kind == "use_of_money":
            changes.append(Change(USE_OF_MONEY, key, shared | _use_of_money(visit, finding, subject)))
            continue
        who = {"cadre_id": str(visit.cadre_id), "subject": subject, "name": name}
        told = {"kind": finding.kind, "what": finding.what, "details": dict(finding.details)}
        changes.append(Change(FINDING, key, shared | told | who))
    return changes


def void_changes(visit: Visit, mark: VoidMark, *, told_by: str) -> list[Change]:
    """One for each finding of a visit that is void. `told_by` entered it."""
    own = {"household_id": str(visit.household_id)}
    why = {"told_by": told_by, "reason": mark.reason, "subject": mark.by, "name": mark.by_name}
    return [
        Change(USE_OF_MONEY_WITHDRAWN, str(visit.finding_id(number)), own)
        if finding.kind == "use_of_money"
        else Change(VOID, str(visit.finding_id(number)), own | why)
        for number, finding in enumerate(visit.findings)
    ]


def _use_of_money(visit: Visit, finding: VisitFinding, subject: str) -> dict[str, Any]:
    """What the credit service may know: no word of what was seen."""
    said = {"as_agreed": finding.details["as_agreed"], "loan_number": finding.details.get("loan_number")}
    return said | {"village_code": visit.village_code, "visited_by": subject}


async def keep_outcomes(connection: Connection, changes: Sequence[Change]) -> None:
    """The last of a page counts, so a replay gives the same."""
    answers = {c.key: c.payload for c in changes if c.topic == OUTCOME}
    for key, said in answers.items():
        row = {name: said[name] for name in _ANSWER}
        own = {"household_id": UUID(said["household_id"]), "finding_id": UUID(key)}
        statement = insert(visiting.outcomes).values(**own, **row)
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["household_id", "finding_id"], set_=row)
        )
