"""What monitoring refuses. The tree and its kinds stand in `shared.errors`."""

from shared.errors import Invalid, Stale


class GuaranteesUnproven(Invalid):
    """`errors` names each guarantee whose day or evidence does not hold."""

    code = "guarantees_unproven"
    message = "六项保障里有的缺核实日期或依据，请按提示补齐。"


class GuaranteesStale(Stale):
    code = "guarantees_version_stale"
    message = "这户的保障情况已被别人更新，请看最新内容后再改。"
