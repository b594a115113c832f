"""Gem."""

from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPlace, RawPosting
from spiders.base.errors import ParseError
from spiders.base.feed import FeedSpider
from spiders.base.markup import unescaped
from spiders.base.values import dig, distinct, fields, is_object, is_said, joined, last_part, many, rows, text

LIST = "data.oatsExternalJobPostings"
LISTS = (f"{LIST}.jobPostings", "job_posts", "jobPostings", "jobs")


class GemSpider(FeedSpider):
    """Boards at Gem.

    Source: jobs.gem.com/{name}; a board is named by that name.
    API: https://api.gem.com/job_board/v0/reference, GET /job_board/v0/{name}/job_posts/, the whole board at once. Saved
        answers of the pages' own GraphQL are read too.
    Caveats: GraphQL answers 200 with `errors` where it failed, and dates in seconds, 0 where there is none.
    """

    name = "gem"
    domains = ("jobs.gem.com", "api.gem.com")
    urls = (
        r"api\.gem\.com/job_board/v\d/(?P<board>[^/?]+)(?:/job_posts/(?P<id>[\w=-]+))?",
        r"jobs\.gem\.com/(?!api/|embed/)(?P<board>[^/?]+)(?:/(?P<id>[\w=-]{6,}))?",
    )
    canonical = "https://jobs.gem.com/{board}/{id}"

    def address(self, task: BoardTask) -> str:
        return f"https://api.gem.com/job_board/v0/{quote(task.board, safe='')}/job_posts/"

    def items(self, data: Any) -> Any:
        """The postings of the API's list, or of a GraphQL batch's answers. Raises ParseError where these failed."""
        answers = [row for row in many(data) if is_object(row)]
        found = [held for row in answers for name in LISTS if isinstance(held := dig(row, name), list)]
        found += [[one] for row in answers if (one := dig(row, "data.oatsExternalJobPosting")) is not None]
        if found and isinstance(data, list):
            found += [[row] for row in data if not is_object(fields(row).get("data"))]  # it is no answer
        if not found and (errors := [error for row in answers for error in many(row.get("errors"))]):
            raise ParseError(f"errors instead of postings ({text(fields(errors[0]).get('message'))[:100]})")
        if found or any("data" in row for row in answers):
            listed = [item for part in found for item in part]
            return listed if found and not is_elsewhere(answers, listed) else None
        return data

    def native_id(self, item: Any) -> str:
        """The last part of its address, which is what links name it by."""
        item = fields(item)
        return last_part(text(item.get("absolute_url"))) or text(item.get("extId")) or text(item.get("id"))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, job = self.native_id(item), fields(item.get("job"))
        kind = text(item.get("location_type")) or text(job.get("locationType")) or text(item.get("locationType"))
        published = text(item.get("firstPublishedTsSec"))
        teams = [text(row.get("name")) for row in [*rows(item.get("departments")), fields(job.get("department"))]]
        return RawPosting(
            self.name, task.board, key,
            text(item.get("absolute_url")) or f"https://jobs.gem.com/{quote(task.board, safe='')}/{key}",
            text(item.get("title")), company=text(item.get("company_name")) or task.company, places=places(item),
            description=joined(unescaped(text(item.get("content")) or text(item.get("descriptionHtml"))),
                               text(item.get("compensationHtml"))),
            requisition_id=text(item.get("requisition_id")) or text(job.get("requisitionId")),
            opening_id=text(item.get("internal_job_id")), updated=text(item.get("updated_at")),
            posted=text(item.get("first_published_at")) or (published if published != "0" else ""),
            employment_type=text(item.get("employment_type")) or text(job.get("employmentType")), workplace=kind,
            is_remote=True if kind.lower() == "remote" else None, department=", ".join(filter(None, teams)),
            language=text(item.get("language")),
        )  # fmt: skip


def is_elsewhere(answers: list[dict[str, Any]], listed: list[Any]) -> bool:
    """Whether the answers hold a list, or postings, where none is looked for."""
    if any(is_said(dig(row, LIST)) and not isinstance(dig(row, LISTS[0]), list) for row in answers):
        return True
    waiting, read = [row.get("data") for row in answers], set(map(id, listed))
    while waiting:
        value = waiting.pop()
        if is_object(value) and {"extId", "title"} <= value.keys():
            if id(value) not in read:
                return True
        elif isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value
    return False


def places(item: dict[str, Any]) -> list[RawPlace]:
    """Its place and its offices, each once."""
    found = [RawPlace(text(fields(item.get("location")).get("name")) or text(item.get("location")))]
    found += [RawPlace(text(dig(row, "location.name")) or text(row.get("name"))) for row in rows(item.get("offices"))]
    for row in rows(item.get("locations")):
        country = text(row.get("isoCountry")) or text(row.get("country"))
        found.append(RawPlace(text(row.get("name")), text(row.get("city")), text(row.get("state")), country))
    return distinct(found)
