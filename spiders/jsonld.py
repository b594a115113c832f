"""Any careers site whose pages state schema.org JobPostings."""

from typing import Any

from parsel import Selector

from models import BoardTask, RawPosting, SourceKind, Verdict
from spiders.base import schema_org
from spiders.base.errors import BoardFailure
from spiders.base.listing import ListingSpider
from spiders.base.markup import job_postings
from spiders.base.values import text


class JsonldSpider(ListingSpider):
    """Careers sites that state their postings in schema.org's words, as JSON-LD, microdata or RDFa.

    Source: any; the board's `url` is its sitemap, sitemap index or listing page, `rendered` opens it in a browser.
    API: https://schema.org/JobPosting and https://www.sitemaps.org/protocol.html
    Caveats: `jobLocation` may be the headquarters of a remote job, `validThrough` is often made up, and a sitemap may
        list what is closed. A posting is named by its page. Option `path`: what the URLs of postings hold.
    """

    name = "jsonld"
    kind = SourceKind.EMPLOYER
    needs_url = True

    def address(self, task: BoardTask) -> str:
        if not task.url:
            raise BoardFailure(Verdict.ERROR, f"{task.name} has no url; give it its sitemap or listing page")
        return task.url

    def meta(self, task: BoardTask) -> dict[str, Any]:
        return super().meta(task) | ({"playwright": True} if task.is_rendered else {})

    def rows_of(self, page: Selector, url: str, is_list: bool = False) -> list[dict[str, Any]]:
        return schema_org.named(job_postings(page), url, is_list)

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        said = schema_org.facts(item)
        said["company"] = said["company"] or task.company
        page = item["_page"] or text(item.get("url"))
        return RawPosting(self.name, task.board, item["_id"], page, said.pop("title"), **said)
