"""Which facts must never be scored, and never be a veto? (credit rules 2.2)"""

import re

_BANNED = {
    "sex": ("sex", "gender", "female", "male", "性别", "男女"),
    "ethnicity": ("ethnic", "ethnicity", "nationality", "race", "民族"),
    "religion": ("religion", "religious", "宗教", "信仰"),
    "health, illness, disability": (
        *("health", "healthy", "ill", "illness", "sick", "disease", "disability", "disabled"),
        *("健康", "疾病", "患病", "残疾"),
    ),
    "marital status": ("marital", "married", "marriage", "divorced", "spouse", "婚姻", "婚否", "配偶"),
    "age": ("age", "ages", "birth", "birthday", "birthdate", "born", "年龄", "出生"),
    "party membership or office": (
        *("party", "member", "membership", "office", "official", "cadre"),
        *("党员", "党派", "政治面貌", "职务"),
    ),
    "family origin": ("family", "origin", "class", "出身", "成分"),
    "children": ("child", "children", "son", "daughter", "子女", "孩子"),
    "subsidies received": ("subsidy", "subsidies", "allowance", "补贴", "补助"),
    "poverty or monitoring status": ("poor", "poverty", "monitored", "monitoring", "低保", "贫困", "监测"),
    "relatives' offences": ("relative", "relatives", "offence", "offences", "crime", "亲属"),
    "moral points": ("moral", "morality", "道德", "积分"),
    "the village's title": ("title", "称号"),
}
_WORDS = frozenset(word for words in _BANNED.values() for word in words)


def is_banned_fact(name: str) -> bool:
    """Whether a field's name speaks of something that must never count, as a part of it or in Chinese."""
    parts = re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    return not _WORDS.isdisjoint(parts) or any(word in name for word in _WORDS if not word.isascii())
