"""How often a mention of a skill means that skill: the hand-checked list, and what is still found of it.

    python benchmarks/skills.py

Set: `skills_judged.tsv`, 300 mentions drawn at random from the captures (Ashby, Greenhouse, Recruitee, Lever; at most
one a board and skill), 100 of them of words with context rules, judged by reading. The lexicon was corrected after the
wrong ones were seen, so that the first line holds for the lexicon as it was sampled.
"""

from collections import Counter
from pathlib import Path

import captures

from pipeline.skills import tag_skills
from pipeline.text import plain_text

JUDGED = Path(__file__).parent / "skills_judged.tsv"


def main() -> None:
    lines = [line for line in JUDGED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = [dict(zip(lines[0].split("\t"), line.split("\t"), strict=True)) for line in lines[1:]]
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
    for raw in captures.postings("ashby", "greenhouse", "recruitee", "lever"):
        skills = tag_skills("", plain_text(raw.description))[0]
        found.setdefault((raw.board, " ".join(raw.title.split())), set()).update(skills)
    for verdict in ("right", "told", "wrong"):
        chosen = [row for row in rows if row["verdict"] == verdict]
        still = sum(row["skill"] in found.get((row["board"], " ".join(row["title"].split())), ()) for row in chosen)
        print(f"    judged {verdict}: {len(chosen)}, found in these postings now: {still}")


if __name__ == "__main__":
    main()
