"""An official enters a unit, or changes what is known of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.cadres.domain.errors import JointKindOnlyForJointBranch, UnitStale
from services.cadres.domain.unit import Unit, joint_kind_fits
from services.cadres.storage.unit_repository import add_unit, get_unit, save_unit
from shared.auth import Principal
from shared.db import Connection


async def enter_unit(connection: Connection, who: Principal, unit: Unit) -> Unit:
    """Raises OutsideScope, JointKindOnlyForJointBranch, UnitIdTaken."""
    who.require_official(unit.region_code)
    if not joint_kind_fits(unit):
        raise JointKindOnlyForJointBranch
    await add_unit(connection, unit)
    return unit


async def replace_unit(
    connection: Connection, who: Principal, unit: Unit, version: int, show: Callable[[Unit], Mapping[str, Any]]
) -> Unit:
    """The unit as it stands afterwards; `show` is how whoever changed an older one is shown what stands.

    Raises UnitNotFound, OutsideScope, JointKind…, UnitStale.
    """
    before = await get_unit(connection, unit.unit_id, lock=True)
    who.require_official(before.region_code)
    who.require_official(unit.region_code)
    if not joint_kind_fits(unit):
        raise JointKindOnlyForJointBranch
    if before.version != version:
        raise UnitStale(current=show(before))
    after = replace(unit, demonstration=before.demonstration, version=version + 1)
    await save_unit(connection, after, version)
    return after
