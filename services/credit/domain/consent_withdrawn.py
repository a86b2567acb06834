"""Does a case end when its household takes a consent back, and do its scoring data go? (credit rules 2.4, 2.8)

What the household still agrees to protects its grade. The full course asks for an ordinary and a written consent, so
it ends with the last of either; a grade that was first set, for which nobody asked for both, ends with the last consent
of any kind.
"""

from services.credit.domain.consents_present import consents_present
from services.credit.domain.grade_case import INITIAL_BASIS, Bearing, GradeCase
from services.credit.domain.grade_state import ENDED


def ends_without_consent(case: GradeCase, bearing: Bearing) -> bool:
    """A written consent counts as an ordinary one too: `bearing` says so."""
    if case.state in ENDED:
        return False
    if case.basis == INITIAL_BASIS:
        return not bearing.ordinary_consent
    return not consents_present(ordinary=bearing.ordinary_consent, written=bearing.written_consent)
