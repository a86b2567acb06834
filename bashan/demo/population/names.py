"""What are invented people called? Common surnames of the Ba mountains and two-character given names."""

from itertools import accumulate

from bashan.demo.population.dice import Dice

_SURNAMES = {
    "李": 70, "王": 62, "张": 60, "陈": 52, "刘": 48, "杨": 44, "何": 40, "赵": 34, "苟": 32, "吴": 30,
    "周": 26, "罗": 24, "黄": 22, "岳": 20, "蒲": 20, "谢": 18, "马": 18, "彭": 16, "冯": 16, "熊": 14,
    "邓": 14, "程": 14, "朱": 14, "郑": 12, "蒋": 12, "余": 12, "向": 12, "闫": 10, "石": 10, "廖": 10,
    "屈": 8, "喻": 8, "景": 6, "鲜": 6, "母": 4, "青": 4, "仲": 4, "符": 4,
}  # fmt: skip
_POOLS = {
    (True, True): ("德永光志兴明文正大天仁开成启朝廷绍显怀世", "才贵福寿林安富全云高先礼友田松山和元发章"),
    (False, True): ("秀桂玉淑素翠春菊兰莲凤清仕碧润明天光文云", "英芳珍琼兰香莲梅蓉华容群珠蓉碧菊云秀凤芝"),
    (True, False): ("浩宇子俊嘉梓泽博睿思逸晨家奕昊景星煜鑫皓", "轩然涵豪杰铭阳辰瑞宸霖恒彬航翔朗旭乐成毅"),
    (False, False): ("欣雨梓诗思佳雅梦紫语若依静晓心艺嘉可馨舒", "涵怡彤琪萱瑶妍婷悦雯蕾薇钰洁菲莹宁溪岚月"),
}
_NAMES = list(_SURNAMES)
_CUMULATIVE = list(accumulate(_SURNAMES.values()))
_GIVEN = {key: [a + b for a in first for b in second if a != b] for key, (first, second) in _POOLS.items()}


def surname(dice: Dice) -> str:
    """A surname, common ones more often."""
    return _NAMES[dice.weighted(_CUMULATIVE)]


def given_name(dice: Dice, male: bool, older: bool) -> str:
    """A given name of two characters in the fashion of the older or the younger generation."""
    return dice.pick(_GIVEN[male, older])
