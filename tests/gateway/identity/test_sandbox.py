"""The sandbox: invented households in the form of the real thing, and no way out of it."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from services.credit.api.schemas_partner import QueryIn, ResultOut
from services.gateway.api.schemas_partner import SandboxQueryIn
from services.gateway.domain.sandbox import HOUSEHOLDS
from tests.builders.asking_banks import ask, change, headers_of, partner
from tests.builders.gateway_house import House

LOG = "/v1/partner/query-log?day=2026-11-24"


def queries(*asked: tuple[UUID | str, UUID, str]) -> Sequence[dict[str, str]]:
    return [
        {
            "household_id" if isinstance(who, UUID) else "id_number": str(who),
            "consent_id": str(consent),
            "purpose": purpose,
            "reference": f"r{place}",
        }
        for place, (who, consent, purpose) in enumerate(asked)
    ]


async def test_the_sandbox_answers_its_invented_households_and_nobody_elses(gateway: House) -> None:
    headers = await partner(gateway, status="sandbox")
    every = [(one.household_id, one.consent_id, "loan_review") for one in HOUSEHOLDS]
    by_number = (HOUSEHOLDS[0].id_number, HOUSEHOLDS[0].consent_id, "loan_review")
    foreign = (uuid4(), uuid4(), "loan_review")
    other_purpose = (HOUSEHOLDS[5].household_id, HOUSEHOLDS[5].consent_id, "post_loan")

    reply = await ask(gateway, headers, queries=queries(*every, by_number, foreign, other_purpose))

    results = reply.json()["results"]
    grades = [result["grade"] for result in results]
    assert grades == ["AAA", "AA", "A", "none", "none", "AA", None, "AAA", None, None]
    assert [result["status"] for result in results[-3:]] == ["ok", "refused", "refused"]
    assert {**results[6], "reference": ""} == {**results[-1], "reference": ""}
    assert gateway.siblings["credit"].asked == []


async def test_the_sandbox_has_the_form_of_the_real_thing(gateway: House) -> None:
    headers = await partner(gateway, status="sandbox")
    one = HOUSEHOLDS[1]

    (result,) = (await ask(gateway, headers, queries=queries((one.household_id, one.consent_id, "objection")))).json()[
        "results"
    ]

    assert set(result) == set(ResultOut.model_fields)
    ResultOut.model_validate(result)
    assert SandboxQueryIn.model_json_schema()["properties"] == QueryIn.model_json_schema()["properties"]


@pytest.mark.parametrize("names", [{}, {"household_id": str(HOUSEHOLDS[0].household_id), "id_number": "1" * 18}])
async def test_the_sandbox_refuses_what_the_real_thing_refuses(gateway: House, names: dict[str, str]) -> None:
    headers = await partner(gateway, status="sandbox")
    query = {**names, "consent_id": str(uuid4()), "purpose": "loan_review", "reference": "r"}

    reply = await ask(gateway, headers, queries=[query])

    assert (reply.status_code, reply.json()["code"]) == (422, "query_needs_one_key")
    assert reply.json()["errors"][0]["pointer"] == "/queries/0"


async def test_a_partner_in_the_sandbox_reaches_nothing_real(gateway: House) -> None:
    headers = await partner(gateway, status="sandbox")

    reply = await gateway.client.get(LOG, headers=headers)

    assert (reply.status_code, reply.json()["code"]) == (403, "not_in_sandbox")
    assert gateway.siblings["credit"].asked == []


async def test_a_sandbox_token_names_nobody_that_a_service_knows_and_ends_with_the_sandbox(gateway: House) -> None:
    key = await gateway.bank()
    await change(gateway, status="sandbox")
    in_sandbox = await headers_of(gateway, key)
    principal = gateway.app.partners._authenticate(in_sandbox["Authorization"].encode())
    assert principal.partner_id == "sandbox:bank-1"  # type: ignore[union-attr]  # at once, not awaited

    await change(gateway, status="active")

    assert (await ask(gateway, in_sandbox)).status_code == 401
    assert (await ask(gateway, await headers_of(gateway, key))).status_code == 200


async def test_a_real_token_is_of_no_use_once_the_partner_is_in_the_sandbox(gateway: House) -> None:
    headers = await partner(gateway)
    assert (await ask(gateway, headers)).status_code == 200

    await change(gateway, status="sandbox")

    assert (await ask(gateway, headers)).status_code == 401
