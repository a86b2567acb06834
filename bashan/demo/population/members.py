"""Which people fill a family's places? Names, ID numbers, schooling, skills and health in the register's words."""

from collections.abc import Sequence

from bashan.demo.population.dice import Dice
from bashan.demo.population.family import CHILD, INFIRM, OLD, STUDENT, WORKER, Person
from bashan.demo.population.identity import (
    MEMBER_KIND,
    Registrar,
    household_moment,
    household_phone,
    make_id,
)
from bashan.demo.population.names import given_name, surname
from bashan.demo.population.people import DemoMember

NOT_AT_SCHOOL = "非在校生"
_SCHOOL_STAGES = (
    (3, NOT_AT_SCHOOL, None),
    (6, "学前教育", None),
    (12, "小学", "小学"),
    (13, "七年级", "初中"),
    (14, "八年级", "初中"),
    (16, "九年级", "初中"),
    (17, "普通高中一年级", "高中"),
    (18, "普通高中二年级", "高中"),
    (19, "普通高中三年级", "高中"),
    (99, "本科一年级", "本科及以上"),
)
_SKILLS = {CHILD: "无劳动力", STUDENT: "无劳动力", OLD: "弱劳动力或半劳动力", INFIRM: "丧失劳动力"}


def make_members(
    dice: Dice, registrar: Registrar, seed: str, unit_index: int, number: int, family: Sequence[Person], skill: str
) -> tuple[DemoMember, ...]:
    """The members of household `number` of a unit; the head is the one who holds the `skill`, if anyone does."""
    names = {"own": surname(dice)}
    moment = household_moment(unit_index, number)
    members = []
    for place, person in enumerate(family):
        family_name = names.get(person.family) or names.setdefault(person.family, surname(dice))
        male = person.male
        born = registrar.birthday(person.age, male)
        married_in = person.family != "own" and person.stage in (WORKER, OLD) and dice.below(8) == 0
        education, schooling = _schooling(dice, person)
        trained = skill if place == 0 else "none"
        members.append(
            DemoMember(
                member_id=make_id(seed, moment, MEMBER_KIND + 1 + place),
                name=family_name + given_name(dice, male, person.age >= 30),
                id_number=registrar.id_number(born, male, from_elsewhere=married_in),
                sex="male" if male else "female",
                birth_date=born,
                relation=person.relation,
                ethnicity="汉族",
                education=education,
                schooling=schooling,
                health=_health(dice, person.stage),
                skill=_skill(person.stage, trained),
                has_capacity=person.stage == WORKER,
                trained=trained,
                work_months=dice.pick((0, 0, 3, 6, 8, 10, 11)) if person.stage == WORKER else 0,
                insured=dice.chance(95),
                phone=household_phone(unit_index, number, place) if person.age >= 16 else None,
            )
        )
    return tuple(members)


def _schooling(dice: Dice, person: Person) -> tuple[str | None, str]:
    """Education and schooling state."""
    if person.stage in (CHILD, STUDENT):
        return next((level, state) for below, state, level in _SCHOOL_STAGES if person.age < below)
    if person.stage == OLD:
        return dice.pick(("文盲或半文盲", "小学", "小学", "初中")), NOT_AT_SCHOOL
    return dice.pick(("小学", "初中", "初中", "初中", "高中", "大专")), NOT_AT_SCHOOL


def _skill(stage: str, trained: str) -> str:
    if stage == WORKER:
        return "普通劳动力" if trained == "none" else "技能劳动力"
    return _SKILLS[stage]


def _health(dice: Dice, stage: str) -> str:
    if stage == INFIRM:
        return dice.pick(("残疾", "长期慢性病"))
    throw = dice.below(100)
    if stage == OLD:
        return "长期慢性病" if throw < 30 else "患有大病" if throw < 34 else "健康"
    return "长期慢性病" if throw < 3 else "健康"
