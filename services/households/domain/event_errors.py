"""What events in a household's life refuse."""

from shared.errors import Invalid, RuleBroken


class EventInFuture(Invalid):
    code = "event_in_future"
    message = "发生日期不能晚于今天，请核对。"


class EventBeforeBirth(RuleBroken):
    code = "event_before_birth"
    message = "发生日期早于本人的出生日期，请核对。"


class EventBeforeJoining(RuleBroken):
    code = "event_before_joining"
    message = "发生日期早于这个人进入这户的日期，请核对。"


class EventBeforeLeaving(RuleBroken):
    code = "event_before_leaving"
    message = "回户日期早于这个人离开这户的日期，请核对。"


class NewHeadNeeded(RuleBroken):
    """A household with people in it has a head."""

    code = "event_new_head_needed"
    message = "户主离开后这户还有人，请在这件事里同时写明新户主和其他人与新户主的关系。"


class RelationsIncomplete(Invalid):
    code = "event_relations_incomplete"
    message = "请给换到这户的每个人都写明与户主关系，其中只能有一个户主；换了户主的，留下的人也要写。"


class SplitTakesAll(RuleBroken):
    code = "event_split_takes_all"
    message = "分户后原户至少要留一人；全户搬走请办理迁移。"


class MergeWithItself(RuleBroken):
    code = "event_merge_with_itself"
    message = "不能把一户并进它自己，请核对另一户。"


class HasDied(RuleBroken):
    code = "event_member_has_died"
    message = "这个人已登记死亡，不能再回到户里；登记有误的，请先核实更正。"


class NothingMoves(RuleBroken):
    code = "event_nothing_changes"
    message = "这件事什么也没有改变（已经是户主，或村没有变），请核对。"
