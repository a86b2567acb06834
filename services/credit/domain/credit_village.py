"""When is a village a credit village (信用村), and with how many stars?

Every ratio names its denominator, every threshold is policy data with a version (credit rules 2.5). A test that the
policy leaves out is not held; one that cannot be measured is not passed.
"""

from dataclasses import dataclass

from services.credit.domain.title_tests import TitleTest, number_at_least, share_at_least, share_at_most


@dataclass(frozen=True, slots=True)
class VillageFigures:
    """One village on one day. Borrowers are households, not loans; money is in 分.

    `rated` counts households scored with enough reviewers, whatever their band or veto; `credit` those with A or
    better in effect and no veto; `npl_cents` is the non-performing balance, `new_npl_cents` what became so within
    the policy's months.
    """

    households: int
    with_file: int
    rated: int
    credit: int
    borrowers: int
    borrowers_on_time: int
    balance_cents: int
    npl_cents: int
    new_npl_cents: int


@dataclass(frozen=True, slots=True)
class Star:
    """The stars that a titled village has from this share of credit households and this share of NPL on."""

    stars: int
    credit_percent: int
    npl_percent: int


@dataclass(frozen=True, slots=True)
class VillagePolicy:
    """The thresholds of one version, in percent or plain numbers; None leaves a test out."""

    version: str
    files_percent: int | None
    credit_percent: int
    on_time_percent: int
    npl_percent: int
    new_npl_percent: int | None
    new_npl_months: int
    rated_at_least: int | None
    borrowers_at_least: int
    stars: tuple[Star, ...]


@dataclass(frozen=True, slots=True)
class VillageVerdict:
    """Whether the title is earned, the stars (0 without it, 1 with it, up to 3), and every test held."""

    credit_village: bool
    stars: int
    tests: tuple[TitleTest, ...]
    policy_version: str


def credit_village(figures: VillageFigures, policy: VillagePolicy) -> VillageVerdict:
    """The verdict on a village by one policy."""
    tests = _tests(figures, policy)
    earned = all(test.passed for test in tests)
    return VillageVerdict(earned, _stars(figures, policy) if earned else 0, tests, policy.version)


def _tests(figures: VillageFigures, policy: VillagePolicy) -> tuple[TitleTest, ...]:
    enough = figures.borrowers >= policy.borrowers_at_least
    on_time, borrowers = figures.borrowers_on_time, figures.borrowers
    bad, new, balance = figures.npl_cents, figures.new_npl_cents, figures.balance_cents
    tests = [
        share_at_least("credit_of_rated", figures.credit, figures.rated, policy.credit_percent),
        share_at_least("on_time", on_time, borrowers, policy.on_time_percent, measurable=enough),
        share_at_most("npl_of_balance", bad, balance, policy.npl_percent, measurable=enough),
    ]
    if policy.files_percent is not None:
        files = share_at_least("files", figures.with_file, figures.households, policy.files_percent)
        tests.insert(0, files)
    if policy.new_npl_percent is not None:
        tests.append(share_at_most("new_npl", new, balance, policy.new_npl_percent, measurable=enough))
    if policy.rated_at_least is not None:
        tests.append(number_at_least("rated", figures.rated, policy.rated_at_least))
    return tuple(tests)


def _stars(figures: VillageFigures, policy: VillagePolicy) -> int:
    reached = (
        star.stars
        for star in policy.stars
        if share_at_least("stars", figures.credit, figures.rated, star.credit_percent).passed
        and share_at_most("stars", figures.npl_cents, figures.balance_cents, star.npl_percent).passed
    )
    return max(reached, default=1)
