"""How often a mention of a skill means that skill: the hand-checked list, and what is still found of it.

    python benchmarks/skills.py

Set: `skills_judged.tsv`, 300 mentions drawn at random from the captures (Ashby, Greenhouse, Recruitee, Lever; at most
one a board and skill), 100 of them of words with context rules, judged by reading. The lexicon was corrected after the
wrong ones were seen, so that the first line holds for the lexicon as it was sampled.

Must or nice to have: `needs_judged.tsv`, 60 mentions read as must and 40 as nice (at most one an employer and need),
judged by their headings and sentences. The rules were mended after the wrong ones were seen: precision is as sampled.
"""

from collections import Counter
from pathlib import Path

import captures

from models import RawPosting
from pipeline.asks.skills import tag_skills
from pipeline.text.plain import plain_text

JUDGED = Path(__file__).parent / "skills_judged.tsv"
NEEDS = Path(__file__).parent / "needs_judged.tsv"


def main() -> None:
    rows = _rows(JUDGED)
    for name, chosen in (
        ("all", rows),
        ("words with context rules", [row for row in rows if row["ambiguous"] == "yes"]),
        ("plain words", [row for row in rows if row["ambiguous"] == "no"]),
    ):
        tally = Counter(row["verdict"] for row in chosen)
        precision = 1 - tally["wrong"] / len(chosen)
        asked = tally["right"] / len(chosen)
        print(f"{name}: {len(chosen)} mentions, precision {precision:.3f} (asked for or used in the work: {asked:.3f})")
    found: dict[tuple[str, str], set[str]] = {}
    raws = captures.postings("ashby", "greenhouse", "recruitee", "lever")
    for raw in raws:
        skills = tag_skills("", plain_text(raw.description))[0]
        found.setdefault((raw.board, " ".join(raw.title.split())), set()).update(skills)
    for verdict in ("right", "told", "wrong"):
        chosen = [row for row in rows if row["verdict"] == verdict]
        still = sum(row["skill"] in found.get((row["board"], " ".join(row["title"].split())), ()) for row in chosen)
        print(f"    judged {verdict}: {len(chosen)}, found in these postings now: {still}")
    _needs(raws)


def _rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [dict(zip(lines[0].split("\t"), line.split("\t"), strict=True)) for line in lines[1:]]


def _needs(raws: list[RawPosting]) -> None:
    rows = _rows(NEEDS)
    wanted = {(row["source"], row["board"], row["native_id"]) for row in rows}
    read = {
        key: tag_skills("", plain_text(raw.description))[1]
        for raw in raws
        if (key := (raw.source, raw.board, raw.native_id)) in wanted
    }
    for need in ("must", "nice"):
        chosen = [row for row in rows if row["need"] == need]
        right = [row for row in chosen if row["verdict"] == "right"]
        print(f"need {need}: {len(chosen)} mentions, precision {len(right) / len(chosen):.3f}")
        for verdict in ("right", "wrong"):
            keys = [((r["source"], r["board"], r["native_id"]), r["skill"]) for r in chosen if r["verdict"] == verdict]
            still = sum(read.get(key, {}).get(skill, {}).get("need") == need for key, skill in keys)
            print(f"    judged {verdict}: {len(keys)}, read so now: {still}")


if __name__ == "__main__":
    main()
