"""What do the captured boards hold twice? `python benchmarks/dedup_captures.py [--boards]`.

Without an option: every opening of Hacker News, of OpenAI's page, of Ashby, of the pages with JSON-LD and of the feeds
that stands on another captured board too, found or missed, and why; each alone on its employer's own board is left out.
What should be found is told by the employer's key, a title of the same words and a place in common.
With `--boards`: whether two ids of one board are ever held to be one opening, over every captured board.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from captures import CAPTURES

from models import RawPlace, RawPosting
from pipeline import dedup
from pipeline.dedup import Facts
from spiders import SPIDERS, ParseError, parse, whose

NOW = datetime(2026, 11, 1, tzinfo=UTC)
READ_AS = {"aggregators": "simplify", "careers_html": "jsonld", "ashby_html": "jsonld"}


def boards() -> Iterator[tuple[str, list[RawPosting]]]:
    """Each captured answer that a spider can read, with its postings."""
    for row in (CAPTURES / "index.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        url, name, *_ = row.split("\t")
        path = CAPTURES / name
        source = READ_AS.get(path.parent.name, path.parent.name)
        if path.parent.name == "openai_careers" and path.suffix == ".json":
            yield name, list(_of_openai(path))
        if source in SPIDERS and path.is_file():
            try:
                read = parse(source, path.read_bytes(), board=path.stem.split("__")[0], url=url)
            except ParseError:
                continue
            if read.postings:
                yield name, read.postings


def _of_openai(path: Path) -> Iterator[RawPosting]:
    """What OpenAI's own page listed."""
    for row in json.loads(path.read_bytes())["jobs"]:
        places = [RawPlace(text=str(row.get("location") or ""))]
        text = row.get("description") or ""
        yield RawPosting("openai_page", "openai", row["url"], row["url"], row["title"], "OpenAI", description=text,
                         places=places)  # fmt: skip


def facts_of(raw: RawPosting) -> Facts:
    """As `rolewire dedup` reads it."""
    said, board = whose(raw.url)
    kept = raw if raw.company else replace(raw, company=raw.board)
    return replace(dedup.read_facts(replace(kept, canonical_url=said), NOW), url_board=board)


def all_facts() -> dict[str, list[Facts]]:
    """Board -> the facts of its postings, each id once."""
    found: dict[str, dict[str, Facts]] = defaultdict(dict)
    for _, raws in boards():
        for raw in raws:
            found[f"{raw.source}/{raw.board}".casefold()].setdefault(raw.native_id, facts_of(raw))
    return {name: list(rows.values()) for name, rows in found.items()}


def check_boards(found: dict[str, list[Facts]]) -> int:
    """Count the boards and the ids held to be one; prints each pair."""
    wrong = 0
    for name, rows in found.items():
        numbers, _ = dedup.group(rows)
        for number, leader in enumerate(numbers):
            if leader != number:
                wrong += 1
                print(f"{name}: {rows[leader].title!r} ({rows[leader].native_id}) and {rows[number].title!r}")
    print(f"{len(found)} boards, {sum(map(len, found.values()))} postings: {wrong} merged on one board")
    return wrong


def cross_board(found: dict[str, list[Facts]]) -> None:
    """Print what stands on two boards, found or missed."""
    rows = [facts for board in found.values() for facts in board]
    numbers, judged = dedup.group(rows)
    told = dedup.reasons(numbers, judged)
    tally: Counter[str] = Counter()
    members = defaultdict(list)
    for number, leader in enumerate(numbers):
        members[leader].append(number)
    for group in members.values():
        if len({rows[number].board_key for number in group}) > 1:
            tally["found"] += 1
            print("found", *(_named(rows[number]) for number in group), told[group[0]], sep="\n    ")
    for (one, other), said in judged.items():
        if numbers[one] != numbers[other] and _should_meet(rows[one], rows[other]):
            tally["not joined"] += 1
            print("not joined", _named(rows[one]), _named(rows[other]), said.sentence, sep="\n    ")
    print(dict(tally))


def _named(facts: Facts) -> str:
    return f"{facts.board_key} {facts.title!r}"


def _should_meet(one: Facts, other: Facts) -> bool:
    is_near = not one.spots or not other.spots or bool(set(one.spots) & set(other.spots))
    return (
        one.board_key != other.board_key and bool(one.employer) and one.employer == other.employer
        and set(one.words) == set(other.words) and one.level == other.level and is_near
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boards", action="store_true")
    asked = parser.parse_args()
    found = all_facts()
    if asked.boards:
        raise SystemExit(check_boards(found) > 0)
    cross_board(found)


if __name__ == "__main__":
    main()
