"""What the credit service can refuse, as leaves of the shared tree."""

from shared.errors import Conflict, Invalid, Unreadable


class CardRefused(Invalid):
    """A scorecard that cannot be trusted to score; `errors` names every place at once."""

    code = "card_refused"
    message = "评分卡有问题，不能使用，请按提示修改。"


class FactsRefused(Invalid):
    """Facts that cannot be so; `errors` names each."""

    code = "facts_refused"
    message = "填报的内容有不能用的项目，请按提示修改。"


class FactsUnknown(Unreadable):
    """Facts that this service does not know or may never keep: refused like any unknown field; `errors` names each."""

    code = "facts_unknown"
    message = "填报的内容里有信用档案没有的项目，或者按规定不能用的项目，请去掉后再试。"


class CardMismatch(Conflict):
    """A trace is replayed on another card than the one that made it."""

    code = "card_mismatch"
    message = "这份评分记录不是用这张评分卡算出来的。"
