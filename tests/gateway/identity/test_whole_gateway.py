"""The gateway as one application: readiness, the joined document, the docs page, the policy."""

import json
from pathlib import Path

import pytest

from services.gateway.domain.doors import BANK
from services.gateway.domain.policy import PARTNER_PATHS, ROWS
from services.gateway.domain.route_table import RouteTable
from services.gateway.domain.second_factor import ENROLLING
from services.gateway.domain.user import OTHER_ROLES, PLACE_ROLES
from services.gateway.main import create_app
from services.gateway.settings import Settings
from shared.tokens import SigningKey
from tests.builders.database import Urls
from tests.builders.gateway_house import House, house


async def test_ready_means_everything_behind_is_ready(gateway: House) -> None:
    assert (await gateway.client.get("/livez")).status_code == 200
    assert (await gateway.client.get("/readyz")).json() == {"status": "ok"}

    gateway.siblings["credit"].is_ready = False
    reply = await gateway.client.get("/readyz")

    assert (reply.status_code, reply.json()["code"]) == (503, "not_ready")
    assert "credit" not in reply.text
    assert reply.headers["retry-after"]
    assert (await gateway.client.get("/livez")).status_code == 200


async def test_every_operation_of_the_policy_is_in_one_document(quiet_gateway: House) -> None:
    document = (await quiet_gateway.client.get("/openapi.json")).json()

    assert document["openapi"] == "3.1.0"
    paths = document["paths"]
    assert {"/v1/regions/{code}", "/v1/villages/{code}/posts", "/v1/credit/villages/{code}/grade"} <= set(paths)
    assert {"/v1/auth/password", "/v1/oauth/token", "/v1/me"} <= set(paths)
    assert not [path for path in paths if "not-in-the-policy" in path or path.startswith("/internal")]
    operation_ids = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(operation_ids) == len(set(operation_ids))


async def test_every_operation_says_its_problems_and_its_security(quiet_gateway: House) -> None:
    document = (await quiet_gateway.client.get("/openapi.json")).json()

    region = document["paths"]["/v1/regions/{code}"]["get"]
    assert region["security"] == [{"person": []}]
    for status in ("400", "401", "403", "404", "422", "429", "503"):
        assert region["responses"][status] == {"$ref": f"#/components/responses/Problem{status}"}
    assert document["paths"]["/v1/auth/password"]["post"]["security"] == []
    assert {"person", "partner"} == set(document["components"]["securitySchemes"])
    assert "HTTPValidationError" not in json.dumps(document)


async def test_a_name_that_two_services_use_otherwise_stays_apart(quiet_gateway: House) -> None:
    document = (await quiet_gateway.client.get("/openapi.json")).json()

    def shape_of(path: str) -> dict[str, object]:
        content = document["paths"][path]["get"]["responses"]["200"]["content"]
        name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        found: dict[str, object] = document["components"]["schemas"][name]["properties"]
        return found

    assert list(shape_of("/v1/regions/{code}")) == ["households_code"]
    assert list(shape_of("/v1/villages/{code}/posts")) == ["cadres_code"]
    assert list(shape_of("/v1/credit/villages/{code}/grade")) == ["credit_code"]


async def test_the_document_has_no_dangling_reference(quiet_gateway: House) -> None:
    document = (await quiet_gateway.client.get("/openapi.json")).json()

    references = {part.split('"')[0] for part in json.dumps(document).split('"$ref": "')[1:]}

    for reference in references:
        node = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


async def test_the_docs_page_needs_no_other_host(quiet_gateway: House) -> None:
    page = await quiet_gateway.client.get("/docs")

    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "http" not in page.text
    sources = [part.split('"')[0] for key in ("src", "href") for part in page.text.split(f'{key}="')[1:]]
    assert len(sources) == 4
    for source in sources:
        reply = await quiet_gateway.client.get(f"/{source}")
        assert reply.status_code == 200
        assert reply.content
    assert 'url: "openapi.json"' in (await quiet_gateway.client.get("/docs/start.js")).text
    assert (await quiet_gateway.client.get("/docs/index.html")).status_code == 404


async def test_the_bare_address_leads_to_the_docs_page(quiet_gateway: House) -> None:
    reply = await quiet_gateway.client.get("/")

    assert (reply.status_code, reply.headers["location"]) == (307, "/docs")


async def test_every_request_is_counted_by_its_route_and_status(quiet_gateway: House) -> None:
    await quiet_gateway.client.get("/v1/regions/511921122202")
    await quiet_gateway.client.get("/.well-known/jwks.json")

    reply = await quiet_gateway.client.get("/metrics")

    def count(template: str, status: int) -> str:
        labels = f'method="GET",status="{status}",template="{template}"'
        return f"bashan_gateway_request_seconds_count{{{labels}}} 1.0"

    assert reply.headers["content-type"].startswith("text/plain")
    assert count("/v1/regions/{code}", 401) in reply.text
    assert count("/.well-known/jwks.json", 200) in reply.text
    assert "511921122202" not in reply.text


