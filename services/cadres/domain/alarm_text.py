"""How is an alarm of a post said to people? One sentence that says what to do."""

from collections.abc import Mapping
from typing import Final

from services.cadres.domain.post_alarms import AlarmKind, PostAlarm
from services.cadres.domain.posting import PostKind
from services.cadres.domain.team_composition import TeamFlaw

POST_NAMES: Final[Mapping[PostKind, str]] = {
    "liaison_leader": "联系领导",
    "helping_unit": "帮扶单位",
    "first_secretary": "第一书记",
    "resident_team": "驻村工作队",
    "agri_technician": "农技员",
}
ALARM_NAMES: Final[Mapping[AlarmKind, str]] = {
    "vacant": "空缺",
    "expiring": "即将到期",
    "expired": "已到期",
    "double_held": "重复驻村",
    "holder_left": "人员已离任",
    "team_incomplete": "工作队不齐",
}
_FLAWS: Final[Mapping[TeamFlaw, str]] = {
    "too_small": "人数不够",
    "leader": "没有由派出单位分管领导担任的队长",
    "mid_level": "没有派出单位的中层干部",
    "township": "没有所在乡镇的包村干部",
}
_SENTENCES: Final[Mapping[AlarmKind, str]] = {
    "vacant": "{post}空缺，请选派。",
    "expiring": "{post}任期到 {until}，请提前安排续派或接替。",
    "expired": "{post}任期 {until} 已到，请办理续派或接替。",
    "double_held": "{post}有人同时在另一个村驻村，请调整。",
    "holder_left": "{post}有人已经离任，请补派。",
    "team_incomplete": "{post}不齐：{flaws}，请补齐。",
}


def alarm_text(alarm: PostAlarm) -> str:
    """The sentence; no names in it, so it may stand in notices."""
    flaws = "、".join(_FLAWS[flaw] for flaw in alarm.flaws)
    return _SENTENCES[alarm.kind].format(post=POST_NAMES[alarm.post], until=alarm.until, flaws=flaws)
