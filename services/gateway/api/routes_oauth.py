"""Tokens for banks' machines, and the keys by which anyone can check our tokens."""

from typing import Any

from fastapi import Request, Response

from services.gateway.api.deps import Hands
from services.gateway.api.oauth_form import ASSERTION_TYPE, FORM, GRANT_TYPE, MOST_FIELDS, token_request
from services.gateway.api.schemas import PartnerTokenOut
from services.gateway.use_cases.grant_partner_token import grant_partner_token
from services.gateway.use_cases.token_mint import PARTNER_LIFETIME
from shared.web.route import looks_up, public
from shared.web.service_app import strict_router

router = strict_router(tags=["identity"])

_FORM_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type", "client_assertion_type", "client_assertion"],
                    "properties": {
                        "grant_type": {"const": GRANT_TYPE},
                        "client_assertion_type": {"const": ASSERTION_TYPE},
                        "client_assertion": {
                            "type": "string",
                            "minLength": 1,
                            "description": "JWT, ES256; aud = this address",
                        },
                        "client_id": {"type": "string"},
                    },
                    # Fields that OAuth does not know here are passed over, but none may come twice.
                    "additionalProperties": {"type": "string"},
                    "maxProperties": MOST_FIELDS,
                }
            }
        },
    }
}


@router.post("/v1/oauth/token", openapi_extra=_FORM_BODY)
@public
@looks_up
async def fetch_partner_token(request: Request, rooms: Hands) -> PartnerTokenOut:
    asked = token_request(request.headers.get("content-type", ""), await request.body())
    token = await grant_partner_token(rooms.desk, asked.assertion, rooms.token_url, asked.client_id)
    return PartnerTokenOut(access_token=token, expires_in=int(PARTNER_LIFETIME.total_seconds()))


@router.get("/.well-known/jwks.json")
@public
async def read_token_keys(rooms: Hands, response: Response) -> dict[str, Any]:
    response.headers["Cache-Control"] = "public, max-age=300"
    return rooms.public_keys().as_jwks()
