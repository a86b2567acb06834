"""Who lives in a household of so many people of whom so many are able to work? Relations, sexes and ages.

Ages keep clear of the limits 16 and 60, so that a demonstration that stands for a year still has the same
able-bodied workers: workers are 19–57, old people 62 and more, children up to 14, students 16–20 not able-bodied.
"""

from dataclasses import dataclass

from bashan.demo.population.dice import Dice

WORKER, CHILD, STUDENT, OLD, INFIRM = "worker", "child", "student", "old", "infirm"
HUSBAND_FAMILY, OTHER_FAMILY = "own", "other"


@dataclass(frozen=True, slots=True)
class Person:
    """One place in the family; `family` says whether the surname is the head's ("own"), or whose else."""

    relation: str
    male: bool
    age: int
    stage: str
    family: str


def compose(dice: Dice, people: int, workers: int) -> list[Person]:
    """The household's persons, head first; exactly `workers` of the `people` are able-bodied workers."""
    return _working(dice, people, workers) if workers else _old(dice, people)


def _working(dice: Dice, people: int, workers: int) -> list[Person]:
    male = dice.chance(82)
    age = dice.between(46, 57) if workers >= 3 else dice.between(28, 57)
    family = [Person("户主", male, age, WORKER, "own")]
    if workers >= 2:
        family.append(Person("配偶", not male, min(57, max(24, age + dice.between(-4, 3))), WORKER, "spouse"))
    children = "own" if male else "spouse"
    if workers >= 3:
        son, child_age = dice.chance(70), dice.between(22, age - 22)
        family.append(Person("之子" if son else "之女", son, child_age, WORKER, children))
        if workers >= 4:
            in_law = "之儿媳" if son else "之女婿"
            family.append(Person(in_law, not son, child_age + dice.between(-1, 3), WORKER, "in_law"))
    family += [Person("之女", False, dice.between(19, age - 22), WORKER, children) for _ in range(workers - 4)]
    grandparent = workers >= 4
    for _ in range(people - len(family)):
        family.append(_dependent(dice, family, age, children, grandparent=grandparent))
    return family


def _dependent(dice: Dice, family: list[Person], age: int, children: str, *, grandparent: bool) -> Person:
    """A parent of the head, a grandchild, a student or a child, as fits those already there."""
    relations = [person.relation for person in family]
    throw = dice.below(100)
    if throw < 38:
        for relation, male, surname in (("之父", True, "own"), ("之母", False, "mother")):
            if relation not in relations and dice.chance(60):
                return Person(relation, male, max(62, age + dice.between(21, 30)), OLD, surname)
    boy = dice.chance(52)
    if grandparent:
        oldest = max(0, min(14, family[2].age - 22))
        surname = children if family[2].male else "in_law"
        return Person(_grandchild(family[2].male, boy), boy, dice.between(0, oldest), CHILD, surname)
    if age >= 40 and throw > 70:
        return Person("之子" if boy else "之女", boy, dice.between(16, 20), STUDENT, children)
    return Person("之子" if boy else "之女", boy, dice.between(0, min(14, age - 23)), CHILD, children)


def _grandchild(of_son: bool, boy: bool) -> str:
    return ("之孙" if of_son else "之外孙") + ("子" if boy else "女")


def _old(dice: Dice, people: int) -> list[Person]:
    """A household without able-bodied workers: old people, their grandchildren, a grown child who cannot work."""
    male = dice.chance(72)
    age = dice.between(64, 86)
    family = [Person("户主", male, age, OLD, "own")]
    children = "own" if male else "spouse"
    if people >= 2 and dice.chance(75):
        family.append(Person("配偶", not male, max(62, age + dice.between(-5, 3)), OLD, "spouse"))
    if people > len(family) and dice.chance(25):
        family.append(Person("之子", True, dice.between(34, age - 24), INFIRM, children))
    while len(family) < people:
        boy, student = dice.chance(52), dice.chance(20)
        grown = dice.between(16, 20) if student else dice.between(1, 14)
        stage = STUDENT if student else CHILD
        family.append(Person(_grandchild(True, boy), boy, grown, stage, children))
    return family
