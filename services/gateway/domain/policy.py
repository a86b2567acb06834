"""Who may knock at which door? Every route of the product, by role; what is not here is denied.

This is the coarse half: which roles may call a route at all. Which rows they then see, by place, caseload or consent,
the service decides, which opens the token again.
"""

from services.gateway.domain.route_table import ANYONE, Row

PARTNER_PATHS = "/v1/partner/"

Roles = frozenset[str]
PUBLIC: Roles = frozenset({ANYONE})
CADRE: Roles = frozenset({"cadre"})
OFFICIALS: Roles = frozenset({"village_official", "township_official", "county_official", "city_official"})
CITY: Roles = frozenset({"city_official"})
COUNTY: Roles = CITY | {"county_official"}
STAFF: Roles = OFFICIALS | CADRE
PEOPLE: Roles = STAFF | {"household"}
EVERYONE: Roles = PEOPLE | {"donor", "auditor", "operator"}
BANK: Roles = frozenset({"bank"})


def _door(service: str, route: str, allow: Roles, *, quota: str = "ordinary", upload: bool = False) -> Row:
    method, _, template = route.partition(" ")
    return Row(method, template, service, allow, quota, upload)


_GATEWAY = (
    _door("gateway", "GET /livez", PUBLIC, quota="health"),
    _door("gateway", "GET /readyz", PUBLIC, quota="health"),
    _door("gateway", "GET /", PUBLIC),
    _door("gateway", "GET /openapi.json", PUBLIC),
    _door("gateway", "GET /metrics", PUBLIC, quota="health"),
    _door("gateway", "GET /docs", PUBLIC),
    _door("gateway", "GET /docs/{name}", PUBLIC),
    _door("gateway", "GET /.well-known/jwks.json", PUBLIC),
    _door("gateway", "GET /.well-known/partner-answer-keys.json", PUBLIC),
    _door("gateway", "POST /v1/auth/password", PUBLIC, quota="login"),
    _door("gateway", "POST /v1/auth/wechat", PUBLIC, quota="login"),
    _door("gateway", "POST /v1/auth/refresh", PUBLIC, quota="login"),
    _door("gateway", "POST /v1/oauth/token", PUBLIC, quota="login"),
    _door("gateway", "POST /v1/auth/logout", EVERYONE, quota="login"),
    _door("gateway", "GET /v1/me", EVERYONE),
    _door("gateway", "GET /v1/me/devices", EVERYONE),
    _door("gateway", "POST /v1/me/devices/{session_id}/sign-out", EVERYONE, quota="login"),
    _door("gateway", "POST /v1/partner/self-test", BANK, quota="bank"),
)

_HOUSEHOLDS = (
    _door("households", "GET /v1/regions/{code}", EVERYONE),
    _door("households", "GET /v1/regions/{code}/children", EVERYONE),
    _door("households", "GET /v1/households", STAFF),
    _door("households", "POST /v1/households", OFFICIALS),
    _door("households", "POST /v1/households/search", STAFF),
    _door("households", "GET /v1/households/summary", EVERYONE, quota="report"),
    _door("households", "GET /v1/households/{household_id}", PEOPLE),
    _door("households", "PUT /v1/households/{household_id}", OFFICIALS),
    _door("households", "POST /v1/households/{household_id}/changes", OFFICIALS),
    _door("households", "GET /v1/households/{household_id}/history", PEOPLE),
    _door("households", "GET /v1/households/{household_id}/looks", PEOPLE),
    _door("households", "POST /v1/households/{household_id}/unmask", PEOPLE),
    _door("households", "GET /v1/households/{household_id}/members", PEOPLE),
    _door("households", "POST /v1/households/{household_id}/members", OFFICIALS),
    _door("households", "PUT /v1/households/{household_id}/members/{member_id}", OFFICIALS),
    _door("households", "POST /v1/imports", OFFICIALS, upload=True),
    _door("households", "GET /v1/jobs/{job_id}", OFFICIALS),
    _door("households", "GET /v1/jobs/{job_id}/report", OFFICIALS, quota="report"),
)

