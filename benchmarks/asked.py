"""Workplace, visa, years, degree and employment type read from the text, on 99 postings labelled by hand.

    python benchmarks/asked.py [--errors]

The labels (`asked_judged.tsv`) were given before any tag was seen. First contact: workplace 0.929, visa sponsorship
1.000, years 0.960, degree 0.929, employment type 0.869. What those errors showed was mended afterwards, so that what
is printed now flatters. The texts are those of the captures and of the dev set beside the repository.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import captures

from models import RawPlace, RawPosting
from pipeline.tagging import tag

FIELDS = ("workplace", "visa_sponsorship", "years_asked", "degree_asked", "employment_type")
DEV = captures.CAPTURES.parent / "eval" / "gold_tags_dev.jsonl"


def main() -> None:
    known = _postings()
    lines = (Path(__file__).parent / "asked_judged.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    found = {row[0]: _read(known[row[0]]) for row in rows if row[0] in known}
    print(f"{len(found)} of {len(rows)} labelled postings")
    for number, field in enumerate(FIELDS, 1):
        wrong = [row for row in rows if row[0] in found and found[row[0]][field] != row[number]]
        said = sum(row[number] != "null" for row in rows if row[0] in found)
        print(f"{field:17s} accuracy {1 - len(wrong) / len(found):.3f}, {said} say it")
        for row in wrong if "--errors" in sys.argv else []:
            print(f"    {known[row[0]].title[:70]!r}: {row[number]}, read {found[row[0]][field]}; sure: {row[-1]}")


def _postings() -> dict[str, RawPosting]:
    """The captured and the dev set's postings by the keys of the list, without the fields of their boards."""
    found = {
        f"{raw.source}|{raw.board}|{raw.native_id}": _bare(raw.title, raw.description, [p.text for p in raw.places])
        for raw in captures.postings("ashby")
    }
    found |= {url: _bare(title, text, []) for url, (title, text) in captures.texts().items()}
    for line in DEV.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[f"dev|{row['id']}"] = _bare(row["title"], row["description"] or "", [row["location"] or ""])
    return found


def _bare(title: str, text: str, places: list[str]) -> RawPosting:
    return RawPosting(
        source="x", board="x", native_id="x", url="", title=title, company="", description=text,
        places=[RawPlace(place) for place in places if place],
    )  # fmt: skip


def _read(raw: RawPosting) -> dict[str, str]:
    tags = tag(raw, datetime.now(UTC))
    return {field: _shown(getattr(tags, field)) for field in FIELDS}


def _shown(value: object) -> str:
    return "null" if value is None else str(value).lower()


if __name__ == "__main__":
    main()
