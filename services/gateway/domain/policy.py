"""Who may knock at which door? Every route of the product, by role; what is not here is denied.

This is the coarse half: which roles may call a route at all. Which rows they then see, by place, caseload or consent,
the service decides, which opens the token again.
"""

from services.gateway.domain.doors_cadres import CADRES
from services.gateway.domain.doors_credit import CREDIT
from services.gateway.domain.doors_gateway import GATEWAY
from services.gateway.domain.doors_households import HOUSEHOLDS
from services.gateway.domain.route_table import Row

PARTNER_PATHS = "/v1/partner/"

ROWS: tuple[Row, ...] = (*GATEWAY, *HOUSEHOLDS, *CADRES, *CREDIT)
