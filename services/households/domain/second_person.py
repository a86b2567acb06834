"""Is this step taken by somebody else than whoever took the step before? (双人经办)"""

from services.households.domain.plan_errors import SecondPersonNeeded
from shared.errors import Failure


def second_person(person: str, before: str | None) -> Failure | None:
    """None when it is somebody else; subjects of tokens are compared, not names."""
    return SecondPersonNeeded() if person == before else None
