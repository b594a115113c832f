"""The workplace read from location, title and text alone, against 100 postings labelled by hand.

    python benchmarks/workplace.py [--errors]

Sets, labelled from title, location and the passages that speak of where one works, before the tag was seen; the board's
own fields of the workplace, remote work and address are withheld:
- `workplace_judged.tsv`: 100 drawn at random from the captures (Ashby 88, Greenhouse, Lever and Recruitee 4 each: their
  captures hold few employers; at most two an employer). First contact: accuracy 0.800.
- `workplace_judged_again.tsv`: 60 of other employers, after the errors of the first were mended. First contact: 0.883.
- `workplace_judged_third.tsv`: 40 of yet others, after those of the second were mended. First contact: 0.925 (0.875 by
  the labels as first given; two were wrong).
The phrases were mended after each, so that what is printed now is no measure of postings never seen.
"""

import sys
from dataclasses import replace
from pathlib import Path

import captures

from models import RawPlace, RawPosting
from pipeline.place.workplace import tag_workplace
from pipeline.text.plain import one_line, plain_text

JUDGED = ("workplace_judged.tsv", "workplace_judged_again.tsv", "workplace_judged_third.tsv")


def main() -> None:
    raws = captures.postings("ashby", "greenhouse", "lever", "recruitee")
    known = {(raw.source, raw.board, raw.native_id): raw for raw in raws}
    for name in JUDGED:
        print(name)
        _score(_judged(Path(__file__).parent / name), known)


def _judged(path: Path) -> dict[tuple[str, str, str], str]:
    """(source, board, native id) to the label."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {(source, board, native_id): label for source, board, native_id, label in lines[1:]}


def _score(judged: dict[tuple[str, str, str], str], known: dict[tuple[str, str, str], RawPosting]) -> None:
    read = {key: _read(known[key]) for key in judged if key in known}
    right = sum(said == judged[key] for key, (said, _) in read.items())
    print(f"{len(read)} of {len(judged)} labelled postings: accuracy {right / len(read):.3f} ({right} right)")
    for label in ("remote", "hybrid", "onsite", "null"):
        said = [judged[key] for key, (value, _) in read.items() if value == label]
        wanted = sum(judged[key] == label for key in read)
        print(f"    {label}: {wanted} labelled, {len(said)} read, {said.count(label)} right")
    for key, (said, quote) in read.items() if "--errors" in sys.argv else []:
        if said != judged[key]:
            print(f"    {key[0]} {key[1]} {known[key].title!r}: {judged[key]}, read {said} {quote!r}")


def _read(raw: RawPosting) -> tuple[str, str]:
    places = [RawPlace(place.text) for place in raw.places]
    bare = replace(raw, places=places, workplace="", is_remote=None, remote_scope="")
    value, evidence = tag_workplace(bare, one_line(raw.title), plain_text(raw.description))
    return value or "null", evidence.quote


if __name__ == "__main__":
    main()
