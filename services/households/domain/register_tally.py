"""How did a register's import go, in numbers?"""

from collections import Counter
from dataclasses import dataclass, field

from services.households.domain.register_household import RefusedHousehold, RegisterHousehold


@dataclass(slots=True)
class RegisterTally:
    """Counts outcomes as they pass. A row without a household number counts as a refused row, not as a household.
    `faults` and `warnings` count findings by their code."""

    households_taken: int = 0
    households_unchanged: int = 0
    households_refused: int = 0
    people_taken: int = 0
    people_unchanged: int = 0
    rows_refused: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)

    def take(self, household: RegisterHousehold, *, changed: bool = True) -> None:
        """Counts a household that was brought in, or found to be there already just so."""
        people = len(household.members)
        if changed:
            self.households_taken += 1
            self.people_taken += people
        else:
            self.households_unchanged += 1
            self.people_unchanged += people
        self.warnings.update(warning.code for warning in household.warnings)

    def refuse(self, household: RefusedHousehold) -> None:
        """Counts a household, or a row without a number, that was not brought in."""
        self.households_refused += household.number is not None
        self.rows_refused += len(household.rows)
        for row in household.rows:
            self.faults.update(finding.code for finding in row.findings)
