"""The shipped policy of titles, and the rule of a real notice."""

from datetime import date

from services.credit.domain.credit_village import VillagePolicy
from services.credit.storage.shipped_policies import title_policy

POLICY_1 = title_policy(date(2026, 11, 24))
VILLAGE_POLICY_1, TOWNSHIP_POLICY_1, LIFE_1 = POLICY_1.village, POLICY_1.township, POLICY_1.life
ZHAOYANG_2014 = VillagePolicy(
    version="zhaoyang@2014",
    files_percent=None,
    credit_percent=50,
    on_time_percent=90,
    npl_percent=3,
    new_npl_percent=None,
    new_npl_months=12,
    rated_at_least=None,
    borrowers_at_least=0,
    stars=(),
)
