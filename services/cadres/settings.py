"""Settings of the cadres service; read by `main.py` alone."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BASHAN_CADRES_")

    households_url: str = ""
    policy_file: Path | None = Field(default=None, description="own policy figures in place of the shipped ones")
    appraisal_scheme_file: Path | None = Field(
        default=None, description="own schemes of appraisal in place of the shipped"
    )