async def test_outside_the_demonstration_nothing_of_it_is_shown(gateway_database: Urls, tmp_path: Path) -> None:
    async with house(gateway_database, tmp_path, demonstration=False) as gateway:
        for path in ("/", "/openapi.json", "/docs", "/docs/start.js", "/metrics", "/internal/changes"):
            reply = await gateway.client.get(path)
            assert (reply.status_code, reply.json()["code"]) == (404, "route_unknown")
            assert "server" not in reply.headers


async def test_every_request_is_one_line_of_the_access_log_and_a_problem_is_found_by_its_id(
    gateway_database: Urls, tmp_path: Path
) -> None:
    async with house(gateway_database, tmp_path) as gateway:
        await gateway.user()
        token = (await gateway.log_in()).json()["access_token"]
        problem = await gateway.client.get("/v1/credit/cards/511921199001011234?name=x")
        refused = await gateway.client.get("/v1/partner/query-log")
        await gateway.me(token)

    lines = [json.loads(line) for line in gateway.access_log.getvalue().splitlines()]
    assert [(line["route"], line["status"], bool(line["who"])) for line in lines] == [
        ("/v1/auth/password", 200, False),
        ("", 404, False),
        ("/v1/partner/query-log", 401, False),
        ("/v1/me", 200, True),
    ]
    assert [line["request_id"] for line in lines[1:3]] == [problem.json()["request_id"], refused.json()["request_id"]]
    assert lines[1]["code"] == "route_unknown"
    for kept_out in (b"511921199001011234", b"clerk", b"203.0.113.7", token.encode()):
        assert kept_out not in gateway.access_log.getvalue()


async def test_a_sibling_that_is_away_is_a_calm_503(gateway: House) -> None:
    gateway.siblings["cadres"].is_ready = False

    reply = await gateway.client.get("/openapi.json")

    assert (reply.status_code, reply.json()["code"], reply.json()["service"]) == (503, "sibling_away", "cadres")


async def test_internal_addresses_and_unknown_ones_are_the_same_404(quiet_gateway: House) -> None:
    for path in ("/internal/changes", "/internal/openapi.json", "/v1/no-such-thing", "/v1/partner", "/v1/partner/x"):
        reply = await quiet_gateway.client.get(path)
        assert (reply.status_code, reply.json()["code"]) == (404, "route_unknown")


async def test_a_role_that_the_row_does_not_name_is_refused_before_the_service(gateway: House) -> None:
    await gateway.user("auditor", grants={"auditor": []})
    token = (await gateway.log_in("auditor")).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    refused = await gateway.client.get("/v1/households?region=511921", headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert gateway.siblings["households"].asked == []
    assert (await gateway.client.get("/v1/regions/511921", headers=headers)).status_code == 200


async def test_the_keys_are_public_and_may_be_kept(quiet_gateway: House) -> None:
    reply = await quiet_gateway.client.get("/.well-known/jwks.json")

    assert reply.headers["cache-control"] == "public, max-age=300"
    (key,) = reply.json()["keys"]
    assert set(key) == {"kty", "crv", "use", "alg", "kid", "x", "y"}


def test_each_row_names_known_roles_and_the_banks_door_is_only_the_banks() -> None:
    known = PLACE_ROLES | OTHER_ROLES | BANK | {"anyone", ENROLLING}

    RouteTable(ROWS)
    for row in ROWS:
        assert row.allow
        assert row.allow <= known
        assert row.template.startswith(PARTNER_PATHS) == (row.allow == BANK)
        assert not row.template.startswith("/internal")


@pytest.mark.parametrize("secret", ["", "changeme", "2short2", "please-changeme-please"])
def test_a_weak_wechat_secret_stops_the_start_and_is_not_shown(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ValueError, match="BASHAN_GATEWAY_WECHAT_SECRET") as caught:
        Settings(
            database_url="x",
            jobs_database_url="x",
            secrets_dir=tmp_path,
            files_dir=tmp_path,
            wechat_appid="wx123",
            wechat_secret=secret,
        )

    assert not secret or secret not in str(caught.value)


async def test_a_signing_key_that_the_services_do_not_know_stops_the_start(
    quiet_gateway: House, gateway_database: Urls, tmp_path: Path
) -> None:
    for file in quiet_gateway.secrets_dir.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    other = SigningKey.fresh("other")
    (tmp_path / "token-signing.json").write_text(json.dumps({"kid": other.kid, "private_pem": other.private_pem}))
    url = gateway_database["gateway"].runtime
    settings = Settings(database_url=url, jobs_database_url=url, secrets_dir=tmp_path, files_dir=tmp_path)

    with pytest.raises(ValueError, match="do not belong together"):
        create_app(settings, {})
