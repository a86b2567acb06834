"""The public doors, which make an address wait that fails too often: the last of these tests for that reason."""

from tests.e2e.hostile import CANARIES, judge, spoilt
from tests.e2e.operations import Asked, Operation
from tests.e2e.running import Bashan


def test_the_public_doors_take_anything_too(
    operations: list[Operation], requests: dict[str, Asked], product: Bashan
) -> None:
    for operation in (one for one in operations if one.public and requests[one.operation_id].body):
        for number, body in enumerate(spoilt(requests[operation.operation_id].body)):
            if body.get("username") == "nobody":
                body["username"] = f"nobody-{number}"
            reply = requests[operation.operation_id].changed(body=body).send(product.anyone(), operation)
            judge(reply, body)


def test_the_log_tells_of_no_canary_and_of_no_accident(product: Bashan) -> None:
    """Last: everything above has been sent by now (checks S50, S57)."""
    said = product.said()
    assert not [canary for canary in CANARIES if canary in said]
    assert "unexpected_error" not in said
    assert "Traceback" not in said
