"""a16z speedrun's talent network."""

from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPlace, RawPosting, Reuse, SourceKind
from spiders.base.board import Ask
from spiders.base.paged import At, DetailSpider
from spiders.base.parts import named
from spiders.base.values import dig, digest, distinct, flag, text

API, US = "https://speedrun-talent-network.com/api/v1/jobs", "source=rolewire"


class SpeedrunSpider(DetailSpider):
    """Jobs at the start-ups of a16z speedrun.

    Source: speedrun-talent-network.com; its one board is named as you like.
    API: https://speedrun-talent-network.com/api/v1/openapi.json, GET /jobs?page=N, 50 a page from 0 on, and /jobs/{id}
        for the text, read if it is new or its row has changed. It asks programs to name themselves in `source`.
    Caveats: Most ads stand on the employer's own board too, where one applies. One that is taken down says so in
        `status`.
    """

    name = "speedrun"
    kind = SourceKind.BOARD
    domains = ("speedrun-talent-network.com",)
    urls = (
        r"(?:www\.)?(?:speedrun)-talent-network\.com/(?:api/v1/)?jobs/(?:[^/?]*-)?(?P<id>[0-9a-z]{6,})/?(?:\?|$)",
        r"(?:www\.)?(?P<board>speedrun)-talent-network\.com/",
    )
    canonical = "https://speedrun-talent-network.com/jobs/{id}"
    is_strict = False
    attribution = "Source: a16z speedrun"
    reuse = Reuse.LINK_ONLY
    list_key, total_key, detail_key, page_size = "jobs", "total", "job", 50

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - it has one board
        return Ask(f"{API}?page={at.number}&{US}")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:  # noqa: ARG002 - it has one board
        return Ask(f"{API}/{quote(self.native_id(item), safe='')}?{US}")

    def stamp(self, item: dict[str, Any]) -> str:
        return digest(*(item.get(name) for name in ("title", "company", "location", "remote", "published_at")))

    def is_shown(self, item: dict[str, Any]) -> bool:
        return text(item.get("status")) not in ("closed", "archived", "expired")

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, url, remote = self.native_id(item), text(item.get("url")), flag(item.get("remote"))
        kind = text(item.get("workplace_type")) or "remote" * (remote is True)
        return None if not self.is_shown(item) else RawPosting(
            self.name, task.board, key, url or f"https://speedrun-talent-network.com/jobs/{key}",
            text(item.get("title")), company=named(item.get("company")), apply_url=text(dig(item, "apply.url")) or url,
            description=text(item.get("description_html")) or text(item.get("description_text")),
            places=distinct([RawPlace(text(item.get("location")))]), posted=text(item.get("published_at")),
            employment_type=text(item.get("employment_type")), workplace=kind, is_remote=remote,
            pay_text=text(item.get("comp_summary")),
        )  # fmt: skip
