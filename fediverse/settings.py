"""What the operator sets, read once at start from the environment (`FEDIVERSE_*`) or a TOML file, and checked before anything runs.

A wrong or missing value raises NotConfigured with the name and the reason. Nothing here changes while the node runs.
"""

import tomllib
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from fediverse.errors import NotConfigured

MEBIBYTE = 1024 * 1024


class Settings(BaseSettings):
    """All settings of a node. Build it with `load()`."""

    model_config = SettingsConfigDict(env_prefix="FEDIVERSE_", frozen=True, extra="forbid", hide_input_in_errors=True)

    domain: str = Field(description="domain of handles, with a port where it is not the scheme's own")
    base_url: str = Field(default="", description="where the node is reached; https:// + domain when empty")
    data_dir: Path = Field(default=Path("data"), description="SQLite file, media, exports")
    keys_dir: Path = Field(default=Path("keys"), description="private keys")
    database_url: SecretStr = Field(
        default=SecretStr(""), description="sqlite://… or postgres://…; SQLite in the data folder when empty"
    )
    development: bool = Field(
        default=False, description="allows http, ports and loopback peers; only for localhost and .test"
    )
    webfinger: Literal["signed", "open"] = Field(
        default="signed", description="who may look people up: allowed servers, or anybody"
    )
    public_means: Literal["network", "company"] = Field(
        default="network", description="what a client's `public` reaches"
    )

    title: str = Field(default="", description="name of the node as people see it; the domain when empty")
    description: str = Field(default="", description="one sentence about this node")
    contact_email: str = Field(default="", description="whom people and other administrators write to")
    locale: Literal["en", "fr"] = Field(default="en", description="language of a person who has not chosen one")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least level that is logged"
    )
    log_format: Literal["json", "text"] = Field(
        default="json", description="one JSON object a line, or text for people"
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="bearer token for /metrics from elsewhere; loopback needs none"
    )
    max_post_characters: int = Field(
        default=5000, ge=100, le=100_000, description="longest post, in characters as clients count them"
    )
    max_media_bytes: int = Field(
        default=40 * MEBIBYTE, ge=MEBIBYTE, description="largest picture or document, in bytes"
    )
    max_video_bytes: int = Field(default=100 * MEBIBYTE, ge=MEBIBYTE, description="largest video or sound, in bytes")
    max_image_pixels: int = Field(
        default=40_000_000, ge=1_000_000, le=150_000_000, description="largest picture, in pixels"
    )
    max_video_pixels: int = Field(
        default=4096 * 2160, ge=640 * 480, le=8192 * 4320, description="largest video, in pixels of one frame"
    )
    max_video_frame_rate: int = Field(default=120, ge=24, le=240, description="most frames of a video in a second")
    max_video_minutes: int = Field(default=240, ge=1, le=1440, description="longest video or sound, in minutes")
    max_body_bytes: int = Field(
        default=MEBIBYTE, ge=65_536, description="largest activity accepted from another server, in bytes"
    )
    rate_limits: bool = Field(
        default=True, description="limit requests per person and address; may be off in development only"
    )
    deliveries_at_once: int = Field(
        default=64, ge=1, le=1000, description="hosts that are sent to at the same time by one process"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment beats the TOML file (which `load` passes as arguments)."""
        return env_settings, init_settings

    @field_validator("domain")
    @classmethod
    def _domain_is_bare(cls, value: str) -> str:
        value = value.strip().lower()
        if not value or any(sign in value for sign in "/@ \\?#") or value.endswith("."):
            raise ValueError("write the bare domain of handles, as in acme.example or acme.localhost:8001")
        return value

    @field_validator("base_url")
    @classmethod
    def _base_url_is_an_origin(cls, value: str) -> str:
        value = value.rstrip("/")
        if value:
            parts = urlsplit(value)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
                raise ValueError("write scheme and host only, as in https://social.acme.example")
        return value

    @model_validator(mode="after")
    def _development_stays_at_home(self) -> Self:
        name = self.domain.partition(":")[0]
        at_home = name == "localhost" or name.endswith((".localhost", ".test"))
        if self.development and not at_home:
            raise ValueError(
                "development mode only runs on a domain under localhost or .test; unset FEDIVERSE_DEVELOPMENT"
            )
        if not self.development and not self.origin.startswith("https://"):
            raise ValueError("base_url must be https; plain http is for development")
        if not self.development and not self.rate_limits:
            raise ValueError("rate_limits may be switched off in development only")
        return self

    @property
    def origin(self) -> str:
        """Scheme and host of every URL that this node makes; also what signatures are checked against, whatever a proxy says."""
        return self.base_url or f"https://{self.domain}"

    @property
    def host(self) -> str:
        """Host, with its port when it is not the scheme's own, of `origin`."""
        return urlsplit(self.origin).netloc

    @property
    def name(self) -> str:
        return self.title or self.domain

    @property
    def max_upload_bytes(self) -> int:
        """The largest file of any kind: what a request may carry before it is known what it is."""
        return max(self.max_media_bytes, self.max_video_bytes)

    @property
    def database(self) -> str:
        return self.database_url.get_secret_value() or f"sqlite://{self.data_dir / 'fediverse.sqlite3'}"


def load(config: Path | None = None, **overrides: object) -> Settings:
    """Settings from the TOML file *config*, the environment and *overrides* (the command line), weakest first.

    Raises NotConfigured with one line per wrong setting: its name and the reason.
    """
    values: dict[str, object] = {}
    if config is not None:
        try:
            values = tomllib.loads(config.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise NotConfigured(f"{config}: cannot be read: {problem}") from problem
    try:
        settings = Settings(**values)  # type: ignore[arg-type]  # pydantic checks them
        return settings if not overrides else settings.model_copy(update=overrides)
    except ValidationError as problem:
        raise NotConfigured(_explain(problem)) from None


def _explain(problem: ValidationError) -> str:
    lines = []
    for error in problem.errors(include_input=False, include_url=False):
        name = "FEDIVERSE_" + "_".join(str(part) for part in error["loc"]).upper() if error["loc"] else "settings"
        reason = error["msg"].removeprefix("Value error, ")
        if error["type"] == "missing":
            reason = "is required"
        lines.append(f"{name}: {reason}")
    return "\n".join(lines)
