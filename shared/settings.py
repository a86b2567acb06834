"""Settings that every service has. Each service subclasses this with its own prefix and reads it in `main.py` alone."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings


class ServiceSettings(BaseSettings):
    """Environment variables with the service's prefix, such as BASHAN_CREDIT_DATABASE_URL."""

    database_url: str = Field(description="runtime role: rows of its own schema, no DDL")
    jobs_database_url: str = Field(description="jobs role: the same rights, longer statements")
    secrets_dir: Path = Field(description="folder with the key files this service may read")
    files_dir: Path = Field(description="folder for uploads and reports")
    demonstration: bool = False
    traces_endpoint: str = Field("", description="where traces go (OTLP over HTTP, …/v1/traces); empty: nowhere")
    traces_share: float = Field(0.05, ge=0, le=1, description="the share of requests that is traced, 0 to 1")
