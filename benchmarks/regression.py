"""What the tags of all captured postings were at an older commit and are now, by field.

    python benchmarks/regression.py REVISION [--field role] [--show 200] [--write FILE]

The code of REVISION is laid out in a folder of its own by `git archive`; both read the same raw postings, those that
today's spiders find in the captures. Prints how many postings changed in each field; with --show so many of them, in an
order that a hash of the posting fixes; --write puts all of them into a file of JSON lines.
A change is no fault: 200 are to be read by hand before a version goes out, and the worse ones counted.
"""

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import captures

from commands.data import _raw_json
from models import RawPosting
from spiders import SPIDERS

ROOT = Path(__file__).parent.parent
FIELDS = (
    "role", "seniority", "skills", "employment_type", "workplace", "locations", "remote_scope", "salary",
    "visa_sponsorship", "years_asked", "degree_asked", "language",
)  # fmt: skip
COMMAND = [sys.executable, "-c", "from cli import main; main()", "tag"]
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision")
    parser.add_argument("--field", choices=FIELDS, action="append")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    lines = [json.dumps(row, ensure_ascii=False) for row in rows()]
    before, now = tagged_at(arguments.revision, lines), tagged(lines, ROOT)
    changes = [change for pair in zip(before, now, strict=True) for change in changed(*pair, arguments.field or FIELDS)]
    counts = Counter(change["field"] for change in changes)
    postings = len({change["url"] for change in changes})
    print(f"{len(lines)} postings, {postings} changed: " + ", ".join(f"{name} {n}" for name, n in counts.most_common()))
    for change in sorted(changes, key=_hash)[: arguments.show]:
        print(f"{change['field']}: {change['before']} -> {change['now']} | {change['title']} | {change['url']}")
    if arguments.write:
        arguments.write.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in changes))


def rows() -> list[Row]:
    """Every captured posting once, as `rolewire tag` takes it."""
    found = [_raw_json(raw) for raw in captures.postings(*sorted(SPIDERS))]
    texts = captures.texts()
    known = {row["url"] for row in found}
    for url, (title, text) in texts.items():
        if url not in known:
            found.append(_raw_json(RawPosting("captures", "", url, url, title=title, description=text)))
    return found


def tagged(lines: list[str], folder: Path) -> list[Row]:
    """The postings with the tags of the code in a folder."""
    environment = {"PYTHONPATH": str(folder), "PATH": ""}
    text = "".join(line + "\n" for line in lines)
    done = subprocess.run(COMMAND, input=text, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def tagged_at(revision: str, lines: list[str]) -> list[Row]:
    """The postings with the tags of an older commit."""
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        return tagged(lines, Path(folder))


def changed(before: Row, now: Row, fields: tuple[str, ...] | list[str]) -> list[Row]:
    """The fields of a posting that are no longer what they were."""
    about = {name: now[name] for name in ("url", "title", "company", "location")}
    return [
        {"field": name, "before": before[name], "now": now[name], **about}
        for name in fields
        if _plain(before[name]) != _plain(now[name])
    ]


def _plain(value: Any) -> str:
    """A value whose order says nothing of its meaning."""
    if isinstance(value, list):
        return json.dumps(sorted(value, key=str), sort_keys=True)
    return json.dumps(value, sort_keys=True)


def _hash(change: Row) -> str:
    return hashlib.sha256(f"{change['url']} {change['field']}".encode()).hexdigest()


if __name__ == "__main__":
    main()
