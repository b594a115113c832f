"""Y Combinator's companies."""

import re
from typing import Any
from urllib.parse import urljoin

from models import BoardTask, RawPlace, RawPosting, SourceKind
from spiders.base.board import Ask
from spiders.base.embedded import page_of
from spiders.base.errors import ParseError
from spiders.base.markup import objects
from spiders.base.paged import At
from spiders.base.pages import PagesSpider, completed
from spiders.base.values import fields, joined, looks_like, names, read_json, rows, text

CODE = re.compile(r"/jobs/([A-Za-z0-9]{5,12})(?:-|/|\?|$)")


class YcombinatorSpider(PagesSpider):
    """Companies of Y Combinator that hire, by their pages there.

    Source: www.ycombinator.com/companies/{slug}; a board is named by the company's slug.
    API: none; the page /companies/{slug}/jobs holds the postings in its data, and each has a page with its text.
    Caveats: Dates of the list are words ("16 days"), those of the pages win. Pay is a text. workatastartup.com, where
        one applies, asks for a login and is not read.
    """

    name = "ycombinator"
    kind = SourceKind.BOARD
    domains = ("ycombinator.com",)
    urls = (
        r"(?:www\.)?ycombinator\.com/companies/(?P<board>[^/?]+)/jobs/(?P<id>[a-z0-9]{5,12})(?:-|/|\?|$)",
        r"(?:www\.)?ycombinator\.com/companies/(?!industry/|location/|batch/)(?P<board>[^/?]+)",
    )
    canonical = "https://www.ycombinator.com/companies/{board}/jobs/{id}"
    is_strict = False
    list_key = "jobPostings"

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - a board comes at once
        return Ask(f"https://www.ycombinator.com/companies/{task.board}/jobs")

    def load(self, body: bytes) -> Any:
        """What the page was made of: an object that holds `jobPostings`."""
        if body.lstrip()[:1] in (b"{", b"["):
            data = [read_json(body)]
        else:
            data = [read_json(one.encode()) for one in page_of(body).xpath("//@data-page").getall()[:5]]
        holders = [one for value in data for one in objects(value) if isinstance(one.get(self.list_key), list)]
        if not holders:
            raise ParseError(f"{looks_like(body)} that holds no postings")
        return holders[0]

    def native_id(self, item: Any) -> str:
        found = CODE.search(text(fields(item).get("url"))[:500])
        return found[1] if found else text(fields(item).get("id"))

    def row_of(self, task: BoardTask) -> dict[str, Any]:
        return {"url": task.url}

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(urljoin(self.address(task), text(item.get("url"))))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        page = fields(item.get("_page"))
        age = text(item.get("createdAt")) or text(item.get("lastActive"))
        raw = RawPosting(
            self.name, task.board, self.native_id(item), urljoin(self.address(task), text(item.get("url"))),
            text(item.get("title")), company=text(item.get("companyName")) or task.company,
            apply_url=text(item.get("applyUrl")), description=text(item.get("description")),
            places=[RawPlace(text(item.get("location")))] if text(item.get("location")) else [],
            posted=text(page.get("datePosted")) or age, employment_type=text(item.get("type")),
            pay_text=text(item.get("salaryRange")), department=text(item.get("prettyRole")) or text(item.get("role")),
        )  # fmt: skip
        raw = completed(raw, page)
        raw.description = joined(raw.description, *(f"<p>{name}: {told}</p>" for name, told in extras(item) if told))
        return raw


def extras(item: dict[str, Any]) -> list[tuple[str, str]]:
    """What the list says beside the text."""
    skills = names(item.get("skills")) or [text(one.get("name")) for one in rows(item.get("skills"))]
    found = {"Visa": text(item.get("visa")), "Experience": text(item.get("minExperience")), "Skills": ", ".join(skills)}
    return list(found.items())
