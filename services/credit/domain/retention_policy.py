"""How long is what is known of a household kept, and for how long may it agree? A version of the policy, as data.

征信业管理条例 16: a negative fact goes five years after the conduct ended (credit rules 2.8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """In force from a day on until the next version is.

    `preliminary_score_days`: how long a second official has to confirm a run, and others to look at it.
    `misuse_veto_months`: how long a proven misuse of a subsidised loan stands against whoever did it (V4).
    """

    version: str
    effective_from: date
    negative_fact_months: int
    preliminary_score_days: int
    consent_months_at_most: int
    misuse_veto_months: int


def retention_policy_from(document: Mapping[str, Any]) -> RetentionPolicy:
    """Raises KeyError or TypeError for a document that lacks something or has more."""
    return RetentionPolicy(**{**document, "effective_from": date.fromisoformat(document["effective_from"])})
