"""Settings of the gateway; read by `main.py` alone."""

from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings

SHORTEST_SECRET = 16
# Who may read whole numbers of others. A household reads its own, and comes by WeChat.
UNMASKING = frozenset({"cadre", "village_official", "township_official", "county_official", "city_official"})
_SHIPPED_PASSWORDS = ("changeme", "secret", "password", "default", "example")


class Settings(ServiceSettings):
    """Environment variables with BASHAN_GATEWAY_ before the name. What is wrong is named, its value never shown."""

    model_config = SettingsConfigDict(env_prefix="BASHAN_GATEWAY_", hide_input_in_errors=True, env_ignore_empty=True)

    public_url: str = Field("http://127.0.0.1:8000", description="how callers reach the gateway; no slash at its end")
    households_url: str = ""
    cadres_url: str = ""
    credit_url: str = ""
    trusted_proxies: tuple[str, ...] = Field((), description="addresses whose X-Forwarded-For is believed")
    show_docs: bool | None = Field(None, description="/docs and /openapi.json; unset: in the demonstration only")
    require_signatures: bool | None = Field(None, description="signed partners' requests; unset: all but demonstration")
    second_factor_roles: tuple[str, ...] | None = Field(
        None, description="roles that nobody holds without a second factor; unset: all who unmask, but demonstration"
    )
    limits_factor: int | None = Field(
        None, ge=1, description="how much more room than data/limits.json says; unset: 1, in the demonstration plenty"
    )
    wechat_base_url: str = "https://api.weixin.qq.com"
    wechat_appid: str = ""
    wechat_secret: SecretStr = SecretStr("")

    @property
    def token_url(self) -> str:
        """The audience that a bank's assertion must name."""
        return f"{self.public_url}/v1/oauth/token"

    @property
    def docs_shown(self) -> bool:
        return self.demonstration if self.show_docs is None else self.show_docs

    @property
    def signatures_required(self) -> bool:
        return not self.demonstration if self.require_signatures is None else self.require_signatures

    @property
    def roles_needing_second_factor(self) -> frozenset[str]:
        if self.second_factor_roles is None:
            return frozenset() if self.demonstration else UNMASKING | {"operator"}
        return frozenset(self.second_factor_roles)

    @model_validator(mode="after")
    def refuse_weak_secrets(self) -> Self:
        """An appid comes with its real secret, or WeChat login stays off (checks S65)."""
        secret = self.wechat_secret.get_secret_value()
        plain = any(word in secret.casefold() for word in _SHIPPED_PASSWORDS)
        if self.wechat_appid and (len(secret) < SHORTEST_SECRET or plain):
            raise ValueError("BASHAN_GATEWAY_WECHAT_SECRET is missing, too short or a placeholder")
        return self
