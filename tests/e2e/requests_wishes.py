"""A good request for each operation on wishes and needs."""

import uuid
from collections.abc import Mapping

from tests.builders.files import small_png
from tests.e2e.operations import Asked
from tests.e2e.things import DAY, Things


def wishes_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    one = {"wish_id": things.wish}
    wish = {"household_id": things.household, "kind": "school_supplies", "need": "一盏台灯", "amount_cents": 8_000}
    step = {"to": "recorded", "reason": "先不公开"}
    return {
        "list_wish_kinds": Asked(),
        "list_wishes_of_region": Asked(query={**region, "kind": "school_supplies", "limit": "5"}),
        "create_wish": Asked(body=wish),
        "list_wishes_held": Asked(query={"limit": "5"}),
        "list_wishes_of_household": Asked({"household_id": things.household}, {"limit": "5"}),
        "get_one_wish": Asked(one),
        "get_wish_history": Asked(one),
        "move_one_wish": Asked(one, body=step),
        "claim_one_wish": Asked(one, body={}),
        "pay_for_wish": Asked(one, body={"payer": "helper", "amount_cents": 100}),
        "upload_wish_file": Asked(one, file=small_png()),
        "get_wish_file": Asked({**one, "file_id": str(uuid.uuid4())}),
    }


def needs_requests(things: Things, region: Mapping[str, str]) -> dict[str, Asked]:
    one = {"need_id": things.need}
    need = {"household_id": things.household, "kind": "production", "words": "想养山羊", "wanted_cents": 50_000}
    agreed = {"agreed": True, "through": "signed", "witness": "村支书"}
    given = {"amount_cents": 100, "goods": "种子", "donor_name": "某公司", "anonymous": True, "given_on": DAY}
    return {
        "list_need_kinds": Asked(),
        "list_public_needs": Asked(query={**region, "kind": "production", "limit": "5"}),
        "list_needs_of_region": Asked(query={**region, "state": "open", "limit": "5"}),
        "create_need": Asked(body=need),
        "list_needs_of_household": Asked({"household_id": things.household}, {"limit": "5"}),
        "get_public_need": Asked(one),
        "decide_need_consent": Asked(one, body=agreed),
        "close_one_need": Asked({"need_id": str(uuid.uuid4())}, body={"reason": "已解决"}),
        "get_need_history": Asked(one),
        "list_donations_to_need": Asked(one, {"limit": "5"}),
        "give": Asked(one, body=given),
        "confirm_donation": Asked({**one, "donation_id": str(uuid.uuid4())}),
        "list_own_donations": Asked(query={"limit": "5"}),
    }
