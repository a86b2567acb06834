"""Is this step taken by somebody who did not take the earlier one? (credit rules 2.4)

A reviewer is not the collector; the county's entry is by a second person; an objection is decided by one who took no
part before.
"""

from collections.abc import Iterable


def independent_person(person: str, before: Iterable[str | None]) -> bool:
    return person not in before
