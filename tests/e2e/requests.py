"""For each operation of the API document one request whose shape and ids are right.

An operation that has none here fails the tests, so that nothing escapes the matrices.
"""

import uuid

from tests.e2e.operations import Asked
from tests.e2e.requests_cadres import cadres_requests
from tests.e2e.requests_credit import course_requests, credit_requests
from tests.e2e.requests_households import households_requests
from tests.e2e.requests_identification import identification_requests
from tests.e2e.requests_inspections import inspections_requests
from tests.e2e.requests_plans import plans_requests
from tests.e2e.requests_wishes import needs_requests, wishes_requests
from tests.e2e.things import Things


def good_requests(things: Things) -> dict[str, Asked]:
    """operation id → a request whose shape is right."""
    return {
        "log_in": Asked(
            body={"username": "nobody", "password": "wrong horse battery", "second_factor": "123456", "device": "desk"}
        ),
        "log_in_by_wechat": Asked(body={"code": "unknown-code", "device": "phone"}),
        "bind_own_wechat": Asked(
            body={
                "code": "unknown-code",
                "phone_code": "unknown-code",
                "id_number": "511921199001011234",
                "device": "phone",
            }
        ),
        "accept_own_invitation": Asked(body={"invitation": "unknown", "password": "wrong horse battery"}),
        "read_own_second_factor": Asked(),
        "begin_own_second_factor": Asked(),
        "confirm_own_second_factor": Asked(body={"code": "123456"}),
        "step_up_own_token": Asked(body={"second_factor": "123456"}),
        "refresh_tokens": Asked(body={"refresh_token": "unknown", "device": "desk"}),
        "fetch_partner_token": Asked(form={"grant_type": "client_credentials"}),
        "sign_out": Asked(),
        "read_me": Asked(),
        "read_token_keys": Asked(),
        "read_answer_keys": Asked(),
        "test_own_signature": Asked(body={"text": "你好"}),
        **households_requests(things, {"region": things.village}),
        **identification_requests(things),
        **plans_requests(things, {"region": things.village}),
        **wishes_requests(things, {"region": things.village}),
        **needs_requests(things, {"region": things.village}),
        **cadres_requests(things, {"region": things.village}),
        **inspections_requests(things, {"region": things.village}),
        **credit_requests(things, {"region": things.village}),
        **course_requests(things),
        "list_own_devices": Asked(),
        "sign_out_own_device": Asked({"session_id": str(uuid.uuid4())}),
    }
