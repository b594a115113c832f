"""Lever."""

from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPay, RawPlace, RawPosting, Verdict
from spiders.base.addresses import UUID
from spiders.base.errors import BoardFailure
from spiders.base.feed import FeedSpider
from spiders.base.parts import headed
from spiders.base.values import fields, joined, rows, text

HOSTS = {"": "api.lever.co", "global": "api.lever.co", "eu": "api.eu.lever.co"}


class LeverSpider(FeedSpider):
    """Boards at Lever.

    Source: jobs.lever.co, and jobs.eu.lever.co with the option region = "eu"; a board is named by its site.
    API: https://github.com/lever/postings-api, GET /v0/postings/{site}?mode=json, a bare list, the whole board at once.
    Caveats: `createdAt` counts milliseconds and may be earlier than the publication. The text is the description, then
        `lists`, whose contents are items without a list around them, then `additional`. A placeholder `country` is all
        that is structured of a place.
    """

    name = "lever"
    domains = ("lever.co",)
    urls = (
        rf"jobs\.(?:(?P<region>eu)\.)?lever\.co/(?P<board>[^/?]+)(?:/(?P<id>{UUID}))?",
        rf"api\.(?:(?P<region>eu)\.)?lever\.co/v0/postings/(?P<board>[^/?]+)(?:/(?P<id>{UUID}))?",
    )
    canonical = "https://jobs.lever.co/{id}"

    def address(self, task: BoardTask) -> str:
        region = text(task.options.get("region")).lower()
        if region not in HOSTS:
            raise BoardFailure(Verdict.ERROR, f'{task.name}: region {region!r} is unknown; leave it out, or write "eu"')
        return f"https://{HOSTS[region]}/v0/postings/{quote(task.board, safe='')}?mode=json"

    def items(self, data: Any) -> Any:
        """The postings; of a list that is grouped, those of all groups."""
        groups = rows(data)
        is_grouped = bool(groups) and all(isinstance(group.get("postings"), list) for group in groups)
        return [row for group in groups for row in group["postings"]] if is_grouped else data

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        categories, pay = fields(item.get("categories")), fields(item.get("salaryRange"))
        everywhere = categories.get("allLocations")
        names = [text(name) for name in everywhere] if isinstance(everywhere, list) else []
        names, country = names or [text(categories.get("location"))], text(item.get("country"))
        return RawPosting(
            self.name, task.board, text(item.get("id")), text(item.get("hostedUrl")), text(item.get("text")),
            company=task.company, apply_url=text(item.get("applyUrl")), description=description(item),
            places=[RawPlace(name, country=country if len(names) == 1 else "") for name in names if name],
            requisition_id=text(item.get("reqCode")), posted=text(item.get("createdAt")),
            employment_type=text(categories.get("commitment")), workplace=text(item.get("workplaceType")),
            pay=[pay_of(pay)] if pay else [],
            pay_text=text(item.get("salaryDescriptionPlain")) or text(item.get("salaryDescription")),
            department=text(categories.get("department")) or text(categories.get("team")),
        )  # fmt: skip


def pay_of(pay: dict[str, Any]) -> RawPay:
    return RawPay(text(pay.get("min")), text(pay.get("max")), text(pay.get("currency")), text(pay.get("interval")))


def description(item: dict[str, Any]) -> str:
    """The whole text: description, lists, additional."""
    lists = [headed(text(row.get("text")), f"<ul>{text(row.get('content'))}</ul>") for row in rows(item.get("lists"))]
    start = text(item.get("description")) or joined(text(item.get("opening")), text(item.get("descriptionBody")))
    return joined(start, *lists, text(item.get("additional")))
