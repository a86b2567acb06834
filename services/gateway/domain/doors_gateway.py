"""The gateway's own doors."""

from services.gateway.domain.doors import BANK, EVERYONE, PUBLIC, door
from services.gateway.domain.route_table import Row
from services.gateway.domain.second_factor import ENROLLING

GATEWAY: tuple[Row, ...] = (
    door("gateway", "GET /livez", PUBLIC, quota="health"),
    door("gateway", "GET /readyz", PUBLIC, quota="health"),
    door("gateway", "GET /", PUBLIC),
    door("gateway", "GET /openapi.json", PUBLIC),
    door("gateway", "GET /metrics", PUBLIC, quota="health"),
    door("gateway", "GET /docs", PUBLIC),
    door("gateway", "GET /docs/{name}", PUBLIC),
    door("gateway", "GET /.well-known/jwks.json", PUBLIC),
    door("gateway", "GET /.well-known/partner-answer-keys.json", PUBLIC),
    door("gateway", "POST /v1/auth/password", PUBLIC, quota="login"),
    door("gateway", "POST /v1/auth/wechat", PUBLIC, quota="login"),
    door("gateway", "POST /v1/auth/invitations/accept", PUBLIC, quota="login"),
    door("gateway", "POST /v1/auth/wechat/binding", PUBLIC, quota="login"),
    door("gateway", "POST /v1/auth/refresh", PUBLIC, quota="login"),
    door("gateway", "POST /v1/oauth/token", PUBLIC, quota="login"),
    door("gateway", "POST /v1/auth/logout", EVERYONE | {ENROLLING}, quota="login"),
    door("gateway", "GET /v1/me", EVERYONE | {ENROLLING}),
    door("gateway", "GET /v1/me/second-factor", EVERYONE | {ENROLLING}),
    door("gateway", "POST /v1/me/second-factor", EVERYONE | {ENROLLING}, quota="login"),
    door("gateway", "POST /v1/me/second-factor/confirm", EVERYONE | {ENROLLING}, quota="login"),
    door("gateway", "POST /v1/me/step-up", EVERYONE, quota="login"),
    door("gateway", "GET /v1/me/devices", EVERYONE),
    door("gateway", "POST /v1/me/devices/{session_id}/sign-out", EVERYONE, quota="login"),
    door("gateway", "POST /v1/partner/self-test", BANK, quota="bank"),
)
