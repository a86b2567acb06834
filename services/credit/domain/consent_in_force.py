"""May this bank see this household's grade, for this purpose, today?

Yes when the household's consent names the bank and the purpose, today lies in its days, and it is not withdrawn;
the answer is then asked ∩ consented ∩ policy (credit rules 2.8). Every refusal reads the same, so that nobody learns
from it whether a household, a consent or another bank's consent exists.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

CONSENT_INVALID = "consent_invalid"
OK = "ok"


@dataclass(frozen=True, slots=True)
class Consent:
    """What a household agreed to; `valid_from` and `valid_to` are both inclusive days in Asia/Shanghai."""

    household_id: str
    bank_id: str
    purposes: frozenset[str]
    fields: frozenset[str]
    valid_from: date
    valid_to: date
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class GradeQuery:
    """What a bank asks: about whom, for what, and which fields of the answer it wants."""

    household_id: str
    bank_id: str
    purpose: str
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class ConsentVerdict:
    """`code` is `ok` or `consent_invalid`; `fields` may be answered and are empty on a refusal."""

    code: str
    fields: frozenset[str]

    @property
    def allowed(self) -> bool:
        return self.code == OK


def consent_in_force(
    consent: Consent | None, query: GradeQuery, policy_fields: Collection[str], today: date
) -> ConsentVerdict:
    """The verdict; no consent, or none of the asked fields covered, is a refusal like every other."""
    if (
        consent is not None
        and not consent.withdrawn
        and consent.household_id == query.household_id
        and consent.bank_id == query.bank_id
        and query.purpose in consent.purposes
        and consent.valid_from <= today <= consent.valid_to
    ):
        fields = query.fields & consent.fields & frozenset(policy_fields)
        if fields:
            return ConsentVerdict(OK, fields)
    return ConsentVerdict(CONSENT_INVALID, frozenset())
