"""Every key of the configuration: its value, where it came from, whether it is secret."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, SecretStr

from alerts.channels import CHANNELS, shown_address
from settings import Settings

DEFAULT = "default"
NOT_SHOWN = ("path", "origins", "boards", "channels", "keys")
MASK = "••••••"


@dataclass(frozen=True, slots=True)
class Key:
    """A key, as `email.host`; a secret's value is only said to be set."""

    name: str
    value: Any
    origin: str


def known_keys() -> list[str]:
    """The names of all keys, those of the channels too."""
    return [key.name for key in keys_of(Settings())]


def keys_of(settings: Settings) -> Iterator[Key]:
    """The keys in the order of config.toml."""
    yield from _of_model(settings, "", settings)
    for name, file in CHANNELS.items():
        model: type[BaseModel] | None = getattr(file, "KEYS", None)
        if model is not None:
            yield from _of_model(settings.channel(name, model), f"{name}.", settings)
    for name in settings.keys:
        yield _key(f"keys.{name}", MASK, settings)


def _of_model(model: BaseModel, prefix: str, settings: Settings) -> Iterator[Key]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if prefix or name not in NOT_SHOWN:
            if isinstance(value, BaseModel):
                yield from _of_model(value, f"{prefix}{name}.", settings)
            else:
                yield _key(f"{prefix}{name}", _shown(name, value), settings)


def _key(name: str, value: Any, settings: Settings) -> Key:
    return Key(name, value, settings.origins.get(name, DEFAULT))


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if name == "addresses":
        return [_address(str(one)) for one in value]
    if name == "url" and isinstance(value, str) and "@" in value:
        from database import shown_url

        return shown_url(value)
    return value


def _address(written: str) -> str:
    """One of `[operator] addresses`, which may be a secret."""
    channel, _, address = written.partition(":")
    return shown_address(channel, address) if channel in CHANNELS else written
