"""How long things are kept is data with a first day."""

from datetime import date

import pytest

from services.credit.domain.policy_in_force import policy_in_force
from services.credit.domain.retention_policy import RetentionPolicy, retention_policy_from
from services.credit.storage.shipped_policies import retention_policies

SHIPPED = RetentionPolicy("credit-retention-1", date(2020, 1, 1), 60, 90, 36, 12)
SECOND = {
    "version": "credit-retention-2",
    "effective_from": "2027-01-01",
    "negative_fact_months": 48,
    "preliminary_score_days": 30,
    "consent_months_at_most": 24,
    "misuse_veto_months": 6,
}


def test_the_shipped_policy_is_the_rule() -> None:
    """Five years after the conduct ended; 90 days to confirm a run; consent for three years at most; misuse a year."""
    assert retention_policies() == (SHIPPED,)


def test_a_second_version_counts_from_its_first_day_on() -> None:
    both = (SHIPPED, retention_policy_from(SECOND))
    assert policy_in_force(both, date(2026, 12, 31)).negative_fact_months == 60
    assert policy_in_force(both, date(2027, 1, 1)).negative_fact_months == 48


@pytest.mark.parametrize("name", sorted(SECOND))
def test_a_document_that_lacks_something_is_refused(name: str) -> None:
    with pytest.raises((KeyError, TypeError)):
        retention_policy_from({key: value for key, value in SECOND.items() if key != name})


def test_a_document_with_a_time_that_nothing_reads_is_refused() -> None:
    with pytest.raises(TypeError):
        retention_policy_from(SECOND | {"looks_days": 1})
