"""Who helps the poor households of a township? Units, cadres, pairings and the five posts of each poor village.

The numbers follow domain rules 1.4: each poor household has exactly one responsible cadre, nobody has more
households than the bound of the rank, and every poor village has its five posts filled: a liaison leader, a
helping unit, a first secretary, a resident team of at least three, and an agri-technician.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bashan.demo.population.calendar import add_months
from bashan.demo.population.dice import Dice
from bashan.demo.population.identity import COUNTIES, cadre_phone, make_id, township_moment
from bashan.demo.population.names import given_name, surname
from bashan.demo.population.people import DEMO_MARK
from bashan.demo.population.plan import DEFAULT_SEED, DemoPlan, UnitPlan

RANK_BOUNDS = {"city_leader": 5, "county_leader": 4, "section_head": 3, "staff": 2, "party_member": 1}
POST_KINDS = ("liaison_leader", "helping_unit", "first_secretary", "resident_team", "agri_technician")
POST_TERM_MONTHS = 36
BUREAUS = (
    "农业农村局", "乡村振兴局", "教育科技和体育局", "财政局", "交通运输局", "水利局", "自然资源局", "林业局",
    "住房和城乡建设局", "民政局", "人力资源和社会保障局", "卫生健康局", "文化广播电视和旅游局", "商务局",
    "应急管理局", "审计局",
)  # fmt: skip
_HELPER_RANKS = ("section_head", "section_head", "staff", "staff", "staff", "party_member")
_COUNTY_NUMBER, _TOWNSHIP_NUMBER = 0, 1
_UNIT_KIND, _CADRE_KIND, _POST_KIND, _PAIRING_KIND = 0x200, 0x201, 0x202, 0x203
_FIRST_TOWN = 10


@dataclass(frozen=True, slots=True)
class DemoHelpingUnit:
    """A county bureau or a township government; `level` is county or township, `region` its 6 or 9 digits.

    A bureau helps villages in several townships and has the same id in each of them.
    """

    unit_id: str
    name: str
    level: str
    region: str
    demo: bool = True


@dataclass(frozen=True, slots=True)
class DemoCadre:
    """An invented cadre with a rank of `RANK_BOUNDS`, who belongs to a unit and works in a township."""

    cadre_id: str
    name: str
    rank: str
    title: str
    unit_id: str
    township_code: str
    phone: str
    demo: bool = True


@dataclass(frozen=True, slots=True)
class DemoPairing:
    """The responsible cadre of one household on the poverty list."""

    pairing_id: str
    household_id: str
    village_code: str
    cadre_id: str
    start: date


@dataclass(frozen=True, slots=True)
class DemoPost:
    """One of a village's five posts, filled: `holders` are cadre ids (of a team: leader, mid-level cadre,
    township cadre), empty for the helping unit, whose holder is `unit_id`."""

    post_id: str
    village_code: str
    kind: str
    unit_id: str
    holders: tuple[str, ...]
    start: date
    end: date
    letter: str


@dataclass(frozen=True, slots=True)
class DemoCadres:
    """All who help in one township."""

    township_code: str
    units: tuple[DemoHelpingUnit, ...]
    cadres: tuple[DemoCadre, ...]
    pairings: tuple[DemoPairing, ...]
    posts: tuple[DemoPost, ...]


def generate_cadres(
    plan: DemoPlan,
    township_code: str,
    poor_households: Mapping[str, Sequence[str]],
    today: date,
    seed: str = DEFAULT_SEED,
) -> DemoCadres:
    """The helpers of a township, given the ids of each unit's households on the poverty list by unit code."""
    town = list(plan.townships).index(township_code)
    office = _Office(seed, town, plan.townships[township_code][0], today)
    for place, unit in enumerate(plan.townships[township_code]):
        office.staff_unit(unit, place, poor_households.get(unit.row.code, ()))
    return DemoCadres(
        township_code,
        tuple(office.units.values()),
        tuple(office.cadres),
        tuple(office.pairings),
        tuple(office.posts),
    )


