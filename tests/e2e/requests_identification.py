"""A good request for each operation of identification, its notices and objections."""

from tests.e2e.identification_things import YEAR
from tests.e2e.operations import Asked
from tests.e2e.things import Things


def identification_requests(things: Things) -> dict[str, Asked]:
    on = things.on_notice
    case, notice = {"identification_id": things.leaving}, {"notice_id": on.notice}
    quota = {"code": things.village, "year": YEAR}
    objection = {**notice, "objection_id": on.objection}
    move = {"to": "WITHDRAWN", "reason": "本人要求"}
    return {
        "create_identification": Asked(
            body={"household_id": things.household, "kind": "exit", "statement": "收入已经稳定"}
        ),
        "list_identifications": Asked(query={"region": things.village, "limit": "5"}),
        "get_identification": Asked(case),
        "move_identification_on": Asked(case, body=move),
        "move_identifications_of_village": Asked({"code": things.village}, body={"to": "GROUP_REVIEW"}),
        "list_household_identifications": Asked({"household_id": things.household}),
        "get_identification_quota": Asked(quota),
        "put_identification_quota": Asked(quota, body={"places": 5, "document": "示范文号"}, version=1),
        "get_identification_ranking": Asked(quota),
        "list_notices": Asked(query={"region": things.village}),
        "get_identification_notice": Asked(notice),
        "object_to_identification_notice": Asked(notice, body={"line": 1, "statement": "有楼房"}),
        "follow_notice_objection": Asked(body={"receipt": on.receipt}),
        "list_notice_objections": Asked(notice, {"limit": "5"}),
        "answer_notice_objection": Asked(objection, body={"outcome": "unfounded", "answer": "已核实"}),
        "read_objector": Asked(objection, body={"reason": "电话核实"}),
    }
