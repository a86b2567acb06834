"""When is a township a credit township (信用乡镇)?

Credit villages are counted among rural villages only; a street without villages cannot apply (credit rules 2.5).
"""

from dataclasses import dataclass

from services.credit.domain.title_tests import TitleTest, share_at_least, share_at_most


@dataclass(frozen=True, slots=True)
class TownshipFigures:
    """One township on one day. Villages are units of kind `village`; communities count in neither number.

    Borrowers are households, not loans; money is in 分.
    """

    rural_villages: int
    credit_villages: int
    borrowers: int
    borrowers_on_time: int
    balance_cents: int
    npl_cents: int


@dataclass(frozen=True, slots=True)
class TownshipPolicy:
    """The thresholds of one version, in percent."""

    version: str
    villages_percent: int
    on_time_percent: int
    npl_percent: int


@dataclass(frozen=True, slots=True)
class TownshipVerdict:
    """Whether it may apply at all, whether the title is earned, and every test held."""

    may_apply: bool
    credit_township: bool
    tests: tuple[TitleTest, ...]
    policy_version: str


def credit_township(figures: TownshipFigures, policy: TownshipPolicy) -> TownshipVerdict:
    """The verdict on a township by one policy."""
    tests = (
        share_at_least("credit_villages", figures.credit_villages, figures.rural_villages, policy.villages_percent),
        share_at_least("on_time", figures.borrowers_on_time, figures.borrowers, policy.on_time_percent),
        share_at_most("npl_of_balance", figures.npl_cents, figures.balance_cents, policy.npl_percent),
    )
    # Without rural villages their share is not measurable, so the title follows by itself.
    earned = all(test.passed for test in tests)
    return TownshipVerdict(figures.rural_villages > 0, earned, tests, policy.version)
