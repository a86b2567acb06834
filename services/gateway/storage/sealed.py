"""What of this service is sealed with its field keys: a rotation seals all of it anew (`shared.resealing`)."""

from services.gateway.storage import tables
from shared.resealing import SealedColumn

# A secret moves from the one column into the other when its first code is right, so both are one place.
COLUMNS = tuple(
    SealedColumn(tables.second_factors, column, "second_factors.secret", "user_id") for column in ("secret", "pending")
)
