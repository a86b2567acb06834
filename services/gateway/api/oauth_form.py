"""Reads a bank's request for a token: a form with five known fields, none twice (RFC 6749 3.2, RFC 7523 2.2)."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from services.gateway.domain.errors import OauthGrantUnsupported, OauthRequestUnreadable

FORM = "application/x-www-form-urlencoded"
GRANT_TYPE = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MOST_FIELDS = 10


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """The assertion names the client; `client_id` may be given beside it and must then be the same."""

    assertion: str
    client_id: str | None


def token_request(content_type: str, body: bytes) -> TokenRequest:
    """Raises OauthRequestUnreadable, OauthGrantUnsupported. Fields that OAuth does not know here are passed over."""
    fields = _fields(content_type, body)
    if not fields.get("grant_type"):
        raise OauthRequestUnreadable(error="invalid_request")
    if fields["grant_type"] != GRANT_TYPE:
        raise OauthGrantUnsupported(error="unsupported_grant_type")
    assertion = fields.get("client_assertion")
    if not assertion or fields.get("client_assertion_type") != ASSERTION_TYPE:
        raise OauthRequestUnreadable(error="invalid_request")
    return TokenRequest(assertion, fields.get("client_id") or None)


def _fields(content_type: str, body: bytes) -> dict[str, str]:
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise OauthRequestUnreadable(error="invalid_request")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise OauthRequestUnreadable(error="invalid_request") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise OauthRequestUnreadable(error="invalid_request")
    return fields
