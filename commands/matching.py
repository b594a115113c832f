"""The command that matches postings against searches: no network, no database."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

import search
from commands.common import Config, MisuseError, as_json, load_settings, note
from commands.lines import Lines
from search.document import Document


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
    rows = Lines()
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
            found.append((row["id"], search.compile_matcher(_read(path, number, row["query"]))))
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise MisuseError(f'{path}, line {number}: not a line {{"id": …, "query": …}}: {error}') from None
        except search.QueryError as error:
            raise MisuseError(f"{path}, line {number}: {error}") from None
    return found


def _read(path: Path, number: int, text: str) -> search.Query:
    """The query as it stands, since programs write such files; of words that people would mean otherwise it is said."""
    try:
        return search.parse(text)
    except search.QueryError as error:
        query = search.parse_stored(text)
        note(f"{path}, line {number}: {error}\nit is matched as it stands")
        return query
