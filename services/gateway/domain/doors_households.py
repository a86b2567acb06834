"""The doors to the households service."""

from services.gateway.domain.doors import EVERYONE, OFFICIALS, PEOPLE, STAFF, door
from services.gateway.domain.route_table import Row

HOUSEHOLDS: tuple[Row, ...] = (
    door("households", "GET /v1/regions/{code}", EVERYONE),
    door("households", "GET /v1/regions/{code}/children", EVERYONE),
    door("households", "GET /v1/households", STAFF),
    door("households", "POST /v1/households", OFFICIALS),
    door("households", "POST /v1/households/search", STAFF),
    door("households", "GET /v1/households/summary", EVERYONE, quota="report"),
    door("households", "GET /v1/households/{household_id}", PEOPLE),
    door("households", "PUT /v1/households/{household_id}", OFFICIALS),
    door("households", "POST /v1/households/{household_id}/changes", OFFICIALS),
    door("households", "GET /v1/households/{household_id}/history", PEOPLE),
    door("households", "GET /v1/households/{household_id}/looks", PEOPLE),
    door("households", "POST /v1/households/{household_id}/unmask", PEOPLE),
    door("households", "GET /v1/households/{household_id}/members", PEOPLE),
    door("households", "POST /v1/households/{household_id}/members", OFFICIALS),
    door("households", "PUT /v1/households/{household_id}/members/{member_id}", OFFICIALS),
    door("households", "GET /v1/households/{household_id}/guarantees", PEOPLE),
    door("households", "PUT /v1/households/{household_id}/guarantees", STAFF),
    door("households", "GET /v1/households/{household_id}/guarantees/history", PEOPLE),
    door("households", "POST /v1/imports", OFFICIALS, upload=True),
    door("households", "GET /v1/jobs/{job_id}", OFFICIALS),
    door("households", "GET /v1/jobs/{job_id}/report", OFFICIALS, quota="report"),
)
