"""What holds for every door of the service: a token, known parameters and fields, one shape of an error."""

import re
from typing import Any

import pytest
from fastapi.routing import APIRoute

from services.credit.api import (
    routes_cards,
    routes_course,
    routes_households,
    routes_negative,
    routes_partner,
    routes_places,
    routes_rehearsal,
    routes_report,
    routes_reviews,
    routes_scoring,
    routes_titles,
)
from shared.ids import new_id
from tests.credit.world import Town, World, assert_problem, bank

ROUTERS = (
    routes_scoring,
    routes_cards,
    routes_rehearsal,
    routes_course,
    routes_households,
    routes_negative,
    routes_report,
    routes_reviews,
    routes_places,
    routes_titles,
    routes_partner,
)
ROUTES = [
    (method, route.path, marks)
    for module in ROUTERS
    for route in module.router.routes
    if isinstance(route, APIRoute)
    for marks in [route.endpoint.__dict__]
    if not marks.get("public")
    for method in sorted(route.methods or ())
]
VALUES = {"household_id": str(new_id()), "consent_id": str(new_id()), "run_id": str(new_id()), "job_id": str(new_id())}
VALUES |= {"case_id": str(new_id()), "objection_id": str(new_id()), "veto_id": str(new_id())}
NUMBER = "511921198001011234"


def path_of(template: str, town: Town) -> str:
    known = {**VALUES, "card_id": "rural-household", "version": "1", "code": town.village}
    return re.sub(r"\{(\w+)\}", lambda name: known[name[1]], template)


def headers_for(method: str) -> dict[str, str]:
    return {"idempotency-key": str(new_id())} if method == "POST" else {"if-match": '"v1"'}


@pytest.mark.parametrize(
    ("method", "template", "marks"), ROUTES, ids=[f"{method} {path}" for method, path, _ in ROUTES]
)
async def test_a_door_wants_a_token_of_its_kind_known_parameters_and_known_fields(
    world: World, town: Town, method: str, template: str, marks: dict[str, Any]
) -> None:
    path, partner = path_of(template, town), template.startswith("/v1/partner/")
    own, foreign = (bank(), town.orderer) if partner else (town.orderer, bank())
    async with world.as_(foreign) as caller:
        wrong = await caller.client.request(method, path, headers=headers_for(method))
        assert_problem(wrong, 401, "token_invalid")
        without = await caller.client.request(method, path, headers={"authorization": "", **headers_for(method)})
        assert_problem(without, 401, "not_identified")
    async with world.as_(own) as caller:
        unknown = await caller.client.request(method, path, params={NUMBER: NUMBER}, headers=headers_for(method))
        assert_problem(unknown, 400, "parameter_unknown")
        assert NUMBER not in unknown.text
        if method != "GET":
            refused = await caller.client.request(method, path, json={NUMBER: NUMBER}, headers=headers_for(method))
            assert refused.status_code in (400, 404, 409)
            assert_problem(refused, refused.status_code, refused.json()["code"])
            assert NUMBER not in refused.text
        if method == "POST" and not marks.get("looks_up"):
            assert_problem(await caller.client.post(path, json={}), 400, "idempotency_key_missing")
        assert_problem(await caller.client.request("PATCH", path), 405, "method_not_allowed")
