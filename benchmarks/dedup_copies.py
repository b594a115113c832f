"""Are copies of an ad known as copies? `python benchmarks/dedup_copies.py` (needs the captures beside the repository).

Each sampled posting of the captures is copied: cut short, decorated, with another foot, without its first third, or all
of these. Against the copies stand the posting's look-alikes: what of the same employer has the likest text or title
under another id. Without ids and addresses every copy must meet its original and no look-alike may. Prints precision
and recall, and recall by kind of copy.
"""

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from captures import postings

from models import RawPosting
from pipeline.dedup import Facts, compare, read_facts
from pipeline.dedup.shingles import containment
from pipeline.text.plain import plain_text

NOW = datetime(2026, 11, 1, tzinfo=UTC)
LEAST_TEXT = 800  # characters
FOOT = (
    "About our site. We bring you hand-picked openings every day, straight from the teams that hire. Create an alert "
    "and be the first to apply. We never charge candidates. By applying you accept our terms and our notice on privacy."
)
HEAD = "NEW! Great team, great pay. This opening was found for you by our editors. "


def cut(raw: RawPosting, draw: random.Random) -> RawPosting:
    """The first part alone, as aggregators show it."""
    return replace(raw, description=raw.description[: draw.choice((500, 800, 1_500))] + "…")


def decorated(raw: RawPosting, draw: random.Random) -> RawPosting:
    """A louder title, and words of the copier's around the text."""
    title = draw.choice(
        ("{} (m/f/d)", "🚀 {}", "{} - Remote / Hybrid", "Hiring now: {}", "{} | {company}", "{} ({place})")
    )
    place = raw.places[0].text if raw.places else "Remote"
    title = title.format(raw.title, company=raw.company, place=place)
    return replace(raw, title=title, description=f"{HEAD}{raw.description}\n{FOOT}")


def refooted(raw: RawPosting, _draw: random.Random) -> RawPosting:
    """Without what the employer says of itself at the end, and the copier's own instead."""
    text = raw.description
    return replace(raw, description=f"{text[: len(text) * 2 // 3]}\n{FOOT}")


def beheaded(raw: RawPosting, _draw: random.Random) -> RawPosting:
    """Without the first third, where the employer presents itself."""
    return replace(raw, description=raw.description[len(raw.description) // 3 :])


def reworded(raw: RawPosting, draw: random.Random) -> RawPosting:
    """Every thirtieth word another, in capitals and without its lines."""
    words = raw.description.split()
    return replace(raw, description=" ".join("foo" if draw.random() < 1 / 30 else word.upper() for word in words))


def everything(raw: RawPosting, draw: random.Random) -> RawPosting:
    """Decorated, beheaded and cut."""
    return cut(decorated(beheaded(raw, draw), draw), draw)


KINDS: tuple[Callable[[RawPosting, random.Random], RawPosting], ...] = (
    cut, decorated, refooted, beheaded, reworded, everything,
)  # fmt: skip


def facts_of(raw: RawPosting, source: str) -> Facts:
    """Its facts without id and address."""
    bare = replace(raw, source=source, board="", native_id="", url="", canonical_url="", requisition_id="", posted="")
    return read_facts(bare, NOW)


def sampled(count: int, seed: int) -> tuple[list[RawPosting], dict[str, list[RawPosting]]]:
    """Some postings with a text, and all of each employer."""
    read = postings("ashby", "greenhouse", "lever", "recruitee", "smartrecruiters", "workable")
    found = [replace(raw, company=raw.company or raw.board, description=plain_text(raw.description)) for raw in read]
    found = [raw for raw in found if len(raw.description) >= LEAST_TEXT]
    by_employer = defaultdict(list)
    for raw in found:
        by_employer[raw.source, raw.board].append(raw)
    draw = random.Random(seed)
    chosen = draw.sample(found, min(count, len(found)))
    return chosen, {f"{raw.source}/{raw.board}": by_employer[raw.source, raw.board] for raw in chosen}


def look_alikes(raw: RawPosting, facts: Facts, others: list[tuple[RawPosting, Facts]]) -> list[Facts]:
    """The likest two by title and the likest two by text. The same title, place and text under another id is no
    look-alike: without ids nobody could tell them apart."""
    apart = [(one, its) for one, its in others if one.native_id != raw.native_id and not _is_twin(raw, one)]
    words = set(re.findall(r"\w+", raw.title.lower()))
    by_title = sorted(apart, key=lambda pair: -len(words & set(re.findall(r"\w+", pair[0].title.lower()))))
    by_text = sorted(apart, key=lambda pair: -containment(facts.sketch, pair[1].sketch)[0])
    return [its for _, its in {one.native_id: (one, its) for one, its in (*by_title[:2], *by_text[:2])}.values()]


def _is_twin(raw: RawPosting, one: RawPosting) -> bool:
    places = [sorted(place.text or place.city for place in each.places) for each in (raw, one)]
    return raw.title.strip().lower() == one.title.strip().lower() and bool(set(places[0]) & set(places[1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    chosen, boards = sampled(asked.count, asked.seed)
    known = {name: [(raw, facts_of(raw, raw.source)) for raw in found] for name, found in boards.items()}
    tally: Counter[tuple[str, str]] = Counter()
    for number, raw in enumerate(chosen):
        kind = KINDS[number % len(KINDS)]
        copy, original = facts_of(kind(raw, draw), "copier"), facts_of(raw, raw.source)
        tally[kind.__name__, "copy"] += 1
        tally[kind.__name__, "found"] += (said := compare(copy, original)).is_same
        if asked.show and not said.is_same:
            print("missed", kind.__name__, copy.title, "|", original.title, "|", said.sentence)
        for other in look_alikes(raw, original, known[f"{raw.source}/{raw.board}"]):
            tally[kind.__name__, "apart"] += 1
            tally[kind.__name__, "wrong"] += (said := compare(copy, other)).is_same
            if asked.show and said.is_same:
                print("wrong", kind.__name__, copy.title, copy.spots, "|", other.title, other.spots, "|", said.sentence)
    total = {name: sum(tally[kind.__name__, name] for kind in KINDS) for name in ("copy", "found", "apart", "wrong")}
    precision, recall = total["found"] / (total["found"] + total["wrong"]), total["found"] / total["copy"]
    print(f"{total['copy']} copies, {total['apart']} look-alikes: precision {precision:.3f} recall {recall:.3f}")
    for kind in KINDS:
        copies, found, apart, wrong = (tally[kind.__name__, name] for name in ("copy", "found", "apart", "wrong"))
        print(f"  {kind.__name__:12s} recall {found / copies:.3f}, {wrong} wrong of {apart}")


if __name__ == "__main__":
    main()
