"""What the credit service can refuse, as leaves of the shared tree."""

from shared.errors import Conflict, Invalid, Unreadable


class CardRefused(Invalid):
    """A scorecard that cannot be trusted to score; `errors` names every place at once."""

    code = "card_refused"
    message = "评分卡有问题，不能使用，请按提示修改。"


class FittedTableUnreadable(Invalid):
    """A table of points as a library writes it, with rows that are none; `errors` names each."""

    code = "fitted_table_unreadable"
    message = "这张分数表有看不懂的行：分数要取整，区间和类别要按建模工具导出的样子。请改好这些行再试。"


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
