"""The webhook against a real web server: signed, never to a private address, no redirect followed."""

import base64
import hashlib
import hmac
import json
from urllib.parse import urlsplit

import aiohttp
import pytest

from alerts import optin
from alerts.channels import ChannelError, ChannelSetupError, Outcome, configured, masked, webhook
from alerts.channels.webhook import WebhookSettings, check_address, clean_address, shown_key
from alerts.outgoing import Outgoing
from alerts.subscribers import list_subscribers
from database import transaction
from models import Address
from settings import Settings
from tests.alerts.channels.receiver import receiver

SECRET = "a secret of sixteen or more"


def settings(**values) -> Settings:
    return Settings(channels={"webhook": {"secret": SECRET, "allow_private": True} | values})


def message(to: str, **values) -> Outgoing:
    return Outgoing(key="weekly-1", to=to, subject="7 new", text="Grüße", **values)


async def post(to: str, **values) -> str:
    channel = configured(settings(**values))["webhook"]
    try:
        return await channel.try_out(message(to))
    finally:
        await channel.close()


async def test_a_body_is_signed_with_the_key_of_its_address():
    async with receiver() as server:
        assert await post(server.url()) == "HTTP 200 well received"
    path, headers, content = server.taken[0]
    key = base64.b64decode(shown_key(settings(), server.url()).removeprefix("whsec_"))
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + content
    signature = base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()
    assert (path, headers["webhook-signature"]) == ("/hook/s3cret", f"v1,{signature}")
    assert headers["user-agent"].startswith("rolewire/")
    assert json.loads(content)["notice"] == "Grüße"
    assert shown_key(settings(), server.url("/other")) != shown_key(settings(), server.url())


async def test_a_repeat_has_the_same_id_and_says_so():
    async with receiver() as server:
        channel = configured(settings())["webhook"]
        ids = {await channel.send(message(server.url(), is_possible_repeat=repeat)) for repeat in (False, True)}
        await channel.close()
    assert len(ids) == 1
    assert [json.loads(content)["is_possible_repeat"] for _, _, content in server.taken] == [False, True]


@pytest.mark.parametrize(
    ("answer", "outcome", "wait"),
    [
        ((301, {"Location": "http://169.254.169.254/"}), Outcome.LATER, None), ((404, {}), Outcome.LATER, None),
        ((410, {}), Outcome.ADDRESS, None), ((429, {"Retry-After": "7"}), Outcome.LATER, 7.0),
        ((503, {"Retry-After": "soon"}), Outcome.LATER, None), ((503, {"Retry-After": "9" * 30}), Outcome.LATER, 86400),
        ((500, {}), Outcome.LATER, None), ((504, {}), Outcome.UNCERTAIN, None), ("cut", Outcome.UNCERTAIN, None),
        ("hang", Outcome.UNCERTAIN, None),
    ],
)  # fmt: skip
async def test_an_answer_means(answer, outcome, wait, monkeypatch):
    monkeypatch.setattr(webhook, "TIMES", aiohttp.ClientTimeout(total=0.5 if answer == "hang" else 5))
    async with receiver() as server:
        server.answers = [answer]
        with pytest.raises(ChannelError) as caught:
            await post(server.url())
        assert len(server.taken) == 1  # no redirect was followed
    assert (caught.value.outcome, caught.value.retry_after) == (outcome, wait)
    assert "s3cret" not in str(caught.value)


async def test_no_connection_hands_nothing_over():
    with pytest.raises(ChannelError) as caught:
        await post("http://127.0.0.1:9/hook")
    assert caught.value.outcome == Outcome.LATER


@pytest.mark.parametrize(
    "to",
    ["http://example.org/x", "https://127.0.0.1/x", "https://localhost/x", "https://0x7f.1/x", "https://[::1]/x",
     "https://10.0.0.8/x", "https://2130706433/x", "https://printer.local/x", "https://[::ffff:192.168.0.1]/x"],
)  # fmt: skip
async def test_nothing_is_posted_inside(to):
    with pytest.raises(ChannelError) as caught:
        await post(clean_address(to), allow_private=False)
    assert caught.value.outcome == Outcome.ADDRESS
    with pytest.raises(ValueError, match="allow_private"):
        check_address(to, settings(allow_private=False))


async def test_a_name_that_leads_inside_is_refused_where_the_connection_is_made(monkeypatch):
    def resolve(host, port, *_):
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(webhook.socket, "getaddrinfo", resolve)
    async with receiver() as server:
        with pytest.raises(ChannelError, match="not on the public internet") as caught:
            await post(f"https://rebinds.example.org:{server.port}/hook", allow_private=False)
        assert (caught.value.outcome, server.taken) == (Outcome.ADDRESS, [])


@pytest.mark.parametrize(
    "written",
    ["", "ftp://x.org/a", "https://", "https://u:p@x.org/", "https://x.org/#k", "https://x.org/a b", "https://x.org/\nb",
     "https://x.org/ü", "https://[x/", "https://x.org:99999/", "https://x.org/" + "a" * 1000],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_without_repeating_it(written):
    with pytest.raises(ValueError, match="no web address") as caught:
        clean_address(written)
    assert len(written) < 10 or written not in str(caught.value)


def test_a_weak_secret_is_refused():
    with pytest.raises(ChannelSetupError, match=r"webhook\.secret"):
        configured(Settings(channels={"webhook": {"secret": "short"}}))
    assert configured(Settings(channels={"webhook": {"secret": ""}})) == {}
    assert WebhookSettings().secret.get_secret_value() == ""


async def test_a_webhook_is_asked_first_and_then_told(world):
    world.settings.channels |= settings().channels
    world.channels = configured(world.settings)
    async with receiver() as server:
        to = server.url()
        ada = world.person(email="ada@example.org")
        with transaction(world.engine) as connection:
            optin.propose(connection, world.settings, ada, "webhook", f" {to} ", world.now)
        await world.deliver(seconds=1)
        asked = json.loads(server.taken[0][2])
        token = urlsplit(next(line for line in asked["notice"].split() if "/confirm/" in line)).path.split("/")[2]
        with transaction(world.engine) as connection:
            meant = optin.read(optin.secret_key(connection), token)
            assert (to not in meant.address, meant.address) == (True, masked("webhook", to))
            assert optin.confirm(connection, meant, world.now)
            shown = list_subscribers(connection)[0]["addresses"]
        assert [one["address"] for one in shown] == ["ada@example.org", masked("webhook", to)]
        assert next(row for row in world.rows(Address) if row["channel"] == "webhook")["state"] == "active"
        world.search(ada, channels=["webhook"])
        world.open("Prompt <b>engineer</b>")
        await world.deliver()
        assert (await world.deliver(seconds=31)).sent == 1
        told = json.loads(server.taken[1][2])
    assert [(one["id"], one["kind"], one["title"]) for one in told["postings"]] == [
        ("p1", "opened", "Prompt <b>engineer</b>")
    ]
    assert told["postings"][0]["why"]
    assert told["searches"][0]["unsubscribe_url"]
