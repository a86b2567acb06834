"""The doors to the cadres service."""

from services.gateway.domain.doors import CADRE, OFFICIALS, PEOPLE, STAFF, door
from services.gateway.domain.route_table import Row

CADRES: tuple[Row, ...] = (
    door("cadres", "GET /v1/units", OFFICIALS),
    door("cadres", "POST /v1/units", OFFICIALS),
    door("cadres", "GET /v1/units/{unit_id}", OFFICIALS),
    door("cadres", "PUT /v1/units/{unit_id}", OFFICIALS),
    door("cadres", "GET /v1/cadres", OFFICIALS),
    door("cadres", "POST /v1/cadres", OFFICIALS),
    door("cadres", "POST /v1/cadres/search", OFFICIALS),
    door("cadres", "GET /v1/cadres/coverage", OFFICIALS, quota="report"),
    door("cadres", "GET /v1/cadres/unpaired", OFFICIALS),
    door("cadres", "GET /v1/cadres/{cadre_id}", STAFF),
    door("cadres", "PUT /v1/cadres/{cadre_id}", OFFICIALS),
    door("cadres", "POST /v1/cadres/{cadre_id}/unmask", PEOPLE),
    door("cadres", "GET /v1/villages/{code}/posts", OFFICIALS),
    door("cadres", "POST /v1/posts", OFFICIALS),
    door("cadres", "GET /v1/posts/{post_id}", OFFICIALS),
    door("cadres", "POST /v1/posts/{post_id}/end", OFFICIALS),
    door("cadres", "GET /v1/pairings", OFFICIALS),
    door("cadres", "POST /v1/pairings", OFFICIALS),
    door("cadres", "GET /v1/pairings/{pairing_id}", PEOPLE),
    door("cadres", "GET /v1/pairings/of/{household_id}", PEOPLE),
    door("cadres", "POST /v1/pairings/{pairing_id}/end", OFFICIALS),
    door("cadres", "GET /v1/pairing-plans", OFFICIALS),
    door("cadres", "POST /v1/pairing-plans", OFFICIALS, quota="report"),
    door("cadres", "GET /v1/pairing-plans/{plan_id}", OFFICIALS),
    door("cadres", "GET /v1/pairing-plans/{plan_id}/lines", OFFICIALS),
    door("cadres", "POST /v1/pairing-plans/{plan_id}/apply", OFFICIALS, quota="report"),
    door("cadres", "POST /v1/pairing-plans/{plan_id}/undo", OFFICIALS, quota="report"),
    door("cadres", "GET /v1/cadres/jobs/{job_id}", OFFICIALS),
    door("cadres", "GET /v1/me/caseload", CADRE, quota="sync"),
)
