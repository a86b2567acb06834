"""Somebody of every role to whom the little world's things belong."""

from tests.e2e.callers import Caller
from tests.e2e.people import COUNTY, TOWNSHIP
from tests.e2e.running import Bashan
from tests.e2e.things import Things


def insiders_of(product: Bashan, things: Things) -> dict[str, Caller]:
    """Role → caller."""
    return {
        "city_official": product.invented("city_official", "5119"),
        "county_official": product.invented("county_official", COUNTY),
        "township_official": product.invented("township_official", TOWNSHIP),
        "village_official": product.invented("village_official", things.village),
        "cadre": product.invented("cadre", TOWNSHIP, cadre_id=things.cadre),
        "household": product.invented("household", household_id=things.household),
        "auditor": product.invented("auditor", "5119"),
        "donor": product.invented("donor"),
        "operator": product.invented("operator"),
        "enrolling": product.invented("enrolling"),
        "bank": product.invented("bank", subject="demo-bank-1", partner_id="demo-bank-1"),
    }
