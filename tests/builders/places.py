"""The shipped places as the register's reader looks them up."""

from collections.abc import Iterator

from services.households.domain.place_name import Level, Place
from services.households.storage.shipped_regions import shipped_regions


def read_places() -> Iterator[Place]:
    """Parents before their children."""
    for region in shipped_regions():
        yield Place(
            code=region.code,
            name=region.name,
            level=Level(region.level),
            kind=region.kind,
            parent=region.parent or "",
            poor_village=region.poor_village if region.level == "village" else None,
        )
