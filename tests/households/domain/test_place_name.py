from collections.abc import Sequence

import pytest

from services.households.domain.errors import ValueRefused
from services.households.domain.place_name import Level, Place, PlaceIndex, village_form
from tests.builders.places import read_places

PLACES = list(read_places())
INDEX = PlaceIndex(PLACES)
LONGFENGCHANG = "511921122"


def reason(county: str, township: str, village: str, scope: str = "") -> str:
    with pytest.raises(ValueRefused) as refused:
        INDEX.village_code(county, township, village, scope)
    return refused.value.reason


def test_the_shipped_file_holds_the_whole_prefecture() -> None:
    count = {level: sum(place.level is level for place in PLACES) for level in Level}
    assert count == {
        Level.PROVINCE: 1,
        Level.PREFECTURE: 1,
        Level.COUNTY: 5,
        Level.TOWNSHIP: 139,
        Level.VILLAGE: 1809,
    }
    kinds = [place.kind for place in PLACES if place.level is Level.VILLAGE]
    assert (kinds.count("village"), kinds.count("community")) == (1316, 493)
    assert sum(place.poor_village is True for place in PLACES) == 699


def test_every_place_stands_below_its_parent() -> None:
    codes = {place.code for place in PLACES}
    digits = {Level.PROVINCE: 2, Level.PREFECTURE: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}
    assert len(codes) == len(PLACES)
    for place in PLACES:
        assert len(place.code) == digits[place.level]
        assert place.level is Level.PROVINCE or (place.parent in codes and place.code.startswith(place.parent))


def test_every_village_is_found_by_its_full_name_and_by_its_usual_name() -> None:
    names = {place.code: place.name for place in PLACES}
    for place in PLACES:
        if place.level is Level.VILLAGE:
            county, township = names[place.code[:6]], names[place.code[:9]]
            assert INDEX.village_code(county, township, place.name) == place.code
            assert INDEX.village_code(county, township, village_form(place.name)) == place.code


@pytest.mark.parametrize(
    "village",
    ["长岭村民委员会", "长岭村", "长岭村委会", "长岭", " 长 岭 村 ", "长岭村\u3000"],
)
def test_the_ways_registers_call_a_village(village: str) -> None:
    assert INDEX.village_code("通江县", "龙凤场镇", village) == LONGFENGCHANG + "200"


@pytest.mark.parametrize(
    "community", ["龙凤场社区居民委员会", "龙凤场社区", "龙凤场居委会", "龙凤场社区居委会", "龙凤场"]
)
def test_the_ways_registers_call_a_community(community: str) -> None:
    assert INDEX.village_code("通江县", "龙凤场镇", community) == LONGFENGCHANG + "001"


@pytest.mark.parametrize(
    ("county", "township"),
    [
        ("通江县", "龙凤场镇"),
        ("通江", "龙凤场"),
        ("巴中市通江县", "龙凤场镇人民政府"),
        ("四川省巴中市通江县", "龙凤场镇"),
        ("", "龙凤场镇"),
        ("通江县", ""),
    ],
)
def test_parents_are_found_with_and_without_their_endings_or_left_out(county: str, township: str) -> None:
    assert INDEX.village_code(county, township, "环山村") == LONGFENGCHANG + "203"


def test_a_street_is_found_by_its_office() -> None:
    code = INDEX.village_code("巴州区", "东城街道", "北门社区")
    assert INDEX.village_code("巴州", "东城街道办事处", "北门社区") == code
    assert INDEX.village_code("巴州", "东城", "北门") == code


def test_a_village_and_a_community_of_one_name_need_their_endings() -> None:
    assert reason("南江县", "511922", "朝阳") == "township_unknown"
    both = [place for place in PLACES if place.parent == "511922001" and place.name.startswith("朝阳")]
    assert len(both) == 2
    township = next(place.name for place in PLACES if place.code == "511922001")
    assert reason("南江县", township, "朝阳") == "village_ambiguous"
    found = {INDEX.village_code("南江县", township, name) for name in ("朝阳村", "朝阳社区")}
    assert found == {place.code for place in both}


def test_an_unknown_place_is_refused_and_not_invented() -> None:
    assert reason("通江县", "龙凤场镇", "不存在村") == "village_unknown"
    assert reason("通江县", "龙凤场镇", "") == "village_missing"
    assert reason("通江县", "龙凤场乡", "长岭村") == "township_unknown"
    assert reason("通江县", "清江镇", "长岭村") == "township_unknown"
    assert reason("成都市", "龙凤场镇", "长岭村") == "county_unknown"
    assert reason("通江县", "龙凤场镇", "村") == "village_unknown"
    assert reason("通江县", "龙凤场镇", "岭村") == "village_unknown"


def test_a_name_that_several_townships_have_needs_the_township() -> None:
    assert reason("", "兴隆镇", "不存在村") == "village_unknown"
    assert reason("", "", "红星村") == "township_missing"


def test_two_townships_of_one_name_need_the_county_only_where_a_village_is_in_both() -> None:
    places = [
        Place("1", "甲县", Level.COUNTY, "county", ""),
        Place("2", "乙县", Level.COUNTY, "county", ""),
        Place("100000011", "兴隆镇", Level.TOWNSHIP, "town", "1"),
        Place("200000022", "兴隆镇", Level.TOWNSHIP, "town", "2"),
        Place("100000011001", "红星村民委员会", Level.VILLAGE, "village", "100000011"),
        Place("200000022001", "红星村民委员会", Level.VILLAGE, "village", "200000022"),
        Place("200000022002", "绿水村民委员会", Level.VILLAGE, "village", "200000022"),
    ]
    index = PlaceIndex(places)
    with pytest.raises(ValueRefused) as refused:
        index.village_code("", "兴隆镇", "红星村")
    assert refused.value.reason == "township_ambiguous"
    assert index.village_code("乙县", "兴隆镇", "红星村") == "200000022001"
    assert index.village_code("", "兴隆镇", "绿水村") == "200000022002"


def test_a_scope_settles_what_the_names_leave_open_and_keeps_others_out() -> None:
    assert INDEX.village_code("", "", "环山村", scope=LONGFENGCHANG) == LONGFENGCHANG + "203"
    assert INDEX.village_code("通江县", "龙凤场镇", "长岭村", scope="511921") == LONGFENGCHANG + "200"
    assert reason("通江县", "龙凤场镇", "长岭村", scope="511922") == "place_outside_scope"
    assert reason("通江县", "龙凤场镇", "长岭村", scope=LONGFENGCHANG + "203") == "place_outside_scope"


def test_an_alias_is_a_name_of_its_place() -> None:
    renamed: Sequence[Place] = [
        Place("1", "甲县", Level.COUNTY, "county", ""),
        Place("11", "清河镇", Level.TOWNSHIP, "town", "1", aliases=("清河乡",)),
        Place("111", "新村村民委员会", Level.VILLAGE, "village", "11", aliases=("老湾村民委员会", "新村")),
    ]
    index = PlaceIndex(renamed)
    assert index.village_code("甲县", "清河乡", "老湾村") == "111"
    assert index.village_code("甲县", "清河镇", "新村") == "111"
    assert index.village_code("甲县", "清河镇", "新村村委会") == "111"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("柏林村村民委员会", "柏林村"),
        ("贾村村民委员会", "贾村"),
        ("楠木村委会", "楠木村"),
        ("楠木村居委会", "楠木村社区"),
        ("村", "村"),
        ("村民委员会", "村民委员会"),
    ],
)
def test_usual_forms(name: str, form: str) -> None:
    assert village_form(name) == form
