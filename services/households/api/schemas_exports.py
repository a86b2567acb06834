"""Shapes of exports."""

from pydantic import Field

from shared.web.fields import Input, RegionCode, ShortText, YesNo


class ExportIn(Input):
    """The register of a place, at most a county. Unmasked numbers need a reason, which each household reads."""

    region: RegionCode
    unmasked: YesNo = False
    reason: ShortText | None = Field(default=None, description="导出完整号码的原因，每户都会看到")
