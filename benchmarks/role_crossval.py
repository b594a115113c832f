"""Role and seniority measured on labelled postings: `python benchmarks/role_crossval.py GOLD.jsonl [--all]`.

GOLD holds JSON lines with `title`, `company`, `description` (plain text), `source`, `role`, `seniority`.
A quarter of the employers, fixed by a hash of the name, was never looked at while the rules were written: its
figures are the honest ones, the others flatter. Prints accuracy, macro-F1 over classes with at least five postings,
the share of `other` that was given an AI role, bootstrap intervals by employer, and what the stated probabilities are
worth; with --all figures by source, language and class, and confusions of the employers that may be looked at.
"""

import argparse
import json
import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.level import tag_seniority
from pipeline.role import tag_role
from pipeline.tools.reliability import is_held_out as is_held_out_employer

Row = dict[str, str]
Pair = tuple[str, str]
_LEAST = 15  # postings of a source or a language
_LANGUAGES = {
    "de": r"\b(?:m/w/d|w/m/d|und|der|die|f[uü]r|mit)\b",
    "fr": r"\b(?:h/f|f/h|stage|alternance|ing[eé]nieur|pour|les|des)\b",
    "es": r"\b(?:ingeniero|datos|para|con|los|las)\b",
    "pt": r"\b(?:de dados|pleno|para|com|desenvolvedor\w*)\b",
}


def is_held_out(row: Row) -> bool:
    """True for the quarter of the employers that nobody looks at."""
    return is_held_out_employer(row["company"] or "")


def language(row: Row) -> str:
    """A rough guess, from the title and the start of the text."""
    text = f"{row['title']} {(row['description'] or '')[:300]}".lower()
    counts = {slug: len(re.findall(pattern, text)) for slug, pattern in _LANGUAGES.items()}
    best = max(counts, key=lambda slug: counts[slug])
    return best if counts[best] >= 2 or re.search(_LANGUAGES[best], row["title"].lower()) else "en"


def macro_f1(pairs: list[Pair], floor: int = 5) -> tuple[float, dict[str, float]]:
    """Mean F1 over the classes with at least `floor` in gold, and F1 by class."""
    gold, got, hit = Counter(g for g, _ in pairs), Counter(p for _, p in pairs), Counter(g for g, p in pairs if g == p)
    f1 = {slug: 2 * hit[slug] / (gold[slug] + got[slug]) for slug in gold}
    big = [slug for slug in gold if gold[slug] >= floor]
    return (sum(f1[slug] for slug in big) / len(big) if big else float("nan")), f1


def accuracy(pairs: list[Pair]) -> float:
    """The share of pairs that agree."""
    return sum(g == p for g, p in pairs) / len(pairs)


def wrongly_ai(pairs: list[Pair]) -> float:
    """The share of `other` that was given an AI role."""
    others = [p for g, p in pairs if g == "other"]
    return sum(p != "other" for p in others) / len(others) if others else float("nan")


def interval(rows: list[Row], pairs: list[Pair], draws: int = 300) -> tuple[float, float]:
    """95 % interval of macro-F1, drawing employers with replacement."""
    by_employer: dict[str, list[Pair]] = defaultdict(list)
    for row, pair in zip(rows, pairs, strict=True):
        by_employer[row["company"] or row["title"]].append(pair)
    groups, chance = list(by_employer.values()), random.Random(7)
    found = sorted(
        macro_f1([pair for group in chance.choices(groups, k=len(groups)) for pair in group])[0] for _ in range(draws)
    )
    return found[int(0.025 * draws)], found[int(0.975 * draws)]


def report(name: str, rows: list[Row], pairs: list[Pair]) -> None:
    """One line of figures."""
    low, high = interval(rows, pairs)
    other = f"  other given AI {wrongly_ai(pairs):.3f}" if any(g == "other" for g, _ in pairs) else ""
    figures = f"accuracy {accuracy(pairs):.3f}  macro-F1 {macro_f1(pairs)[0]:.3f} [{low:.3f}, {high:.3f}]"
    print(f"{name:34s} n {len(rows):5d}  {figures}{other}")


def by_part(rows: list[Row], pairs: list[Pair]) -> None:
    """Figures by source and by language."""
    for label, key in (("source", lambda row: row["source"]), ("language", language)):
        parts: dict[str, list[tuple[Row, Pair]]] = defaultdict(list)
        for row, pair in zip(rows, pairs, strict=True):
            parts[key(row)].append((row, pair))
        for part, found in sorted(parts.items(), key=lambda item: -len(item[1])):
            if len(found) >= _LEAST:
                report(f"    {label} {part}", [row for row, _ in found], [pair for _, pair in found])


def reliability(rows: list[Row], pairs: list[Pair], shares: list[float]) -> None:
    """How often the tag is right against the probability that its evidence states, on held-out employers."""
    bins: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for row, (gold, got), share in zip(rows, pairs, shares, strict=True):
        if is_held_out(row):
            bins["below 0.88" if share < 0.88 else "0.88 to 0.95" if share < 0.95 else "0.95 and up"].append(
                (share, gold == got)
            )
    for name, found in sorted(bins.items()):
        stated, right = sum(share for share, _ in found) / len(found), sum(ok for _, ok in found) / len(found)
        print(f"    probability {name:12s} n {len(found):4d}  stated {stated:.3f}  right {right:.3f}")


def leave_one_source_out(rows: list[Row], pairs: list[Pair]) -> None:
    """Macro-F1 of each large source by itself: no rule was fitted to a source, so leaving it out changes nothing."""
    found = []
    for source, count in Counter(row["source"] for row in rows).most_common():
        if count >= 30:
            found.append(macro_f1([pair for row, pair in zip(rows, pairs, strict=True) if row["source"] == source])[0])
    print(f"    by source (n >= 30): macro-F1 mean {sum(found) / len(found):.3f}, least {min(found):.3f}")


def confusions(rows: list[Row], pairs: list[Pair]) -> None:
    """The commonest confusions among the employers that may be looked at."""
    wrong = Counter(pair for row, pair in zip(rows, pairs, strict=True) if pair[0] != pair[1] and not is_held_out(row))
    for (gold, got), count in wrong.most_common(12):
        print(f"    {gold:24s} read as {got:24s} {count}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--all", action="store_true", help="figures by source, language and class too")
    arguments = parser.parse_args()
    rows: list[Row] = [json.loads(line) for line in arguments.gold.read_text(encoding="utf-8").splitlines()]
    for tag in ("role", "seniority"):
        pairs, shares = [], []
        for row in rows:
            text = row["description"] or ""
            got, evidence = tag_role(row["title"], text, row["company"] or "")
            if tag == "seniority":
                got, evidence = tag_seniority(row["title"], text, got, row["company"] or "")
            pairs.append((row[tag], got))
            shares.append(evidence.probability or 0.0)
        for name, wanted in (("seen employers (flatters)", False), ("held-out employers", True)):
            chosen = [i for i, row in enumerate(rows) if is_held_out(row) is wanted]
            report(f"{tag}, {name}", [rows[i] for i in chosen], [pairs[i] for i in chosen])
        report(f"{tag}, all", rows, pairs)
        leave_one_source_out(rows, pairs)
        reliability(rows, pairs, shares)
        if arguments.all:
            by_part(rows, pairs)
            print("    " + "  ".join(f"{slug} {f1:.2f}" for slug, f1 in sorted(macro_f1(pairs)[1].items())))
            confusions(rows, pairs)


if __name__ == "__main__":
    main()
