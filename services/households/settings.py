"""Settings of the households service; read by `main.py` alone."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BASHAN_HOUSEHOLDS_")

    cadres_url: str = ""
    # Files in the place of those shipped under `data/`.
    monitoring_policy: Path | None = None
    working_days: Path | None = None
    identification_policy: Path | None = None