_CADRES = (
    _door("cadres", "GET /v1/units", OFFICIALS),
    _door("cadres", "POST /v1/units", OFFICIALS),
    _door("cadres", "GET /v1/units/{unit_id}", OFFICIALS),
    _door("cadres", "PUT /v1/units/{unit_id}", OFFICIALS),
    _door("cadres", "GET /v1/cadres", OFFICIALS),
    _door("cadres", "POST /v1/cadres", OFFICIALS),
    _door("cadres", "POST /v1/cadres/search", OFFICIALS),
    _door("cadres", "GET /v1/cadres/coverage", OFFICIALS, quota="report"),
    _door("cadres", "GET /v1/cadres/unpaired", OFFICIALS),
    _door("cadres", "GET /v1/cadres/{cadre_id}", STAFF),
    _door("cadres", "PUT /v1/cadres/{cadre_id}", OFFICIALS),
    _door("cadres", "POST /v1/cadres/{cadre_id}/unmask", PEOPLE),
    _door("cadres", "GET /v1/villages/{code}/posts", OFFICIALS),
    _door("cadres", "POST /v1/posts", OFFICIALS),
    _door("cadres", "GET /v1/posts/{post_id}", OFFICIALS),
    _door("cadres", "POST /v1/posts/{post_id}/end", OFFICIALS),
    _door("cadres", "GET /v1/pairings", OFFICIALS),
    _door("cadres", "POST /v1/pairings", OFFICIALS),
    _door("cadres", "GET /v1/pairings/{pairing_id}", PEOPLE),
    _door("cadres", "GET /v1/pairings/of/{household_id}", PEOPLE),
    _door("cadres", "POST /v1/pairings/{pairing_id}/end", OFFICIALS),
    _door("cadres", "GET /v1/me/caseload", CADRE, quota="sync"),
)

_CREDIT = (
    _door("credit", "GET /v1/credit/cards", OFFICIALS | {"auditor"}),
    _door("credit", "POST /v1/credit/cards", CITY),
    _door("credit", "POST /v1/credit/cards/{card_id}/approve", CITY),
    _door("credit", "GET /v1/credit/cards/{card_id}/versions/{version}", OFFICIALS | {"auditor"}),
    _door("credit", "GET /v1/credit/cards/{card_id}/versions/{version}/table", OFFICIALS | {"auditor"}),
    _door("credit", "GET /v1/credit/cards/{card_id}/versions/{version}/sql", OFFICIALS | {"auditor"}),
    _door("credit", "POST /v1/credit/cards/{card_id}/rehearsals", COUNTY, quota="report"),
    _door("credit", "GET /v1/credit/drift", OFFICIALS, quota="report"),
    _door("credit", "POST /v1/credit/score-previews", OFFICIALS),
    _door("credit", "GET /v1/credit/households/{household_id}/facts", PEOPLE),
    _door("credit", "PUT /v1/credit/households/{household_id}/facts", OFFICIALS),
    _door("credit", "PUT /v1/credit/households/{household_id}/reviews", OFFICIALS),
    _door("credit", "POST /v1/credit/households/{household_id}/vetoes", OFFICIALS),
    _door("credit", "GET /v1/credit/households/{household_id}/grade", PEOPLE),
    _door("credit", "GET /v1/credit/households/{household_id}/explanation", PEOPLE),
    _door("credit", "GET /v1/credit/households/{household_id}/trace", OFFICIALS | {"auditor"}),
    _door("credit", "GET /v1/credit/households/{household_id}/queries", PEOPLE),
    _door("credit", "POST /v1/credit/scoring-runs", COUNTY, quota="report"),
    _door("credit", "GET /v1/credit/scoring-runs/{run_id}", OFFICIALS),
    _door("credit", "POST /v1/credit/scoring-runs/{run_id}/confirm", CITY),
    _door("credit", "GET /v1/credit/jobs/{job_id}", OFFICIALS),
    _door("credit", "GET /v1/credit/villages/{code}/grade", EVERYONE),
    _door("credit", "GET /v1/credit/townships/{code}/grade", EVERYONE),
    _door("credit", "GET /v1/credit/summary", OFFICIALS, quota="report"),
    _door("credit", "GET /v1/credit/consents", PEOPLE),
    _door("credit", "POST /v1/credit/consents", PEOPLE),
    _door("credit", "POST /v1/credit/consents/{consent_id}/withdraw", PEOPLE),
    _door("credit", "POST /v1/credit/households/{household_id}/vetoes/{veto_id}/clear", OFFICIALS),
    _door("credit", "POST /v1/credit/grade-cases", OFFICIALS),
    _door("credit", "GET /v1/credit/grade-cases/{case_id}", PEOPLE),
    _door("credit", "POST /v1/credit/grade-cases/{case_id}/transitions", OFFICIALS),
    _door("credit", "POST /v1/credit/grade-cases/{case_id}/lower-grade-notices", COUNTY),
    _door("credit", "POST /v1/credit/villages/{code}/transitions", OFFICIALS),
    _door("credit", "GET /v1/credit/notices/{notice_id}", PUBLIC),
    _door("credit", "GET /v1/credit/objections", PEOPLE),
    _door("credit", "POST /v1/credit/objections", PEOPLE),
    _door("credit", "POST /v1/credit/objections/{objection_id}/decide", OFFICIALS),
    _door("credit", "POST /v1/partner/recommendations", BANK, quota="bank"),
    _door("credit", "POST /v1/partner/grades/query", BANK, quota="bank"),
    _door("credit", "POST /v1/partner/loan-events", BANK, quota="bank"),
    _door("credit", "GET /v1/partner/query-log", BANK, quota="report"),
)

ROWS: tuple[Row, ...] = (*_GATEWAY, *_HOUSEHOLDS, *_CADRES, *_CREDIT)
