"""The routes of plans: measures, income plans, villages' three-year plans, the reserved fund, dividends."""

from services.households.api import (
    routes_dividends,
    routes_income_plans,
    routes_measures,
    routes_reserve,
    routes_reserve_orders,
    routes_village_plans,
)

PLAN_ROUTERS = (
    routes_measures.router,
    routes_income_plans.router,
    routes_village_plans.router,
    routes_reserve.router,
    routes_reserve_orders.router,
    routes_dividends.router,
)
