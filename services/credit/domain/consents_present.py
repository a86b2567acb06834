"""Has the household agreed to being scored?

Ordinarily, and in writing after the adverse consequences were stated (credit rules 2.4, 2.8).
"""


def consents_present(*, ordinary: bool, written: bool) -> bool:
    return ordinary and written
