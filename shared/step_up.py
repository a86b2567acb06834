"""Has the bearer of this token shown a second factor lately enough for what is sensitive?

The gateway asks for the doors of its policy's column `step_up`, each service again for its endpoints marked
`@asks_step_up`: the token says both whether its bearer needs a second factor and when one was shown.
"""

from datetime import datetime

from shared.auth import Principal
from shared.errors import NotPermitted

STEP_UP_SECONDS = 600


class StepUpNeeded(NotPermitted):
    """What is asked needs a second factor that was shown lately."""

    code = "step_up_required"
    message = "查看完整号码等操作要先确认身份，请输入动态验证码（/v1/me/step-up）后再试；还没有验证器的，请先绑定。"


def require_step_up(who: Principal, now: datetime) -> None:
    """Raises StepUpNeeded. Whose roles need no second factor needs none here either."""
    if who.needs_second_factor and not (
        who.second_factor_at and now.timestamp() < who.second_factor_at + STEP_UP_SECONDS
    ):
        raise StepUpNeeded
