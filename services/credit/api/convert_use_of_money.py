"""Between the shapes of follow-ups of a loan's use and the domain's."""

from services.credit.api.schemas_use_of_money import FollowUpOut
from services.credit.domain.use_of_money import FollowUp


def follow_up_out(one: FollowUp) -> FollowUpOut:
    return FollowUpOut.model_validate(
        {name: getattr(one, name) for name in FollowUpOut.model_fields} | {"allowed": list(one.allowed)}
    )
