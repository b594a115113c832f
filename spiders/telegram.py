"""Telegram channels."""

from datetime import UTC, datetime, timedelta
from typing import Any

from parsel import Selector

from models import BoardTask, RawPosting, Reuse, SourceKind
from spiders.base.board import Ask, Reading
from spiders.base.embedded import page_of
from spiders.base.errors import ParseError
from spiders.base.openings import canonical_of_opening, openings, posting_of
from spiders.base.paged import At, PagedSpider
from spiders.base.values import fields, looks_like, text

READ_BACK = timedelta(days=10)  # further back a page of messages leads nowhere


class TelegramSpider(PagedSpider):
    """Ads in public Telegram channels.

    Source: t.me/s/{channel}, the preview that anybody may read; a board is named by its channel. A channel without a
        preview is not read.
    API: none; the page holds some twenty messages and leads to those before. The last ten days are read.
    Caveats: A message may hold several jobs: each is a posting, named by the message's number and its own name. What
        names no job is left out. The channel is no employer: that is known only where a line says it.
    """

    name = "telegram"
    kind = SourceKind.AGGREGATOR
    domains = ("t.me", "telegram.me")
    urls = (
        r"(?:t|telegram)\.me/s/(?P<board>\w{4,32})(?:/(?P<id>\d+))?",
        r"(?:t|telegram)\.me/(?P<board>(?!s/|joinchat/|c/)\w{4,32})/(?P<id>\d+)",
    )
    canonical = "https://t.me/{board}/{id}"
    attribution = "Source: Telegram"
    reuse = Reuse.LINK_ONLY
    window = timedelta(days=45)
    list_key, token_key = "messages", "before"

    def page(self, task: BoardTask, at: At) -> Ask:
        before = f"?before={at.token}" if at.token else ""
        return Ask(f"https://t.me/s/{task.board.lstrip('@')}{before}")

    def load(self, body: bytes) -> Any:
        """The messages of a page, newest first, and what leads to those before."""
        page = page_of(body)
        messages = [said(node) for node in page.css(".tgme_widget_message[data-post]")]
        if not messages and b"tgme_channel" not in body:
            raise ParseError(f"{looks_like(body)} that shows no messages; the channel may have no public preview")
        is_old = any(is_before(text(message["at"]), READ_BACK) for message in messages)
        back = page.css('link[rel="prev"]::attr(href), a.tme_messages_more[data-before]::attr(href)').get(default="")
        number = back.partition("before=")[2]
        return {"messages": messages[::-1], "before": number if number.isdigit() and not is_old else ""}

    def native_id(self, item: Any) -> str:
        return text(fields(item).get("id"))

    def map_rows(self, items: Any, task: BoardTask) -> Reading:
        """A row for each job of a message."""
        found = [{**row, "_at": item["at"]} for item in items for row in openings(item["id"], item["text"])]
        return super().map_rows(found, task)

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        url = f"https://t.me/{task.board.lstrip('@')}/{item['_ad']}"
        return posting_of(self.name, task, item, url, item["_at"])

    def canonical_of(self, raw: RawPosting) -> str | None:
        return canonical_of_opening(raw)


def said(node: Selector) -> dict[str, str]:
    """A message's number, time and text."""
    told = node.css(".js-message_text, .tgme_widget_message_text").get(default="")
    at = node.css(".tgme_widget_message_date time::attr(datetime), time::attr(datetime)").get(default="")
    return {"id": node.attrib["data-post"].rpartition("/")[2], "text": told, "at": at}


def is_before(moment: str, span: timedelta) -> bool:
    """Whether a moment is longer ago than that."""
    try:
        return datetime.now(UTC) - datetime.fromisoformat(moment) > span
    except (ValueError, TypeError):
        return False
