"""May this person decide an objection? Only who had no hand in the household's course and did not object."""

from services.households.domain.identification import Case


def may_decide(case: Case, subject: str, name: str, *, objector: str | None) -> bool:
    sat = {one.name for those in case.reviewers.values() for one in those}
    return subject not in case.took_part and name not in sat and name != objector
