"""The shipped policy of grades, for tests of the rules."""

from datetime import date

from services.credit.storage.shipped_policies import grade_policy

GRADE_POLICY_1 = grade_policy(date(2026, 11, 24))
