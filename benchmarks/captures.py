"""The captured boards beside the repository, as raw postings; nothing where they are absent."""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from models import RawPosting
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
