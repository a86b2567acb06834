"""A good request for each operation on wishes and needs."""

import uuid
from collections.abc import Mapping

from tests.builders.files import photo
from tests.e2e.operations import Asked
from tests.e2e.things import Things


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
        "upload_wish_file": Asked(one, file=photo(size=(40, 30))),
        "get_wish_file": Asked({**one, "file_id": str(uuid.uuid4())}),
    }
