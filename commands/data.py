"""Commands that make postings of answers, and tags of postings: no network, no database."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.common import FailureError, MisuseError, as_json, note
from commands.lines import Row, stream
from models import RawPay, RawPlace, RawPosting, Tags
from pipeline.tagging import tag as tag_posting

TOP = ("source", "board", "native_id", "url", "apply_url", "title", "company", "requisition_id", "posted")


def parse(
    source: Annotated[str, typer.Argument(help="The source's name; docs/sources.md lists them.")],
    file: Annotated[Path, typer.Argument(help="A saved response: JSON, or a page for `jsonld`.")],
    board: Annotated[str, typer.Option(help="The board's token, for postings that do not name it.")] = "",
    url: Annotated[str, typer.Option(help="The address the response came from.")] = "",
) -> None:
    """Turn a saved response of a board into postings, as JSON lines.

    Example: rolewire parse greenhouse jobs.json --board acme | rolewire tag
    """
    from spiders import SPIDERS  # Scrapy takes a second to import; the other commands do without
    from spiders import parse as parse_response
    from spiders.base.errors import ParseError

    if source not in SPIDERS:
        raise MisuseError(f"no source {source!r}; there are {', '.join(sorted(SPIDERS))}")
    try:
        found = parse_response(source, file.read_bytes(), board=board, url=url)
    except OSError as error:
        raise MisuseError(f"{file}: cannot be read: {error.strerror}") from None
    except ParseError as error:
        raise FailureError(f"{file}: {error}") from None
    for raw in found.postings:
        sys.stdout.write(as_json(_raw_json(raw)) + "\n")
    for problem in found.problems:
        note(problem)
    if found.skipped:
        note(f"{found.skipped} postings could not be read and were left out")


def tag() -> None:
    """Tag postings: JSON lines on standard input, the same with tags on standard output, in the same order.

    Example: rolewire parse ashby jobs.json | rolewire tag
    """
    now = datetime.now(UTC)

    def tagged(row: Row) -> Row:
        return {**row, **tags_json(tag_posting(raw_posting(row), now))}

    stream(tagged)


def raw_posting(row: Row) -> RawPosting:
    """A posting in the JSON form of the documentation as a raw posting; `raw` holds what `rolewire parse` adds."""
    given = row["raw"] if isinstance(row.get("raw"), dict) else {}
    extra = {name: value for name, value in given.items() if name in RawPosting.__slots__}
    places = [RawPlace(**place) for place in extra.pop("places", [])]
    if not places and row.get("location"):
        places = [RawPlace(text=str(row["location"]))]
    pay = [RawPay(**one) for one in extra.pop("pay", [])]
    fields: Row = {name: str(row.get(name) or "") for name in (*TOP, "description")}
    return RawPosting(**fields, **extra, places=places, pay=pay)


def _raw_json(raw: RawPosting) -> Row:
    values = {name: value for name, value in asdict(raw).items() if value not in ("", [], None)}
    top = {name: values.pop(name, None) for name in TOP}
    location = "; ".join(
        place.text or ", ".join(filter(None, (place.city, place.region, place.country))) for place in raw.places
    )
    return {**top, "location": location or None, "description": values.pop("description", None), "raw": values}


def tags_json(tags: Tags) -> Row:
    """Tags in the public JSON form of a posting."""
    salary = asdict(tags.salary) if tags.salary else None
    if salary and not salary["is_predicted"]:
        del salary["is_predicted"]
    copied = (
        "title", "company", "role", "seniority", "skills", "employment_type", "workplace", "remote_scope",
        "visa_sponsorship", "years_asked", "degree_asked", "language", "posted_at", "posted_at_quality",
        "description", "evidence",
    )  # fmt: skip
    values = {name: getattr(tags, name) for name in copied}
    return {**values, "locations": [place.as_json() for place in tags.places], "salary": salary}
