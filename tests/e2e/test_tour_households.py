"""The way through households, over HTTP through the gateway, as offices and families go it (check S23)."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.e2e.callers import Caller, good, refused
from tests.e2e.people import VILLAGE, new_household, new_id_number
from tests.e2e.running import Bashan

TOWNSHIP = "511921122"
_HURRY = httpx.Timeout(20, read=0.002)
ROLES = ("city_official", "county_official", "township_official", "village_official", "cadre", "auditor", "operator")


@pytest.fixture
def registered(county: Caller) -> dict[str, Any]:
    """A household that was just registered: what was sent, and the record that came back."""
    sent = new_household()
    return {"sent": sent, "record": good(county.post("/v1/households", sent), 201)}


@pytest.mark.parametrize("role", ROLES)
def test_every_user_of_the_demonstration_logs_in_and_is_told_who_it_is(product: Bashan, role: str) -> None:
    me = good(product.logged_in(role).get("/v1/me"))
    assert [grant["role"] for grant in me["roles"]] == [role]


def test_a_wrong_password_is_refused_in_the_words_of_an_unknown_user(product: Bashan, anyone: Caller) -> None:
    username = product.credentials["users"]["auditor"]["username"]
    wrong = refused(anyone.post("/v1/auth/password", {"username": username, "password": "wrong horse battery"}), 401)
    unknown = refused(anyone.post("/v1/auth/password", {"username": "nobody", "password": "wrong horse battery"}), 401)
    assert {**wrong, "request_id": ""} == {**unknown, "request_id": ""}


def test_a_session_is_refreshed_and_ends_with_its_logout(product: Bashan, anyone: Caller) -> None:
    user = product.credentials["users"]["operator"]
    first = good(anyone.post("/v1/auth/password", {"username": user["username"], "password": user["password"]}))
    second = good(anyone.post("/v1/auth/refresh", {"refresh_token": first["refresh_token"]}))
    operator = anyone.with_token(second["access_token"])
    good(operator.get("/v1/me"))
    assert operator.post("/v1/auth/logout").status_code == 204
    refused(operator.get("/v1/me"), 401, "token_invalid")
    refused(anyone.post("/v1/auth/refresh", {"refresh_token": second["refresh_token"]}), 401, "refresh_token_invalid")


def test_everyone_with_a_token_may_read_places(household: Caller) -> None:
    place = good(household.get(f"/v1/regions/{TOWNSHIP}"))
    assert (place["name"], place["level"], place["parent"]) == ("龙凤场镇", "township", "511921")
    assert len(good(household.get(f"/v1/regions/{TOWNSHIP}/children"))["items"]) == 10


def test_a_household_is_found_by_name_by_id_number_and_by_phone(county: Caller, registered: dict[str, Any]) -> None:
    sent = registered["sent"]
    keys = (
        {"name": sent["members"][1]["name"]},
        {"id_number": sent["members"][1]["id_number"]},
        {"phone": sent["phone"]},
    )
    for key in keys:
        found = good(county.post("/v1/households/search", {"region": VILLAGE, "limit": 100, **key}))
        assert sent["household_id"] in [line["household_id"] for line in found["items"]], list(key)


def test_a_place_is_listed_in_pages_that_neither_repeat_nor_leave_out(county: Caller) -> None:
    village = f"{TOWNSHIP}001"
    ids: list[str] = []
    page: dict[str, Any] = {"next_cursor": None, "has_more": True}
    while page["has_more"]:
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
        page = good(county.get("/v1/households", region=village, limit=100, **cursor))
        ids += [line["household_id"] for line in page["items"]]
    assert len(ids) == len(set(ids)) > 100
    assert ids == sorted(ids)


def test_a_record_is_read_masked(county: Caller, registered: dict[str, Any]) -> None:
    sent = registered["sent"]
    reply = county.get(f"/v1/households/{sent['household_id']}")
    record = good(reply)
    number = sent["members"][0]["id_number"]
    assert record["members"][0]["id_number"] == f"{number[:4]}**********{number[-4:]}"
    assert record["phone"] == f"{sent['phone'][:3]}****{sent['phone'][-4:]}"
    assert not any(secret in reply.text for secret in (number, sent["phone"]))


def test_a_second_registration_names_the_first_household_only_to_who_may_see_it(
    county: Caller, elsewhere: Caller, registered: dict[str, Any]
) -> None:
    taken = registered["sent"]["members"][0]["id_number"]
    again = new_household(members=[{"name": "白石山", "id_number": taken, "relation": "户主"}])
    seen = refused(county.post("/v1/households", again), 409, "person_already_registered")
    assert seen["household_id"] == registered["sent"]["household_id"]
    unseen = refused(
        elsewhere.post("/v1/households", {**again, "village_code": "511923101201"}), 409, "person_already_registered"
    )
    assert registered["sent"]["household_id"] not in str(unseen)
    assert taken not in str(unseen)


def test_a_record_is_replaced_and_changed_in_part(county: Caller, registered: dict[str, Any]) -> None:
    path = f"/v1/households/{registered['sent']['household_id']}"
    facts = {"village_code": VILLAGE, "address": "二组 7 号"}
    replaced = county.put(path, facts, version=1)
    record = good(replaced)
    assert (record["version"], record["status"], record["phone"]) == (2, "poor", None)
    assert replaced.headers["etag"] == '"v2"'
    changed = good(county.post(f"{path}/changes", {"changes": {"safe_water": True, "address": None}}, version=2))
    assert (changed["version"], changed["safe_water"], changed["address"]) == (3, True, None)


def test_a_change_of_an_older_version_is_shown_what_stands_now(county: Caller, registered: dict[str, Any]) -> None:
    path = f"/v1/households/{registered['sent']['household_id']}"
    facts = {"village_code": VILLAGE, "address": "三组"}
    current = good(county.put(path, facts, version=1))
    for stale in (
        county.put(path, facts, version=1),
        county.post(f"{path}/changes", {"changes": {"status": "poor"}}, version=1),
    ):
        assert refused(stale, 412, "household_version_stale")["current"] == current
    for without in (
        county.put(path, facts),
        county.send("PUT", path, json=facts, headers={"If-Match": '"v²"'.encode("latin-1")}),
    ):
        refused(without, 428, "version_missing")


def test_fifty_changes_of_one_version_are_one_change(county: Caller, registered: dict[str, Any]) -> None:
    path = f"/v1/households/{registered['sent']['household_id']}"
    with ThreadPoolExecutor(10) as at_once:
        facts = [{"village_code": VILLAGE, "address": f"{number} 号"} for number in range(50)]
        statuses = sorted(at_once.map(lambda one: county.put(path, one, version=1).status_code, facts))
    assert statuses == [200] + [412] * 49


def test_the_same_key_is_one_registration_and_the_second_answer_is_marked(county: Caller) -> None:
    sent, key = new_household(), str(uuid.uuid4())
    first = county.post("/v1/households", sent, key=key)
    second = county.post("/v1/households", sent, key=key)
    assert good(first, 201) == good(second, 201)
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["location"] == first.headers["location"]
    refused(county.post("/v1/households", new_household(), key=key), 422, "idempotency_key_reused")
    refused(county.post("/v1/households", sent, key=None), 400, "idempotency_key_missing")


def test_twenty_at_once_with_one_key_are_one_registration(county: Caller) -> None:
    sent, key = new_household(), str(uuid.uuid4())
    with ThreadPoolExecutor(20) as at_once:
        replies = list(at_once.map(lambda _: county.post("/v1/households", sent, key=key), range(20)))
    for reply in replies:
        if reply.status_code == 409:
            refused(reply, 409, "still_running")
            assert int(reply.headers["retry-after"]) >= 1
        else:
            good(reply, 201)
    fresh = [r for r in replies if r.status_code == 201 and "idempotency-replayed" not in r.headers]
    assert len(fresh) == 1
    history = good(county.get(f"/v1/households/{sent['household_id']}/history"))
    assert [change["kind"] for change in history["changes"]] == ["registered"]


def test_a_registration_whose_answer_was_lost_is_done_once(county: Caller) -> None:
    for _ in range(10):
        sent, key = new_household(), str(uuid.uuid4())
        with pytest.raises(httpx.ReadTimeout):
            county.send("POST", "/v1/households", json=sent, headers={"Idempotency-Key": key}, timeout=_HURRY)
        while (reply := county.post("/v1/households", sent, key=key)).status_code == 409:
            refused(reply, 409, "still_running")
        good(reply, 201)
        history = good(county.get(f"/v1/households/{sent['household_id']}/history"))
        assert [change["kind"] for change in history["changes"]] == ["registered"]


def test_whoever_was_told_of_a_change_reads_it_and_versions_only_rise(
    county: Caller, city: Caller, registered: dict[str, Any]
) -> None:
    path = f"/v1/households/{registered['sent']['household_id']}"
    for version in range(1, 21):
        changed = good(county.put(path, {"village_code": VILLAGE, "address": f"{version} 号"}, version=version))
        assert changed["version"] == version + 1
        assert good(city.get(path)) == changed


def test_history_tells_how_a_record_stood_at_an_earlier_moment(county: Caller, registered: dict[str, Any]) -> None:
    path = f"/v1/households/{registered['sent']['household_id']}"
    before = datetime.now(UTC)
    time.sleep(0.01)
    taken_over = {"changes": {"status": "general"}, "source": "department"}
    good(county.post(f"{path}/changes", taken_over, version=1))
    then = good(county.get(f"{path}/history", as_of=before.isoformat().replace("+00:00", "Z")))
    now = good(county.get(f"{path}/history"))
    assert (then["record"]["status"], now["record"]["status"]) == ("poor", "general")
    assert (len(then["changes"]), len(now["changes"])) == (1, 2)


def test_members_join_and_leave(county: Caller, registered: dict[str, Any]) -> None:
    household = f"/v1/households/{registered['sent']['household_id']}"
    path = f"{household}/members"
    child = {"name": "白小山", "id_number": new_id_number(), "relation": "之子"}
    joined = good(county.post(path, child, version=1), 201)
    assert len(joined["items"]) == 3
    member = next(one["member_id"] for one in joined["items"] if one["name"] == "白小山")
    refused(
        county.put(f"{path}/{member}", {**child, "left_on": "2026-11-01"}, version=2), 409, "member_leaves_by_event"
    )
    gone = {"kind": "move_out", "happened_on": str(datetime.now(UTC).date()), "member_id": member}
    good(county.post(f"{household}/events", gone, version=2), 201)
    assert len(good(county.get(path))["items"]) == 2


def test_the_household_sees_who_read_its_full_numbers_and_why(county: Caller, household: Caller, own_id: str) -> None:
    refused(county.post(f"/v1/households/{own_id}/unmask", {"fields": ["phone"]}), 422, "schema_invalid")
    reason = f"核对补贴名单 {uuid.uuid4()}"
    shown = good(county.post(f"/v1/households/{own_id}/unmask", {"fields": ["phone", "id_number"], "reason": reason}))
    assert "*" not in shown["members"][0]["id_number"] + shown["phone"]
    looks = good(household.get(f"/v1/households/{own_id}/looks"))["items"]
    assert (looks[0]["reason"], looks[0]["role"], looks[0]["what"]) == (reason, "official", "unmask:id_number,phone")


def test_a_household_sees_itself_and_no_other(county: Caller, household: Caller, own_id: str) -> None:
    assert good(household.get(f"/v1/households/{own_id}"))["household_id"] == own_id
    line = good(county.get("/v1/households", region=f"{TOWNSHIP}001", limit=1))["items"][0]
    refused(household.get(f"/v1/households/{line['household_id']}"), 404, "household_not_found")
    refused(household.get(f"/v1/households/{uuid.uuid4()}"), 404, "household_not_found")
