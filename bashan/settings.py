"""What the command line reads from the environment; every variable with its meaning stands in `docs/operations/`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BASHAN_")

    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535, description="a whole number from 1 to 65535")
    demonstration: bool = Field(default=True, description="true or false")

    operator_host: str = "127.0.0.1"
    operator_port: int | None = Field(default=None, ge=1, le=65535, description="a whole number from 1 to 65535")
    stop_notice_seconds: float = Field(default=0.0, ge=0, le=60, description="seconds, 0 to 60")

    traces_endpoint: str = ""
    traces_share: float = Field(default=0.05, ge=0, le=1, description="a share, 0 to 1")

    households_database_url: str | None = None
    cadres_database_url: str | None = None
    credit_database_url: str | None = None
    gateway_database_url: str | None = None
    households_owner_database_url: str | None = None
    cadres_owner_database_url: str | None = None
    credit_owner_database_url: str | None = None
    gateway_owner_database_url: str | None = None
    households_jobs_database_url: str | None = None
    cadres_jobs_database_url: str | None = None
    credit_jobs_database_url: str | None = None
    gateway_jobs_database_url: str | None = None
    admin_database_url: str | None = None
    service_secrets_dir: Path | None = None
    postgres_bin: Path | None = None

    def own_database(self, service: str) -> str | None:
        """The URL of a server of the operator's own, where one is named."""
        url: str | None = getattr(self, f"{service}_database_url")
        return url

    def owner_database(self, service: str) -> str | None:
        """The URL by which migrations run; the service's own where no other is named."""
        url: str | None = getattr(self, f"{service}_owner_database_url") or self.own_database(service)
        return url

    def jobs_database(self, service: str) -> str | None:
        """The URL of the role of bulk work, which is given more time; the service's own where no other is named."""
        url: str | None = getattr(self, f"{service}_jobs_database_url") or self.own_database(service)
        return url
