"""TikTok and ByteDance."""

from typing import Any

from models import BoardTask, RawPlace, RawPosting, SourceKind, Verdict
from spiders.base.board import Ask
from spiders.base.errors import BoardFailure
from spiders.base.paged import At, PagedSpider
from spiders.base.values import distinct, fields, joined, rows, text

BOARDS = {  # where a board is asked, the path of its website, and where its postings stand
    "tiktok": ("https://api.lifeattiktok.com/api/v1/public/supplier", "tiktok", "https://lifeattiktok.com/search/{}"),
    "bytedance": ("https://jobs.bytedance.com/api/v1/public/supplier", "en", "https://joinbytedance.com/search/{}"),
    "usds": ("https://careers.tiktokusds.com/api/v1", "", "https://careers.tiktokusds.com/position/{}/detail"),
}
ASKED = ("recruitment_id_list", "job_category_id_list", "subject_id_list", "location_code_list")


class TiktokSpider(PagedSpider):
    """The careers sites of TikTok, ByteDance and TikTok USDS.

    Source: lifeattiktok.com, joinbytedance.com, careers.tiktokusds.com; the boards are tiktok, bytedance, usds.
    API: none is documented; POST /search/job/posts, 100 a page, with the texts.
    Caveats: A header names the website, else the answer is 400. An error comes under 200, with a `code`. Texts are
        plain. There is no date on most.
    """

    name = "tiktok"
    kind = SourceKind.EMPLOYER
    domains = ("lifetiktok.com", "lifeattiktok.com", "careers.tiktok.com", "jobs.tiktok.com", "joinbytedance.com",
               "jobs.bytedance.com", "careers.tiktokusds.com")  # fmt: skip
    urls = (
        r"(?:[^/]+\.)?(?:join|jobs\.)(?P<board>bytedance)\.com/(?:.*?(?P<id>\d{16,20}))?",
        r"careers\.tiktok(?P<board>usds)\.com/(?:.*?(?P<id>\d{16,20}))?",
        r"(?:[^/]+\.)?(?:life|lifeat|careers\.|jobs\.)(?P<board>tiktok)\.com/(?:.*?(?P<id>\d{16,20}))?",
    )
    canonical = "https://jobs.bytedance.com/position/{id}"
    is_strict = False
    list_key, total_key, page_size = "data.job_post_list", "data.count", 100

    def site(self, task: BoardTask) -> tuple[str, str, str]:
        """Where the board is asked. Raises BoardFailure where there is no such board."""
        board = task.board.lower()
        if board not in BOARDS:
            raise BoardFailure(Verdict.ERROR, f"{task.name}: there is no such board; known: {', '.join(BOARDS)}")
        return BOARDS[board]

    def page(self, task: BoardTask, at: At) -> Ask:
        api, website, _ = self.site(task)
        body = {"keyword": "", "limit": self.page_size, "offset": at.start} | {name: [] for name in ASKED}
        return Ask(f"{api}/search/job/posts", body, {"website-path": website} if website else {})

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, page = text(item.get("id")), BOARDS.get(task.board.lower(), BOARDS["tiktok"])[2]
        where = [fields(item.get("city_info")), *rows(item.get("city_list"))]
        return RawPosting(
            self.name, task.board, key, page.format(key), text(item.get("title")), company=task.company,
            description=joined(text(item.get("description")), text(item.get("requirement"))),
            places=distinct(map(place_of, where)),
            requisition_id=text(item.get("code")), posted=text(item.get("publish_time")),
            employment_type=named(item.get("recruit_type")), department=named(item.get("job_category")),
        )  # fmt: skip


def named(value: Any) -> str:
    """A name in English where there is one."""
    return text(fields(value).get("en_name")) or text(fields(value).get("name"))


def place_of(row: dict[str, Any]) -> RawPlace:
    """A city with what it lies in: a region and a country, or a country alone."""
    names: list[str] = []
    level = row
    while level and len(names) < 5:
        names += [named(level)] if named(level) else []
        level = fields(level.get("parent"))
    return RawPlace(", ".join(names))
