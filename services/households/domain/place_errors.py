"""What recording a place's renaming or merging refuses."""

from shared.errors import Invalid, RuleBroken


class VillageEnded(RuleBroken):
    """`successor` is the code of the village that it belongs to now."""

    code = "village_merged"
    message = "这个村已合并，请改用合并后的村（代码 {successor}）。"


class PlaceEnded(RuleBroken):
    code = "place_already_merged"
    message = "这个地方已合并到别处，不能再改名或合并。"


class PlaceNotVillage(Invalid):
    code = "place_not_village"
    message = "只能登记村（社区）的合并，请核对代码。"


class PlaceIntoItself(Invalid):
    code = "place_into_itself"
    message = "不能合并到自己，请核对合并后的村。"


class PlaceNameSame(Invalid):
    code = "place_name_same"
    message = "新名称与现在的名称一样，请核对。"


class SuccessorNameNeeded(Invalid):
    code = "successor_name_needed"
    message = "合并后的村是新代码，请同时写明它的名称和是村还是社区。"


class PlaceChangeAhead(Invalid):
    code = "place_change_in_future"
    message = "合并或改名的日期不能晚于今天。"