class _Office:
    """Collects a township's helpers; each thing's id comes from the township's number and its own."""

    def __init__(self, seed: str, town: int, first: UnitPlan, today: date) -> None:
        self._seed, self._town, self._today = seed, town, today
        self._dice = Dice(seed, first.row.town_code, "cadres")
        self._row = first.row
        self.units: dict[str, DemoHelpingUnit] = {}
        self.cadres: list[DemoCadre] = []
        self.pairings: list[DemoPairing] = []
        self.posts: list[DemoPost] = []
        self._government = self._add_unit(
            self._id(_UNIT_KIND, 0), f"{self._row.town}人民政府", "township", self._row.town_code
        )

    def staff_unit(self, unit: UnitPlan, place: int, poor: Sequence[str]) -> None:
        """The five posts if it is a poor village, and a responsible cadre for each of its poor households."""
        free = self._fill_posts(unit, place) if unit.row.poor_village else []
        helpers = self._government if not unit.row.poor_village else self._bureau(place)
        queue = [cadre for cadre in free for _ in range(RANK_BOUNDS[cadre.rank])]
        start = add_months(self._today, -self._dice.between(6, 30))
        for number, household in enumerate(poor):
            if number == len(queue):
                rank = self._dice.pick(_HELPER_RANKS)
                unit_id = self._government if number % 2 else helpers
                cadre = self._add_cadre(rank, unit_id, "帮扶干部")
                queue += [cadre] * RANK_BOUNDS[rank]
            pairing = self._id(_PAIRING_KIND, len(self.pairings))
            self.pairings.append(DemoPairing(pairing, household, unit.row.code, queue[number].cadre_id, start))

    def _fill_posts(self, unit: UnitPlan, place: int) -> list[DemoCadre]:
        """Fill the five posts; answers the cadres among the holders who may also help households."""
        bureau = self._bureau(place)
        leader_rank = "county_leader" if self.posts else "city_leader"
        leader = self._add_cadre(leader_rank, self._government, "联系领导")
        secretary = self._add_cadre("staff", bureau, "第一书记")
        team = [
            self._add_cadre("section_head", bureau, "驻村工作队队长（副职）"),
            self._add_cadre("section_head", bureau, "驻村工作队队员（中层干部）"),
            self._add_cadre("staff", self._government, "驻村工作队队员（乡镇干部）"),
        ]
        technician = self._add_cadre("staff", self._government, "农技员")
        holders: dict[str, list[DemoCadre]] = {
            "liaison_leader": [leader],
            "helping_unit": [],
            "first_secretary": [secretary],
            "resident_team": team,
            "agri_technician": [technician],
        }
        start = add_months(self._today, -self._dice.between(2, 30)).replace(day=1)
        for kind in POST_KINDS:
            self._add_post(unit, kind, bureau, holders[kind], start)
        return [leader, secretary, *team, technician]

    def _bureau(self, place: int) -> str:
        """The id of the county bureau that helps the unit at this place of the township."""
        number = (self._town + place) % len(BUREAUS)
        county = COUNTIES.index(self._row.county_code)
        unit_id = make_id(self._seed, township_moment(_COUNTY_NUMBER, county * 100 + number), _UNIT_KIND)
        name = f"{self._row.county}{BUREAUS[number]}"
        return self._add_unit(unit_id, name, "county", self._row.county_code)

    def _add_unit(self, unit_id: str, name: str, level: str, region: str) -> str:
        self.units.setdefault(unit_id, DemoHelpingUnit(unit_id, f"{name}（{DEMO_MARK}）", level, region))
        return unit_id

    def _add_cadre(self, rank: str, unit_id: str, title: str) -> DemoCadre:
        number = len(self.cadres)
        cadre = DemoCadre(
            cadre_id=self._id(_CADRE_KIND, number),
            name=surname(self._dice) + given_name(self._dice, self._dice.chance(65), older=True),
            rank=rank,
            title=title,
            unit_id=unit_id,
            township_code=self._row.town_code,
            phone=cadre_phone(self._town, number),
        )
        self.cadres.append(cadre)
        return cadre

    def _add_post(self, unit: UnitPlan, kind: str, bureau: str, holders: Sequence[DemoCadre], start: date) -> None:
        number = len(self.posts)
        self.posts.append(
            DemoPost(
                post_id=self._id(_POST_KIND, number),
                village_code=unit.row.code,
                kind=kind,
                unit_id=holders[0].unit_id if holders else bureau,
                holders=tuple(holder.cadre_id for holder in holders),
                start=start,
                end=add_months(start, POST_TERM_MONTHS),
                letter=f"{DEMO_MARK}派驻〔{start.year}〕{self._town:03d}-{number:03d}号",
            )
        )

    def _id(self, kind: int, number: int) -> str:
        return make_id(self._seed, township_moment(_FIRST_TOWN + self._town, number), kind)
