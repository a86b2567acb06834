"""Settings of the credit service; read by `main.py` alone."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BASHAN_CREDIT_")

    households_url: str = ""
    cadres_url: str = ""
