"""Which refusals of values that fit their schema are right, and the rule that no schema can say."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from bashan.error_catalogue import load_everything
from shared.errors import Failure, every_leaf


@dataclass(frozen=True)
class Rule:
    """`why` in words. It holds for the named `operations`, or where the request carries one of the names `given`."""

    why: str
    operations: Collection[str] = ()
    given: Collection[str] = ()

    def holds_for(self, operation: str, carried: Collection[str]) -> bool:
        return operation in self.operations or any(name in carried for name in self.given)


@cache
def business_refusals() -> frozenset[str]:
    """Codes of the 422s that the domains declare."""
    load_everything()
    return frozenset(leaf.code for leaf in every_leaf(Failure) if leaf.status == 422 and ".domain." in leaf.__module__)


RULES: dict[str, Rule] = {
    "cursor_unreadable": Rule("A page mark is one that we signed.", given=["cursor"]),
    "idempotency_key_reused": Rule("A key stands for one body; this one came before.", given=["idempotency-key"]),
    "village_unknown": Rule("Which villages there are is in the register.", given=["code", "village_code"]),
    "version_missing": Rule(
        "The version stands in If-Match or in the body, and where neither does it is asked for.", given=["if-match"]
    ),
    "list_needs_region_or_person": Rule(
        "One of several filters has to be there.",
        operations=["GET /v1/monitoring/cases", "GET /v1/monitoring/overdue", "GET /v1/problems"],
    ),
    "search_needs_one_key": Rule("One of several keys, null being none.", operations=["POST /v1/households/search"]),
    "cadre_search_needs_one_key": Rule("One of two keys, null being none.", operations=["POST /v1/cadres/search"]),
    "query_needs_one_key": Rule(
        "One of two keys, null being none.",
        operations=[f"POST /v1/partner/{noun}" for noun in ("grades/query", "recommendations", "loan-events")],
    ),
    "phone_number_wrong": Rule("Numbers are written in many ways; digits are counted without them.", given=["phone"]),
    "consent_partner_unknown": Rule("Which banks there are is in the database.", given=["partner_id"]),
    "id_number_twice_in_household": Rule("One line for each person.", given=["members"]),
    **{
        f"id_number_{wrong}": Rule("A day of birth, a check digit, a spreadsheet's damage.", given=["id_number"])
        for wrong in (
            *("missing", "damaged_by_excel", "characters_wrong", "date_wrong", "check_digit_wrong"),
            *("old_format", "length_wrong"),
        )
    },
    "file_kind_unknown": Rule("What is in a file is not in a schema.", given=["file"]),
    "value_not_allowed": Rule("Which departments there are is policy data.", given=["department"]),
    "sheet_kind_unknown": Rule(
        "What is in a file is not in a schema.", operations=["POST /v1/imports", "POST /v1/cadres/imports"]
    ),
}
