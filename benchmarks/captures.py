"""The captured boards beside the repository, as raw postings; nothing where they are absent."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from models import RawPosting
from pipeline.text.plain import plain_text
from spiders import ParseError, parse

CAPTURES = Path(__file__).parent.parent.parent / "shared" / "captures"


def postings(*sources: str) -> list[RawPosting]:
    """Each posting of the sources' captures once (the first capture of it), in the order of the files' names."""
    found: dict[tuple[str, str, str], RawPosting] = {}
    for source in sources:
        for raw in _of_source(source):
            found.setdefault((raw.source, raw.board.lower(), raw.native_id), raw)
    if not found:
        print(f"no captures of {', '.join(sources)} at {CAPTURES}: nothing measured")
        raise SystemExit(0)
    return list(found.values())


def _of_source(source: str) -> Iterator[RawPosting]:
    for path in sorted((CAPTURES / source).glob("*.json")):
        board = path.stem.split("__")[0]
        try:
            yield from parse(source, path.read_bytes(), board=board).postings
        except ParseError:  # captures of errors and of single postings
            continue


def texts() -> dict[str, tuple[str, str]]:
    """Title and text of each captured posting by its address; a Hacker News comment's title is its first line."""
    found = {raw.url: (raw.title, raw.description) for raw in postings("ashby", "greenhouse", "lever", "recruitee")}
    for path in sorted((CAPTURES / "hackernews").glob("*.json")):
        read = json.loads(path.read_bytes())
        for item in read.get("jobs", read.get("children", [])):
            if item.get("text"):
                text = "\n".join(filter(None, (item.get("title"), plain_text(item["text"]))))
                found.setdefault(
                    f"https://news.ycombinator.com/item?id={item['id']}", (text.split("\n")[0][:250], text)
                )
    for path in sorted((CAPTURES / "openai_careers").glob("*.json")):
        for item in json.loads(path.read_bytes())["jobs"]:
            found.setdefault(item["url"], (item["title"], item.get("description") or f"Team: {item.get('team') or ''}"))
    for path in sorted((CAPTURES / "aggregators").glob("*.json")):
        for item in json.loads(path.read_bytes()):
            found.setdefault(item["url"], (item["title"], ""))
    return found
