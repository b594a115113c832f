"""micro1."""

from typing import Any

from parsel import Selector

from models import BoardTask, RawPosting, SourceKind
from spiders.base import schema_org
from spiders.base.embedded import flight, flight_texts
from spiders.base.listing import ListingSpider
from spiders.base.markup import job_postings, nodes, read_script
from spiders.base.pages import completed
from spiders.base.values import text


class Micro1Spider(ListingSpider):
    """Work for people who train models, at micro1.

    Source: jobs.micro1.ai; its one board is named as you like, its `url` may be another page that lists.
    API: none; the list's links lead to pages whose data, pushed in scripts, holds a schema.org JobPosting.
    Caveats: Most of it is for contractors, remote, from named countries.
    """

    name = "micro1"
    kind = SourceKind.EMPLOYER
    domains = ("micro1.ai",)
    urls = (
        r"jobs\.micro1\.ai/post/(?P<key>[0-9a-f-]{36})",
        r"(?:jobs|www)\.(?P<board>micro1)\.ai/?(?:jobs|\?|$)",
    )
    canonical = "https://jobs.micro1.ai/post/{key}"
    is_strict = False

    def address(self, task: BoardTask) -> str:
        return task.url or "https://jobs.micro1.ai/"

    def rows_of(self, page: Selector, url: str, is_list: bool = False) -> list[dict[str, Any]]:
        return schema_org.named(job_postings(page) or pushed(page), url, is_list)

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        title = schema_org.name_of(item.get("title")) or schema_org.name_of(item.get("name"))
        raw = RawPosting(self.name, task.board, item["_id"], item["_page"] or text(item.get("url")), title)
        raw.requisition_id = schema_org.reference_of(item.get("identifier"))
        return completed(raw, item)


def pushed(page: Selector) -> list[dict[str, Any]]:
    """The JobPostings in what a page pushes to itself."""
    texts = flight_texts(flight("\n".join(page.xpath("//script/text()").getall()))).values()
    return [node for one in texts if "JobPosting" in one for node in nodes(read_script(one), "JobPosting")]
