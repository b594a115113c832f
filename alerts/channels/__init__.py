"""The channels: one line each in CHANNELS, one file each beside this one."""

from collections.abc import Callable

from alerts.channels import email, telegram
from alerts.channels.base import Channel, ChannelError, ChannelSetupError
from settings import Settings

__all__ = ["CHANNELS", "Channel", "ChannelError", "ChannelSetupError", "configured"]

# name -> builder: a channel, None where it is switched off, ChannelSetupError where it cannot work
CHANNELS: dict[str, Callable[[Settings], Channel | None]] = {
    "telegram": telegram.build,
    "email": email.build,
}


def configured(settings: Settings) -> dict[str, Channel]:
    """The channels that are switched on, by name. Raises ChannelSetupError naming the key that is missing or wrong."""
    built = {name: build(settings) for name, build in CHANNELS.items()}
    return {name: channel for name, channel in built.items() if channel is not None}
