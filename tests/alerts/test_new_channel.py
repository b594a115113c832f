"""A channel is a file and a line of the registry: everything else takes it as it is."""

import types
from dataclasses import dataclass

import pytest

from alerts import channels, searches
from alerts.channels import ChannelSetupError, configured
from alerts.searches import SubscriberError
from database import transaction
from models import Address
from settings import OperatorSettings

SENT: list[tuple[str, str]] = []


@dataclass
class Pigeons:
    """Carries the plain text."""

    name: str = "pigeon"

    def form(self, page) -> str:
        return ""

    async def send(self, outgoing) -> str:
        SENT.append((outgoing.to, outgoing.text))
        return str(len(SENT))

    async def try_out(self, outgoing) -> str:
        return f"pigeon {await self.send(outgoing)} is on its way"

    async def probe(self, is_thorough) -> None:
        pass

    async def close(self) -> None:
        pass


def build(settings):
    """Off where the configuration has no table of it."""
    return Pigeons() if settings.channels.get("pigeon", {}).get("feed") else None


def clean_address(address: str) -> str:
    """A loft."""
    if not address.startswith("loft "):
        raise ValueError(f"{address!r} is not a loft")
    return address


@pytest.fixture
def pigeon(world, monkeypatch):
    """What alerts/channels/pigeon.py would be, and its line."""
    file = types.ModuleType("alerts.channels.pigeon")
    file.LABEL, file.ADDRESS = "pigeon", "loft"
    file.build, file.clean_address = build, clean_address
    monkeypatch.setitem(channels.CHANNELS, "pigeon", file)
    SENT.clear()
    assert "pigeon" not in configured(world.settings)
    world.settings.channels["pigeon"] = {"feed": "corn"}
    world.channels = configured(world.settings)


async def test_a_new_channel_alerts_tells_operators_and_checks_its_addresses(world, pigeon, mail):
    world.settings.operator = OperatorSettings(addresses=["pigeon:loft 9"], gather_minutes=0)
    ada = world.person(email="ada@example.org")
    with transaction(world.engine) as connection:
        with pytest.raises(SubscriberError, match="not a loft"):
            searches.add_address(connection, ada, "pigeon", "7", world.now)
        for loft in ("loft 1", "loft 2"):
            searches.add_address(connection, ada, "pigeon", loft, world.now)
    world.search(ada, channels=["pigeon", "email"])
    world.open("Falconer of models, engineer")
    await world.deliver()
    assert (await world.deliver(seconds=31)).sent == 3
    assert {to for to, _ in SENT} == {"loft 1", "loft 2"}
    assert all("Falconer" in text for _, text in SENT)
    assert len(mail.arrived) == 1
    with transaction(world.engine) as connection:
        searches.remove_address(connection, ada, "pigeon", "loft 2", world.now)
    assert {row["address"] for row in world.rows(Address)} == {"ada@example.org", "loft 1"}


def test_an_operator_of_no_channel_is_refused_with_what_to_write(world, pigeon):
    for wrong in ("pigeons:loft 1", "loft 1", "pigeon:7"):
        world.settings.operator = OperatorSettings(addresses=[wrong])
        with pytest.raises(ChannelSetupError, match=r"operator\.addresses: .*loft"):
            configured(world.settings)


def test_the_older_keys_of_the_operator_are_still_read():
    assert OperatorSettings.model_validate({"telegram": 7, "email": ""}).addresses == ["telegram:7"]
    assert OperatorSettings.model_validate({"email": "op@example.org"}).addresses == ["email:op@example.org"]
