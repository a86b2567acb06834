"""Has the bearer of this token shown a second factor lately enough for what is sensitive?"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from services.gateway.api.passage import Principal as AnyPrincipal
from services.gateway.domain.factor_errors import StepUpNeeded
from services.gateway.domain.second_factor import step_up_holds
from shared.auth import Principal
from shared.clock import Clock


@dataclass(frozen=True, slots=True)
class StepUp:
    """`needing`: the roles that nobody holds without a second factor."""

    needing: AbstractSet[str]
    clock: Clock

    def check(self, who: AnyPrincipal) -> None:
        """Raises StepUpNeeded."""
        principal = cast("Principal", who)
        shown_at = datetime.fromtimestamp(principal.second_factor_at, UTC) if principal.second_factor_at else None
        if not step_up_holds(principal.roles, shown_at, self.clock.now(), self.needing):
            raise StepUpNeeded
