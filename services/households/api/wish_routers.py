"""The routers of wishes and needs, in the order in which they are tried: /v1/wishes/held is not a wish's id."""

from services.households.api import routes_need_lists, routes_needs, routes_wish_lists, routes_wishes

WISH_ROUTERS = (routes_wish_lists.router, routes_wishes.router, routes_need_lists.router, routes_needs.router)
