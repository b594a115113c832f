"""Role and seniority on the labelled sets of the repository: `python benchmarks/roles.py [GOLD] [--errors SET]`.

- `roles_judged.tsv`: captured postings (Hacker News, laboratories, start-ups and others), by address; their texts are
  read from the captures beside the repository, without which they are left out. Set u has roles alone.
- `ads_judged.jsonl`: ads in German, French, Spanish, Portuguese, Italian, Dutch and Polish, written for this.

Each set was labelled by one reader who did not know the rules. The errors of most sets were read afterwards to mend
the rules, so that what is printed now flatters; docs/accuracy.md has the figures of the first contact. Of the sets in
UNREAD nobody reads the errors: --errors refuses them. With GOLD, the dev set, the last lines are of all that nobody
looked at: these sets and the held-out employers of GOLD, apart those of whom another posting is in a set that was read.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import captures
from role_crossval import Pair, Row, is_held_out, report

from pipeline.job.employer import company_key
from pipeline.level import tag_seniority
from pipeline.role import tag_role
from pipeline.text.plain import one_line, plain_text
from pipeline.tools.reliability import read_postings

HERE = Path(__file__).parent
UNREAD = frozenset("bmwx")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", metavar="SET", default="", help="list what is wrong in one set")
    parser.add_argument("gold", type=Path, nargs="?")
    parser.add_argument("--write", type=Path, help="write the sets with their texts for pipeline.tools.reliability")
    arguments = parser.parse_args()
    if arguments.errors in UNREAD and arguments.errors:
        parser.error(f"set {arguments.errors} measures only as long as nobody reads its errors")
    sets: dict[str, list[Row]] = defaultdict(list)
    for row in [*postings(), *ads()]:
        sets[row["set"]].append(row)
    if arguments.write:
        rows = [row | {"held_out": name in UNREAD} for name, rows in sets.items() for row in rows]
        arguments.write.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for name, rows in sorted(sets.items()):
        _print_set(name, rows, arguments.errors == name)
    if arguments.gold:
        met = {company_key(row["company"]) for name, rows in sets.items() if name not in UNREAD for row in rows}
        held = [
            {**row, "part": "dev, employer met" if company_key(row["company"]) in met else "dev, employer new"}
            for row in read_postings(arguments.gold)
            if is_held_out(row)
        ]
        _print_set("b, m, held-out", [*sets["b"], *sets["m"], *held], is_listed=False)
    roles_alone = [row | {"seniority": "-"} for row in (*sets["w"], *sets["x"])]
    if roles_alone:
        _print_set("w, x", roles_alone, is_listed=False)


def postings() -> Iterator[Row]:
    """The judged postings whose text is in the captures."""
    texts, missing = captures.texts(), 0
    for line in (HERE / "roles_judged.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, group, url, company, role, seniority, sure, *named = line.split("\t")
        if url not in texts:
            missing += 1
            continue
        title, text = texts[url]
        yield {
            "set": name, "part": group, "title": "".join(named) or title, "company": company, "description": text,
            "role": role, "seniority": seniority, "sure": sure,
        }  # fmt: skip
    print(f"{missing} judged postings are of sources that this benchmark does not read")


def ads() -> Iterator[Row]:
    for line in (HERE / "ads_judged.jsonl").read_text(encoding="utf-8").splitlines():
        ad = json.loads(line)
        yield ad | {"part": ad["language"], "sure": "yes"}


def _print_set(name: str, rows: list[Row], is_listed: bool) -> None:
    found = [_tagged(row) for row in rows]
    for number, tag in enumerate(("role", "seniority") if rows[0]["seniority"] != "-" else ("role",)):
        report(f"set {name} {tag}", rows, [pair[number] for pair in found])
        for part in sorted({row["part"] for row in rows}):
            chosen = [one for one, row in enumerate(rows) if row["part"] == part]
            if len(chosen) > 5 and len(chosen) < len(rows):
                report(f"    {part}", [rows[one] for one in chosen], [found[one][number] for one in chosen])
    for row, pairs in zip(rows, found, strict=True) if is_listed else []:
        if any(gold not in (got, "-") for gold, got in pairs):
            print(f"    {row['title'][:90]!r} {row['sure']}: " + ", ".join(f"{gold} read {got}" for gold, got in pairs))


def _tagged(row: Row) -> tuple[Pair, Pair]:
    title, text = one_line(row["title"]), plain_text(row["description"])
    role, _ = tag_role(title, text, row["company"])
    return (row["role"], role), (row["seniority"], tag_seniority(title, text, role, row["company"])[0])


if __name__ == "__main__":
    main()
