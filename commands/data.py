"""Commands that read standard input or a file and write standard output: no network, no database."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

import search
from commands.common import Config, FailureError, MisuseError, as_json, load_settings, note
from models import RawPay, RawPlace, RawPosting, Tags
from pipeline.tagging import tag as tag_posting
from search.document import Document

TOP = ("source", "board", "native_id", "url", "apply_url", "title", "company", "requisition_id", "posted")
Row = dict[str, Any]


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

    _stream(tagged)


def dedup() -> None:
    """Tell openings apart: postings on standard input; each back as {id, group, reason}, an opening a group.

    Example: rolewire dedup < postings.jsonl
    """
    rows = _Lines()
    for row in dedup_rows(rows, datetime.now(UTC)):
        sys.stdout.write(as_json(row) + "\n")
    rows.finish()


def dedup_rows(rows: Iterable[Row], now: datetime) -> Iterator[Row]:
    """Each posting (public JSON) back as {id, group, reason}; the reason is empty for one that stands alone."""
    from pipeline import dedup as step
    from spiders import whose

    ids, facts = [], []
    for row in rows:
        said, board = whose(str(row.get("url") or ""))
        raw = replace(raw_posting(row), canonical_url=said)
        ids.append(row.get("id"))
        facts.append(replace(step.read_facts(raw, now), url_board=board))
    numbers, judged = step.group(facts)
    for name, number, reason in zip(ids, numbers, step.reasons(numbers, judged), strict=True):
        yield {"id": name, "group": f"g{number}", "reason": reason}


def match(
    searches: Annotated[Path, typer.Option("--searches", help="JSON lines {id, query}.")],
    config: Config = None,
) -> None:
    """Match tagged postings on standard input against searches; writes a line {search, posting} a match.

    Example: rolewire tag < postings.jsonl | rolewire match --searches searches.jsonl
    """
    load_settings(config, None, logs=False)
    now = datetime.now(UTC)
    matchers = _matchers(searches)
    rows = _Lines()
    for row in rows:
        document = Document.from_json(row)
        for name, is_match in matchers:
            if is_match(document, now):
                sys.stdout.write(as_json({"search": name, "posting": row.get("id")}) + "\n")
    rows.finish()


def _matchers(path: Path) -> list[tuple[Any, Callable[[Document, datetime], bool]]]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise MisuseError(f"{path}: cannot be read: {error.strerror}") from None
    found = []
    for number, line in enumerate(lines, 1):
        try:
            row = orjson.loads(line)
            found.append((row["id"], search.compile_matcher(search.parse(row["query"]))))
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise MisuseError(f'{path}, line {number}: not a line {{"id": …, "query": …}}: {error}') from None
        except search.QueryError as error:
            raise MisuseError(f"{path}, line {number}: {error}") from None
    return found


class _Lines:
    """The postings on standard input, one at a time; bad lines are told on standard error and counted."""

    def __init__(self) -> None:
        self.bad = 0
        self.number = 0

    def __iter__(self) -> Iterator[Row]:
        for number, line in enumerate(sys.stdin.buffer, 1):
            self.number = number
            if not line.strip():
                continue
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                self.report(number, f"not JSON: {error}")
                continue
            if not isinstance(row, dict):
                self.report(number, "not a posting: a line holds one JSON object")
            elif not isinstance(row.get("title"), str) or not row["title"].strip():
                self.report(number, "a posting needs a title")
            else:
                yield row

    def report(self, number: int, problem: str) -> None:
        """Say what is wrong with a line."""
        self.bad += 1
        note(f"line {number}: {problem}")

    def finish(self) -> None:
        """Fail if a line was bad; all others are done by now."""
        if self.bad:
            raise FailureError(f"{self.bad} lines could not be read; the others are done")


def _stream(change: Callable[[Row], Row]) -> None:
    rows = _Lines()
    for row in rows:
        try:
            changed = change(row)
        except (TypeError, ValueError, AttributeError) as error:  # a field of a type that no board sends
            rows.report(rows.number, f"a field cannot be read: {error}")
            continue
        sys.stdout.write(as_json(changed) + "\n")
    rows.finish()


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
