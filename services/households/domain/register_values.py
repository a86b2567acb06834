"""What do the words of the national list stand for?

The national system writes a fixed vocabulary into its exports, with small differences between editions. The first
name of each value is the system's own word, the others are seen in offices' files.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class Relation(StrEnum):
    """What the person is to the head of the household."""

    HEAD = "head"
    SPOUSE = "spouse"
    SON = "son"
    DAUGHTER = "daughter"
    DAUGHTER_IN_LAW = "daughter_in_law"
    SON_IN_LAW = "son_in_law"
    GRANDSON = "grandson"
    GRANDDAUGHTER = "granddaughter"
    DAUGHTERS_SON = "daughters_son"
    DAUGHTERS_DAUGHTER = "daughters_daughter"
    GREAT_GRANDSON = "great_grandson"
    GREAT_GRANDDAUGHTER = "great_granddaughter"
    FATHER = "father"
    MOTHER = "mother"
    WIFES_FATHER = "wifes_father"
    WIFES_MOTHER = "wifes_mother"
    HUSBANDS_FATHER = "husbands_father"
    HUSBANDS_MOTHER = "husbands_mother"
    GRANDFATHER = "grandfather"
    GRANDMOTHER = "grandmother"
    MOTHERS_FATHER = "mothers_father"
    MOTHERS_MOTHER = "mothers_mother"
    SIBLING = "sibling"
    SIBLINGS_WIFE = "siblings_wife"
    UNCLE = "uncle"
    NEPHEW = "nephew"
    NIECE = "niece"
    OTHER = "other"


class Education(StrEnum):
    ILLITERATE = "illiterate"
    PRIMARY = "primary"
    JUNIOR_SECONDARY = "junior_secondary"
    SENIOR_SECONDARY = "senior_secondary"
    COLLEGE = "college"
    UNIVERSITY = "university"


class LabourSkill(StrEnum):
    SKILLED = "skilled"
    ORDINARY = "ordinary"
    WEAK = "weak"
    LOST = "lost"
    NONE = "none"


class HouseholdKind(StrEnum):
    """`POOR` and `OUT_OF_POVERTY` are the registered poor (建档立卡); `MONITORED` was never registered poor."""

    GENERAL = "general"
    POOR = "poor"
    OUT_OF_POVERTY = "out_of_poverty"
    MONITORED = "monitored"


class MonitoringType(StrEnum):
    UNSTABLE = "unstable"
    MARGINAL = "marginal"
    SUDDEN_HARDSHIP = "sudden_hardship"


class DangerousHouse(StrEnum):
    """Whether the house is dangerous, with its grade where the list tells it."""

    NO = "no"
    YES = "yes"
    GRADE_C = "grade_c"
    GRADE_D = "grade_d"


_Value = TypeVar("_Value")


def _words(table: Mapping[_Value, str]) -> dict[str, _Value]:
    return {word: value for value, words in table.items() for word in words.split()}


RELATIONS = _words(
    {
        Relation.HEAD: "户主 本人或户主 本人",
        Relation.SPOUSE: "配偶 之妻 之夫 妻子 丈夫 妻 夫 之配偶",
        Relation.SON: "之子 儿子 子 长子 次子 三子 之长子 之次子",
        Relation.DAUGHTER: "之女 女儿 女 长女 次女 三女 之长女 之次女",
        Relation.DAUGHTER_IN_LAW: "之儿媳 儿媳",
        Relation.SON_IN_LAW: "之女婿 女婿",
        Relation.GRANDSON: "之孙子 孙子 之孙",
        Relation.GRANDDAUGHTER: "之孙女 孙女",
        Relation.DAUGHTERS_SON: "之外孙子 外孙子 之外孙 外孙",
        Relation.DAUGHTERS_DAUGHTER: "之外孙女 外孙女",
        Relation.GREAT_GRANDSON: "之曾孙子 曾孙子 之曾孙",
        Relation.GREAT_GRANDDAUGHTER: "之曾孙女 曾孙女",
        Relation.FATHER: "之父 父亲 父",
        Relation.MOTHER: "之母 母亲 母",
        Relation.WIFES_FATHER: "之岳父 岳父",
        Relation.WIFES_MOTHER: "之岳母 岳母",
        Relation.HUSBANDS_FATHER: "之公公 公公",
        Relation.HUSBANDS_MOTHER: "之婆婆 婆婆",
        Relation.GRANDFATHER: "之祖父 祖父 爷爷",
        Relation.GRANDMOTHER: "之祖母 祖母 奶奶",
        Relation.MOTHERS_FATHER: "之外祖父 外祖父",
        Relation.MOTHERS_MOTHER: "之外祖母 外祖母",
        Relation.SIBLING: "之兄弟姐妹 兄弟姐妹 之兄 之弟 之姐 之妹",
        Relation.SIBLINGS_WIFE: "之兄弟媳妇 兄弟媳妇 之嫂 之弟媳",
        Relation.UNCLE: "之叔伯 叔伯",
        Relation.NEPHEW: "之侄儿 侄儿 之侄子 之侄 侄子",
        Relation.NIECE: "之侄女 侄女",
        Relation.OTHER: "其他 其它",
    }
)
EDUCATIONS = _words(
    {
        Education.ILLITERATE: "文盲或半文盲 文盲 半文盲 文盲半文盲",
        Education.PRIMARY: "小学",
        Education.JUNIOR_SECONDARY: "初中",
        Education.SENIOR_SECONDARY: "高中 中专 高中或中专 高中(中专) 高中(含中专) 中职 职高",
        Education.COLLEGE: "大专 专科 高职 高职高专",
        Education.UNIVERSITY: "本科及以上 本科 大学本科及以上 大学 研究生 硕士研究生及以上",
    }
)
LABOUR_SKILLS = _words(
    {
        LabourSkill.ORDINARY: "普通劳动力",
        LabourSkill.SKILLED: "技能劳动力",
        LabourSkill.WEAK: "弱劳动力或半劳动力 弱劳动力 半劳动力 弱(半)劳动力",
        LabourSkill.LOST: "丧失劳动力",
        LabourSkill.NONE: "无劳动力 无劳动能力",
    }
)
HOUSEHOLD_KINDS = _words(
    {
        HouseholdKind.GENERAL: "一般农户 农户 一般户 非贫困户",
        HouseholdKind.POOR: "贫困户 一般贫困户 低保贫困户 特困供养贫困户 低保特困供养贫困户 建档立卡户 建档立卡贫困户",
        HouseholdKind.OUT_OF_POVERTY: "脱贫户 一般脱贫户 低保脱贫户 特困供养脱贫户 低保特困供养脱贫户 已脱贫户 "
        "脱贫不稳定户 脱贫户(享受政策) 脱贫户(继续享受政策) 脱贫户(不享受政策) 脱贫户(不再享受政策)",
        HouseholdKind.MONITORED: "监测对象 监测户 防止返贫监测对象 边缘易致贫户 突发严重困难户",
    }
)
MONITORING_TYPES = _words(
    {
        MonitoringType.UNSTABLE: "脱贫不稳定户 脱贫不稳定",
        MonitoringType.MARGINAL: "边缘易致贫户 边缘易致贫 边缘户",
        MonitoringType.SUDDEN_HARDSHIP: "突发严重困难户 突发严重困难 严重困难户",
    }
)
DANGEROUS_HOUSES = _words(
    {
        DangerousHouse.NO: "否 不是 A级 B级 FALSE",
        DangerousHouse.YES: "是 危房 TRUE",
        DangerousHouse.GRADE_C: "C级 C级危房 c级",
        DangerousHouse.GRADE_D: "D级 D级危房 d级",
    }
)
YES_NO = _words({True: "是 有 已 已参加 已解决 已消除 TRUE", False: "否 没有 未 未参加 未解决 未消除 FALSE"})
