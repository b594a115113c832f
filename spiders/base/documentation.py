"""The page `docs/sources.md`, made of what the spiders say of themselves: `make docs`."""

import inspect
import re
from collections.abc import Iterable
from pathlib import Path

from models import Reuse
from spiders.base.addresses import Source
from spiders.base.board import BoardSpider

PATH = Path("docs/sources.md")
START = """# Sources

Made by `make docs` from the docstrings of `spiders/*.py`; mend it there. `source` in a `[[boards]]` row is one of these
names, `board` its token there. A kind says how close a source is to the employer, and so whose words a posting shows:
`ats` (the employer's applicant-tracking system), `employer` (its own site), `board` (a job board), `aggregator`. Terms
say what is shown with ads, and whether their text may be passed on: `link-only` not, `private` nothing of them.
Ads of a private source are on no page and in no feed, export or API; only the operators are told of them, or the one
person that an installation serves. `rolewire search` shows them to whoever runs it.

| source | kind | what it reads |
|---|---|---|
"""
ELSEWHERE = """
## Recognised, not read

Links to these are told apart, so that copies of one ad are found: {}.
"""
NEVER = """
## Not read, and what to use instead

LinkedIn, Indeed, Glassdoor, ZipRecruiter, hiring.cafe, Wellfound, Tesla and Meta let nobody in but people at a browser:
who reads them evades a block or imitates a browser, and rolewire does neither. Most of what they show stands elsewhere:

| instead of | use |
|---|---|
| LinkedIn, Indeed, Glassdoor, ZipRecruiter | the employer's own board: `boards add` with its careers page |
| hiring.cafe | the boards that it copies, by pack or with `boards add` |
| Wellfound | ycombinator, hackernews, and the boards of funds: getro, consider |
| Tesla, Meta | their own alerts by mail; or a page watch (`pagewatch`) where a page of theirs may be fetched |
"""
HEADING = re.compile(r"^(\w[\w ]*): ", re.MULTILINE)


def page(spiders: Iterable[type[BoardSpider]], elsewhere: Iterable[Source]) -> str:
    """The whole page."""
    spiders = sorted(spiders, key=lambda spider: spider.name)
    own = {spider.name for spider in spiders}
    table = "".join(f"| {spider.name} | {spider.kind} | {summary(spider)} |\n" for spider in spiders)
    others = ", ".join(sorted(source.name for source in elsewhere if source.name not in own))
    return START + table + "".join(map(section, spiders)) + ELSEWHERE.format(others) + NEVER


def summary(spider: type[BoardSpider]) -> str:
    """The first line of its docstring, without the full stop."""
    return inspect.cleandoc(spider.__doc__ or "").partition("\n")[0].rstrip(".")


def section(spider: type[BoardSpider]) -> str:
    """Its headings and what stands under them, each a point of a list."""
    body = inspect.cleandoc(spider.__doc__ or "").partition("\n")[2].strip()
    points = [re.sub(r"\s+", " ", point) for point in re.split(r"\n(?=\S)", body)]
    listed = "".join(f"- {bold(point)}\n" for point in points)
    needs = "- **Needs** `url` in its row.\n" if spider.needs_url else ""
    if spider.needs_key:
        needs += f'- **Needs** a key: `[keys] {spider.name} = "{spider.needs_key}"`.\n'
    return f"\n## {spider.name}\n\n{listed}{needs}{terms(spider)}"


def terms(spider: type[BoardSpider]) -> str:
    """On what terms its ads may be shown, and how long one counts as open that its list of the newest lost."""
    told = [f"shown as “{spider.attribution}”"] * bool(spider.attribution)
    told += [f"reuse {spider.reuse}"] * (spider.reuse is not Reuse.OPEN)
    told += [f"open for {spider.window.days} days after it was listed last"] * bool(spider.window)
    told += [f"asked at most every {spider.rest.total_seconds() / 3600:g} hours"] * bool(spider.rest)
    return f"- **Terms**: {'; '.join(told)}.\n" if told else ""


def bold(point: str) -> str:
    """The point with its heading set off."""
    return HEADING.sub(r"**\1**: ", point)


def main() -> None:
    """Write the page into the folder at hand."""
    from spiders import SPIDERS
    from spiders.base.elsewhere import SOURCES

    PATH.write_text(page(SPIDERS.values(), SOURCES), encoding="utf-8")


if __name__ == "__main__":
    main()
