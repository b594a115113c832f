"""Apprise addresses against a real web server that stands for the services."""

import asyncio
import json
import logging

import pytest

from alerts.channels import ChannelError, ChannelSetupError, Outcome, apprise, configured, masked
from alerts.channels.apprise import LIMIT, brief, clean_address
from alerts.outgoing import Outgoing
from alerts.render import Page, ShownRow, ShownSearch
from doctor.keys import keys_of
from logs import redact_value
from settings import OperatorSettings, Settings
from tests.alerts.channels.receiver import receiver

pytest.importorskip("apprise")  # an optional extra


def settings(**values) -> Settings:
    return Settings(channels={"apprise": {"enabled": True, "allow_private": True} | values})


async def send(to: str, form: str = "two new", **values) -> str:
    channel = configured(settings(**values))["apprise"]
    return await channel.try_out(Outgoing(key="k", to=clean_address(to), subject="2 new", text="text", form=form))


async def test_a_service_gets_subject_and_text():
    async with receiver() as server:
        assert await send(f"ntfy://127.0.0.1:{server.port}/t0pic") == "ntfy took it"
        assert await send(f"mmost://127.0.0.1:{server.port}/{'a' * 26}") == "mmost took it"
    told = [json.loads(content) for _, _, content in server.taken]
    assert (told[0]["topic"], told[0]["title"], told[0]["message"]) == ("t0pic", "2 new", "two new")
    assert "two new" in told[1]["text"]


@pytest.mark.parametrize(
    ("answer", "outcome", "wait"),
    [((429, {}), Outcome.LATER, 60.0), ((401, {}), Outcome.LATER, None), ((500, {}), Outcome.LATER, None),
     ((502, {}), Outcome.UNCERTAIN, None), ("cut", Outcome.UNCERTAIN, None)],
)  # fmt: skip
async def test_a_refusal_means(answer, outcome, wait, capfd):
    async with receiver() as server:
        server.answers = [answer]
        with pytest.raises(ChannelError) as caught:
            await send(f"ntfy://127.0.0.1:{server.port}/t0pic")
    assert (caught.value.outcome, caught.value.retry_after) == (outcome, wait)
    assert "t0pic" not in str(caught.value) + "".join(capfd.readouterr())


async def test_services_that_hang_hold_up_no_thread_of_others(monkeypatch):
    monkeypatch.setattr(apprise, "AT_ONCE", 1)
    channel = configured(settings())["apprise"]
    async with receiver() as server:
        server.answers = ["hang"]
        sends = [asyncio.create_task(channel.send(Outgoing("k", f"ntfy://127.0.0.1:{server.port}/t", "s", "t")))
                 for _ in range(2)]  # fmt: skip
        while not server.taken:
            await asyncio.sleep(0.01)
        assert await asyncio.to_thread(lambda: True)
        for one in sends:
            one.cancel()
        begun, waiting = await asyncio.gather(*sends, return_exceptions=True)
        await channel.close()
    assert isinstance(begun, asyncio.CancelledError)  # it may have arrived: the outbox says so
    assert isinstance(waiting, ChannelError)
    assert waiting.outcome == Outcome.LATER


async def test_no_connection_hands_nothing_over():
    with pytest.raises(ChannelError, match="no connection") as caught:
        await send("gotify://127.0.0.1:9/tok")
    assert caught.value.outcome == Outcome.LATER


async def test_nothing_goes_inside():
    async with receiver() as server:
        for host in ("127.0.0.1", "localhost", "2130706433"):
            with pytest.raises(ChannelError, match="not on the public internet") as caught:
                await send(f"ntfy://{host}:{server.port}/topic", allow_private=False)
            assert caught.value.outcome == Outcome.ADDRESS
        assert server.taken == []


@pytest.mark.parametrize(
    "written",
    ["", "slack://", "file:///etc/passwd", "dbus://", "syslog://", "json://127.0.0.1/", "mailto://a:b@c.org", "ntfy",
     "discord://1/2?template=/etc/passwd", "slack://a/b/c/?template=file:///etc/passwd", "ntfys://x.org/a?verify=no",
     "ntfy://x.org/a b", "gotify://x.org", "ntfys://x.org/ü", "ntfys://x.org/" + "a" * 1000],
)  # fmt: skip
def test_what_is_not_let_is_refused_without_repeating_it(written):
    with pytest.raises(ValueError, match=r"address|setting") as caught:
        clean_address(written)
    assert len(written) < 10 or written not in str(caught.value)


@pytest.mark.parametrize(
    "written",
    ["ntfys://ntfy.sh/jobs?priority=high", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "pover://user@token",
     "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "matrixs://ada:pw@matrix.example.org/%23jobs"],
)  # fmt: skip
def test_an_address_is_a_secret(written):
    assert clean_address(f" {written} ") == written
    shown = masked("apprise", written)
    assert shown.startswith(written.partition("://")[0])
    assert written.partition("://")[2] not in shown
    assert written not in redact_value(f"failed for {written} today")
    found = settings().model_copy(update={"operator": OperatorSettings(addresses=[f"apprise:{written}"])})
    assert next(key for key in keys_of(found) if key.name == "operator.addresses").value == [f"apprise:{shown}"]


def test_it_is_off_by_default_and_says_what_is_missing(monkeypatch):
    assert configured(Settings(channels={"apprise": {"enabled": False}})) == {}
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    with pytest.raises(ChannelSetupError, match="pip install"):
        configured(settings())
    with pytest.raises(ValueError, match="pip install"):
        clean_address("ntfys://ntfy.sh/jobs")


def test_the_library_logs_nothing_elsewhere():
    apprise._listen()
    assert not logging.getLogger("apprise").propagate


def page(count: int, title: str = "ML Engineer", **values) -> Page:
    row = ShownRow(title, "Acme", facts=["Paris · remote", "$100k"], why=["title has “ml”"], page_url="https://x.org/p")
    return Page("2 new", rows=[row] * count, searches=[ShownSearch("ml", "title:ml")], **values)


def test_what_does_not_fit_is_counted():
    made = brief(page(30, more=5, more_url="https://x.org/all", stop_url="https://x.org/stop"))
    shown = made.count("ML Engineer – Acme")
    assert f"… and {35 - shown} more: https://x.org/all" in made
    assert len(made.encode()) <= LIMIT
    assert shown > 10
    assert len(brief(page(3, title="界" * 1000)).encode()) <= LIMIT


def test_a_postings_words_call_nobody_and_link_nowhere():
    made = brief(page(1, title="@everyone <!channel> [Apply](https://evil.example) `x`"))
    assert "https://x.org/p" in made
    assert not {"@everyone", "<!channel>", "](", "https://evil"} & {word for word in ("@everyone", "<!channel>", "](",
                "https://evil") if word in made}  # fmt: skip
