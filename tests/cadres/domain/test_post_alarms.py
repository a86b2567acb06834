"""What is amiss with the five posts of villages, and when is a team whole."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.cadres.domain.alarm_text import alarm_text
from services.cadres.domain.cadre import Cadre, Rank
from services.cadres.domain.post_alarms import post_alarms
from services.cadres.domain.posting import POST_KINDS, Posting, PostKind, TeamMember, TeamRole
from services.cadres.domain.team_composition import team_flaws
from services.cadres.domain.term_of_post import term_of_post
from services.cadres.storage.policy_file import load_policies
from shared.ids import new_id

TODAY, START = date(2026, 11, 24), date(2025, 3, 1)
VILLAGE, OTHER = "511921122201", "511921122202"
POLICY = load_policies()[0]
UNIT = new_id()


def person(rank: Rank = "staff", *, region: str = "511921", unit: UUID = UNIT, left: date | None = None) -> Cadre:
    return Cadre(new_id(), unit, "王芳", rank, region, date(2020, 1, 1), left)


def team(size: int = 3) -> tuple[dict[UUID, Cadre], tuple[TeamMember, ...]]:
    people = [person("deputy_section_head"), person(), person(region=VILLAGE[:9], unit=new_id())]
    people += [person() for _ in range(size - 3)]
    roles: list[TeamRole] = ["leader", "mid_level", "township", *["member"] * (size - 3)]  # type: ignore[list-item] # a literal
    members = tuple(TeamMember(one.cadre_id, role) for one, role in zip(people, roles, strict=True))
    return {one.cadre_id: one for one in people}, members


def posting(kind: PostKind = "first_secretary", **more: object) -> Posting:
    given_ = {"term_ends_on": term_of_post(kind, START, POLICY)} | more
    return Posting(new_id(), VILLAGE, kind, START, **given_)  # type: ignore[arg-type] # fields by name


def kinds(postings: list[Posting], people: dict[UUID, Cadre], day: date = TODAY) -> list[str]:
    return [f"{one.village_code[-3:]} {one.kind}" for one in post_alarms([], postings, people, POLICY, day)]


def test_a_poor_village_without_anybody_has_five_vacancies_and_another_village_none() -> None:
    alarms = post_alarms([VILLAGE], [], {}, POLICY, TODAY)
    assert [(one.village_code, one.post, one.kind) for one in alarms] == [
        (VILLAGE, kind, "vacant") for kind in POST_KINDS
    ]
    assert post_alarms([], [], {}, POLICY, TODAY) == []


def test_a_post_is_an_alarm_thirty_days_before_its_term_ends_and_from_then_on() -> None:
    one = person()
    held = posting(cadre_id=one.cadre_id)
    end = date(2028, 3, 1)
    asked = [
        end - timedelta(days=31),
        end - timedelta(days=30),
        end - timedelta(days=1),
        end,
        end + timedelta(days=900),
    ]
    found = [kinds([held], {one.cadre_id: one}, day) for day in asked]
    assert found == [[], ["201 expiring"], ["201 expiring"], ["201 expired"], ["201 expired"]]


def test_whoever_is_resident_in_two_villages_is_an_alarm_in_both() -> None:
    one = person()
    people, members = team()
    people[one.cadre_id] = one
    secretary = posting(cadre_id=one.cadre_id)
    elsewhere = replace(
        posting("resident_team", unit_id=UNIT, members=(*members, TeamMember(one.cadre_id, "member"))),
        village_code=OTHER,
    )
    alarms = post_alarms([], [secretary, elsewhere], people, POLICY, TODAY)
    assert [(a.village_code, a.kind, a.people, a.elsewhere) for a in alarms] == [
        (VILLAGE, "double_held", (one.cadre_id,), (OTHER,)),
        (OTHER, "double_held", (one.cadre_id,), (VILLAGE,)),
    ]


def test_a_liaison_leader_may_have_several_villages() -> None:
    one = person("county_leader")
    first = posting("liaison_leader", cadre_id=one.cadre_id)
    assert kinds([first, replace(first, village_code=OTHER)], {one.cadre_id: one}) == []


def test_a_team_whose_township_cadre_has_left_is_incomplete_and_said_so() -> None:
    people, members = team(4)
    gone = members[2].cadre_id
    people[gone] = replace(people[gone], valid_to=date(2026, 6, 1))
    held = posting("resident_team", unit_id=UNIT, members=members)
    alarms = post_alarms([], [held], people, POLICY, TODAY)
    assert [(one.kind, one.people, one.flaws) for one in alarms] == [
        ("holder_left", (gone,), ()),
        ("team_incomplete", (), ("township",)),
    ]
    assert alarm_text(alarms[1]) == "驻村工作队不齐：没有所在乡镇的包村干部，请补齐。"
    assert kinds([held], people, date(2026, 5, 31)) == [], "as of the day before"


@given(st.sets(st.integers(0, 5)), st.sampled_from(["fits", "other unit", "too low", "other township"]))
def test_a_team_is_whole_with_three_people_of_the_three_kinds(missing: set[int], twist: str) -> None:
    people, members = team(6)
    leader, township = members[0].cadre_id, members[2].cadre_id
    if twist == "other unit":
        people[leader] = replace(people[leader], unit_id=new_id())
    elif twist == "too low":
        people[leader] = replace(people[leader], rank="staff")
    elif twist == "other township":
        people[township] = replace(people[township], region_code="511921123")
    present = {one.cadre_id for place, one in enumerate(members) if place not in missing}
    serving = {cadre_id: cadre for cadre_id, cadre in people.items() if cadre_id in present}
    flaws = set(team_flaws(members, serving, sending_unit=UNIT, village_code=VILLAGE, policy=POLICY))
    expected = {"too_small"} if len(missing) > 3 else set()
    expected |= {name for place, name in enumerate(["leader", "mid_level", "township"]) if place in missing}
    expected |= {"other unit": {"leader"}, "too low": {"leader"}, "other township": {"township"}}.get(twist, set())
    assert flaws == expected


def test_the_808_teams_of_the_report_with_2602_people_are_all_whole() -> None:
    """四.8: 全市共组建驻村工作队 808 个、选派驻村干部 2602 人, each of at least three."""
    sizes = [3 + (n < 2_602 - 3 * 808) for n in range(808)]
    assert sum(sizes) == 2_602
    people: dict[UUID, Cadre] = {}
    postings: list[Posting] = []
    for place, size in enumerate(sizes):
        village = f"5119{2 + place % 2:02d}{100 + place % 28}{200 + place // 28:03d}"
        its_people, members = team(size)
        township = members[2].cadre_id
        its_people[township] = replace(its_people[township], region_code=village[:9])
        people |= its_people
        postings.append(replace(posting("resident_team", unit_id=UNIT, members=members), village_code=village))
    assert post_alarms([], postings, people, POLICY, TODAY) == []
    smaller = replace(postings[0], members=postings[0].members[:2])
    assert [one.flaws for one in post_alarms([], [smaller, *postings[1:]], people, POLICY, TODAY)] == [
        ("too_small", "township")
    ]
