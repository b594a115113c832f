"""The channels: a name each in `settings.CHANNELS`, a file each beside this one."""

from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Protocol, cast

from alerts.channels.base import Channel, ChannelError, ChannelSetupError, Outcome
from settings import CHANNELS as NAMES
from settings import Settings, SettingsError

__all__ = [
    "CHANNELS",
    "Channel",
    "ChannelError",
    "ChannelFile",
    "ChannelSetupError",
    "Outcome",
    "asks_first",
    "check_address",
    "configured",
    "masked",
    "read_address",
    "shown_address",
]  # fmt: skip


class ChannelFile(Protocol):
    """What a channel's file holds. `LABEL` is what people call the channel, `ADDRESS` what its addresses are.

    It may hold too: `ASKS_FIRST`, where an address is asked before it is used, whoever names it; `mask_address(a)`
    where addresses are secrets; `check_address(address, settings)` for what the configuration does not let.
    """

    LABEL: str
    ADDRESS: str

    def build(self, settings: Settings) -> Channel | None:
        """The channel, or None where it is switched off. Raises ChannelSetupError where it cannot work."""
        ...

    def clean_address(self, address: str) -> str:
        """The address as it is stored. Raises ValueError saying what one looks like."""
        ...


class Files(MutableMapping[str, ChannelFile]):
    """The channels' files by name, each imported when it is looked at: their libraries take their time."""

    def __init__(self, names: Sequence[str]) -> None:
        self._found: dict[str, ChannelFile | None] = dict.fromkeys(names)

    def __getitem__(self, name: str) -> ChannelFile:
        found = self._found[name] or cast(ChannelFile, import_module(f"{__name__}.{name}"))
        self._found[name] = found
        return found

    def __setitem__(self, name: str, file: ChannelFile) -> None:
        self._found[name] = file

    def __delitem__(self, name: str) -> None:
        del self._found[name]

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


CHANNELS = Files(NAMES)


def configured(settings: Settings) -> dict[str, Channel]:
    """The channels that are switched on, by name. Raises ChannelSetupError naming the key that is missing or wrong."""
    check_operators(settings.operator.addresses)
    built = {name: CHANNELS[name].build(settings) for name in _with_a_table(settings)}
    return {name: channel for name, channel in built.items() if channel is not None}


def switched_on(settings: Settings) -> list[str]:
    """The names of the channels that work; those that are misconfigured are left out."""
    found = []
    for name in _with_a_table(settings):
        with suppress(SettingsError):
            found += [name] if CHANNELS[name].build(settings) is not None else []
    return found


def _with_a_table(settings: Settings) -> list[str]:
    """The channels that the configuration speaks of; the others are off, and their files need no look."""
    return [name for name in CHANNELS if settings.channels.get(name)]


def check_operators(written: Sequence[str]) -> None:
    """Raises ChannelSetupError where one of operator.addresses is none."""
    for one in written:
        try:
            read_address(one)
        except ValueError as error:
            raise ChannelSetupError(f"operator.addresses: {error}") from None


def read_address(written: str) -> tuple[str, str]:
    """(channel, address) of `CHANNEL:ADDRESS`, as configuration and commands write it. Raises ValueError."""
    channel, colon, address = written.partition(":")
    if not colon or channel not in CHANNELS:
        kinds = " or ".join(f"{name}:{file.ADDRESS.upper()}" for name, file in CHANNELS.items())
        shown = f"{written.partition('://')[0]}://…" if "://" in written else written  # it may be a secret
        raise ValueError(f"{shown!r} is no address; write {kinds}")
    return channel, CHANNELS[channel].clean_address(address)


def shown_address(channel: str, address: str) -> str:
    """As `read_address` reads it, where it is no secret."""
    return f"{channel}:{masked(channel, address)}"


def masked(channel: str, address: str) -> str:
    """The address as it may be shown and logged: of one that is a secret, enough to tell it from others."""
    mask = getattr(CHANNELS[channel], "mask_address", None) if channel in CHANNELS else None
    return str(mask(address)) if mask else address


def asks_first(channel: str) -> bool:
    """Whether an address of it is asked before it is used, even if the operator names it."""
    return bool(getattr(CHANNELS[channel], "ASKS_FIRST", False))


def check_address(channel: str, address: str, settings: Settings) -> None:
    """Raises ValueError where the configuration lets nothing be sent there."""
    if (check := getattr(CHANNELS[channel], "check_address", None)) is not None:
        check(address, settings)
