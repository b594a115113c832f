"""The command that tells openings apart: no network, no database."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from commands.common import as_json
from commands.data import raw_posting
from commands.lines import Lines, Row
from pipeline import dedup as step


def dedup() -> None:
    """Tell openings apart: postings on standard input; each back as {id, group, reason}, an opening a group.

    Example: rolewire dedup < postings.jsonl
    """
    rows = Lines()
    for row in dedup_rows(rows, datetime.now(UTC)):
        sys.stdout.write(as_json(row) + "\n")
    rows.finish()


def dedup_rows(rows: Iterable[Row], now: datetime) -> Iterator[Row]:
    """Each posting (public JSON) back as {id, group, reason}; the reason is empty for one that stands alone."""
    ids, facts = [], []
    for row in rows:
        said, board = _whose(str(row.get("url") or ""))
        raw = replace(raw_posting(row), canonical_url=said)
        raw.kind = raw.kind or _kind_of(raw.source)
        raw.employment_type = raw.employment_type or str(row.get("employment_type") or "")
        ids.append(row.get("id"))
        facts.append(replace(step.read_facts(raw, now), url_board=board))
    numbers, judged = step.group(facts)
    for name, number, reason in zip(ids, numbers, step.reasons(numbers, judged), strict=True):
        yield {"id": name, "group": f"g{number}", "reason": reason}


def _whose(url: str) -> tuple[str | None, str]:
    """The canonical URL and the board of an address; of none neither, and no spider is imported."""
    if not url:
        return None, ""
    from spiders import whose

    return whose(url)


@cache
def _kind_of(source: str) -> str:
    """The source's, where a spider has this name."""
    from spiders import names

    if source not in names():
        return ""
    from spiders import SPIDERS

    return SPIDERS[source].kind
