"""The doors that ask for a second factor shown lately, as the gateway's settings have it today."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import cast

from services.gateway.api.passage import Principal as AnyPrincipal
from shared.auth import Principal
from shared.clock import Clock
from shared.step_up import require_step_up


@dataclass(frozen=True, slots=True)
class StepUp:
    """`needing`: the roles that nobody holds without a second factor, also for a token made before they were named."""

    needing: AbstractSet[str]
    clock: Clock

    def check(self, who: AnyPrincipal) -> None:
        """Raises StepUpNeeded."""
        principal = cast("Principal", who)
        if not self.needing.isdisjoint(principal.roles):
            principal = replace(principal, needs_second_factor=True)
        require_step_up(principal, self.clock.now())
