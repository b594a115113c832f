"""Five hundred hostile postings through every template and channel: delivered, and only words."""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from alerts.channels import configured
from alerts.digest import compose
from demo.botapi import TOKEN, BotApi
from demo.mailserver import MailServer
from demo.telegram_html import read_html
from settings import Settings
from tests.alerts.channels.receiver import receiver
from tests.alerts.hostile import COUNT, IN_A_MESSAGE, letters

MESSAGES = COUNT // IN_A_MESSAGE
OURS = {"html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "h1", "h2", "span",
        "a", "p", "ul", "li", "b"}  # fmt: skip
FORBIDDEN = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}  # besides the ends of lines


class Tags(HTMLParser):
    """The tags of a page, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.links += [value for name, value in attrs if name in ("href", "src")]


async def send_all(settings: Settings, name: str, to: Callable[[int], str]) -> None:
    channel = configured(settings)[name]
    for number, letter in enumerate(letters()):
        outgoing = compose(replace(letter, to=to(number)), channel.form)
        assert "\n" not in outgoing.subject
        assert await channel.send(outgoing) is not None
    await channel.close()


def is_clean(text: str) -> bool:
    return not {char for char in text if char not in "\n\u200d" and unicodedata.category(char) in FORBIDDEN}


async def test_by_mail():
    with MailServer() as server:
        settings = Settings(channels={"email": {"host": server.host, "port": server.port, "security": "none"}})
        await send_all(settings, "email", lambda number: f"p{number}@example.org")
        assert [one.recipients for one in server.arrived] == [[f"p{number}@example.org"] for number in range(MESSAGES)]
    for one in server.arrived:
        assert {name.lower() for name in one.message} == {
            "from", "to", "subject", "date", "message-id", "auto-submitted", "list-id", "list-unsubscribe",
            "list-unsubscribe-post", "mime-version", "content-type",
        }  # fmt: skip
        assert "evil.example" not in one.message["List-Unsubscribe"]
        assert is_clean(one.part("plain"))
        html = one.part("html")
        assert is_clean(html)
        found = Tags()
        found.feed(html)
        assert found.tags <= OURS
        assert found.links
        assert all(url.startswith(("https://jobs.example.org/", "https://ok.example/ad")) for url in found.links)
        assert html.count("<style") == 1  # our own
        assert "49" not in one.message["Subject"]


async def test_by_telegram():
    with BotApi() as api:
        api.chats.known.update(range(1000, 1000 + MESSAGES))
        settings = Settings(channels={"telegram": {"token": TOKEN, "api_url": api.url}})
        await send_all(settings, "telegram", lambda number: str(1000 + number))
        assert len(api.accepted) == MESSAGES
    for one in api.accepted:  # the server refuses what Telegram refuses: entities, lengths
        read = read_html(one["source"])
        assert is_clean(read.text)
        assert {kind for kind, _, _ in read.entities} <= {"a", "b", "i"}
        links = [url for kind, url, _ in read.entities if kind == "a"]
        assert all(url.startswith(("https://jobs.example.org/", "https://ok.example/ad")) for url in links)


@pytest.mark.parametrize("name", ["webhook", "apprise"])
async def test_by_web(name):
    if name == "apprise":
        pytest.importorskip("apprise")  # an optional extra
    keys = {"webhook": {"secret": "x" * 16}, "apprise": {"enabled": True}}[name]
    async with receiver() as server:
        to = {"webhook": server.url("/{}"), "apprise": f"ntfy://127.0.0.1:{server.port}/topic{{}}"}[name]
        await send_all(Settings(channels={name: keys | {"allow_private": True}}), name, to.format)
        told = [json.loads(content) for _, _, content in server.taken]
    assert len(told) == MESSAGES
    assert all("\r" not in value for _, headers, _ in server.taken for value in headers.values())
    if name == "webhook":
        assert sum(len(one["postings"]) for one in told) == COUNT
        texts = [value for one in told for row in one["postings"] for value in (row["title"], row["company"])]
        links = {row[key] for one in told for row in one["postings"] for key in ("page_url", "ad_url")}
        assert all(url == "" or url.startswith(("https://jobs.example.org/", "https://ok.example/ad")) for url in links)
    else:
        texts = [one["message"] for one in told]
        assert not [one for one in texts if {"@everyone", "<!channel>", "]("} & set(one.split())]
        assert all("@everyone" not in one and "](" not in one for one in texts)
        assert all(len(one.encode()) <= 4096 for one in texts)
    assert all(is_clean(text.replace("\u200b", "")) for text in texts)
