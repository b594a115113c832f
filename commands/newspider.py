"""The command `rolewire new-spider`: what a new source begins with, and a test that fails until it is read."""

import json
import keyword
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from commands.common import MisuseError, note

SPIDER = '''"""{title}."""

from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPosting
from spiders.base.feed import FeedSpider
from spiders.base.values import text


class {title}Spider(FeedSpider):
    """Boards at {title}.

    Source: {host}; a board is named by its token.
    API: {url}
    Caveats: none are known yet.
    """

    name = "{name}"
    domains = ("{host}",)
    urls = (r"{pattern}/(?P<board>[^/?]+)(?:/(?P<id>\\d+))?",)
    canonical = "https://{host}/{{board}}/{{id}}"
    list_key = "jobs"  # the key of the list in the answer; empty: the answer is the list

    def address(self, task: BoardTask) -> str:
        return f"https://{host}/{{quote(task.board, safe='')}}"

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        raise NotImplementedError(f"map what the row holds: {{text(item.get('id'))}}")
'''
ROW = {
    "id": 1,
    "title": "Machine Learning Engineer",
    "url": "https://{host}/acme/1",
    "description": "<p>You train.</p>",
}


def new_spider(
    name: Annotated[str, typer.Argument(help="The source's name: small letters and digits, as the file is called.")],
    url: Annotated[str, typer.Argument(help="The address that its boards are read from, or of one of its boards.")],
    folder: Annotated[Path, typer.Option(help="Where rolewire's sources lie.")] = Path(),
) -> None:
    """Write what a new source begins with: a spider, a fixture, and so a test that fails until the spider reads it.

    docs/adding-a-source.md walks through one.

    Example: rolewire new-spider acmeats https://jobs.acmeats.example/acme
    """
    host = urlsplit(url).hostname or ""
    if not re.fullmatch(r"[a-z][a-z0-9]{1,30}", name) or keyword.iskeyword(name):
        raise MisuseError(f"{name!r} is no name of a source: use small letters and digits, as in acmeats")
    if not host:
        raise MisuseError(f"{url!r} is no address; give it with https://")
    spiders, fixtures = folder / "spiders", folder / "tests" / "spiders" / "fixtures"
    if not (spiders.is_dir() and fixtures.is_dir()):
        raise MisuseError(f"{folder.absolute()} does not hold rolewire's sources; say where they lie with --folder")
    file, case = spiders / f"{name}.py", fixtures / name / "whole"
    for path in (file, case):
        if path.exists():
            raise MisuseError(f"{path} is there already")
    pattern = re.escape(host).replace("\\-", "-")
    file.write_text(SPIDER.format(name=name, title=name.title(), host=host, url=url, pattern=pattern))
    case.mkdir(parents=True)
    for filename, content in fixture(name, host).items():
        (case / filename).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    note(f"written: {file} and {case}; `pytest tests/spiders/test_golden.py -k {name}` fails until it is read")


def fixture(name: str, host: str) -> dict[str, object]:
    """An answer as one could be, what must be read from it, and whose addresses are the source's."""
    row = {key: value.format(host=host) if isinstance(value, str) else value for key, value in ROW.items()}
    page = f"https://{host}/acme/1"
    expected = {
        "source": name, "board": "acme", "native_id": "1", "url": page, "title": row["title"],
        "description": row["description"], "canonical_url": page,
    }  # fmt: skip
    addresses = {f"https://{host}/acme": ["acme", "", ""], page: ["acme", "1", page]}
    return {
        "response.json": {"jobs": [row]},
        "expected.json": {"postings": [expected], "problems": []},
        "meta.json": {"board": "acme", "addresses": addresses},
    }
