"""Weigh the comparison of postings: `python benchmarks/dedup_weights.py PAIRS.jsonl [--write] [--words]`.

PAIRS holds labelled pairs as `docs/dedup.md` says. Prints what the groups score by cross-validation over employers:
each fifth of the employers is grouped by weights that never saw them, texts and addresses withheld. `--write` then
makes `pipeline/dedup/weights.tsv` of all of them. `--words` first counts the words of the captures'
titles into `words.tsv`.

The weights are stumps, boosted: each round gives points to the one threshold of one number that explains most of what
is left. All pairs within an employer are learned from; those that nobody labelled are two openings unless one address
says otherwise, and weigh little.
"""

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from models import RawPlace, RawPosting
from pipeline.dedup import Facts, weights
from pipeline.dedup.groups import Groups, crowds_of
from pipeline.dedup.likeness import likeness
from pipeline.dedup.reading import read_facts
from spiders import whose

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ROOM = Path(weights.__file__).parent
ROUNDS, RATE, CALM, CUTS = 250, 0.15, 4.0, 11
UNLABELLED, DRAWN, FOLDS = 0.2, 0.15, 5
Pair = tuple[int, int]


class Pairs:
    """The postings of a file of pairs, each once, and what is known of the pairs."""

    def __init__(self, path: Path) -> None:
        self.facts: list[Facts] = []
        self.urls: list[str] = []
        self.labels: dict[Pair, int] = {}
        self.undecidable: set[Pair] = set()
        self._known: dict[str, int] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            self._add(json.loads(line))
        self.parts = self._parts()

    def _add(self, row: dict[str, Any]) -> None:
        one, other = sorted((self._number(row["a"]), self._number(row["b"])))
        if row["label"] is not None:
            self.labels[one, other] = row["label"]
        if row.get("undecidable"):
            self.undecidable.add((one, other))

    def _number(self, posting: dict[str, Any]) -> int:
        key = json.dumps(posting, sort_keys=True)
        if key not in self._known:
            self._known[key] = len(self.facts)
            self.facts.append(facts_of_row(posting))
            self.urls.append(whose(posting.get("url") or "")[0] or posting.get("url") or "")
        return self._known[key]

    def _parts(self) -> list[list[int]]:
        """The postings by employer; employers that a labelled pair joins are one."""
        found = Groups(len(self.facts))
        first: dict[str, int] = {}
        for number, facts in enumerate(self.facts):
            found.join(number, first.setdefault(facts.employer, number))
        for pair in self.labels:
            found.join(*pair)
        members = defaultdict(list)
        for number, leader in enumerate(found.numbers()):
            members[leader].append(number)
        return list(members.values())

    def truth(self, pair: Pair) -> int:
        """1 where the two are one opening."""
        one, other = (self.urls[number] for number in pair)
        return self.labels.get(pair, int(bool(one) and one == other))


def facts_of_row(posting: dict[str, Any]) -> Facts:
    """As `rolewire dedup` reads it, without address and text."""
    places = [RawPlace(text=posting.get("location") or "")]
    raw = RawPosting(posting["source"], "", "", "", posting["title"], company=posting["company"] or "", places=places)
    return read_facts(replace(raw, posted=str(posting.get("posted") or "")), NOW)


def within(members: list[int]) -> Iterator[Pair]:
    """All pairs of these."""
    ordered = sorted(members)
    return ((one, other) for place, other in enumerate(ordered) for one in ordered[:place])


# --- learning ------------------------------------------------------------------------------------------------------


class Table:
    """The likeness of every pair as columns of yes and no: is this number at least so large?"""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = [pair for members in pairs.parts for pair in within(members)]
        self.part = np.array([part for part, members in enumerate(pairs.parts) for _ in within(members)])
        crowds = crowds_of(pairs.facts)
        found = [likeness(pairs.facts[a], pairs.facts[b], crowds.around(pairs.facts[a], pairs.facts[b]))
                 for a, b in self.pairs]  # fmt: skip
        self.names: list[tuple[str, float]] = []
        columns = []
        for name in sorted({name for row in found for name in row}):
            values = np.array([row.get(name, 0.0) for row in found])
            for least in _thresholds(values):
                column = values >= least
                if 0.0005 < column.mean() < 0.9995:
                    columns.append(column)
                    self.names.append((name, least))
        self.columns = np.array(columns, np.float32).T.copy()
        self.truth = np.array([pairs.truth(pair) for pair in self.pairs])
        self.weight = self._weights(pairs)

    def _weights(self, pairs: Pairs) -> Any:
        draw = random.Random(0)
        return np.array([
            0.0 if pair in pairs.undecidable else 1.0 if pair in pairs.labels or truth
            else UNLABELLED * (draw.random() < DRAWN)
            for pair, truth in zip(self.pairs, self.truth, strict=True)
        ], np.float32)  # fmt: skip

    def learn(self, rows: Any) -> tuple[float, Any]:
        """What every pair begins with, and the points of each column."""
        rows = rows & (self.weight > 0)
        columns, truth, weight = self.columns[rows], self.truth[rows], self.weight[rows]
        start = float(np.log((weight * truth).sum() / (weight * (1 - truth)).sum()))
        sums, points = np.full(len(truth), start, np.float32), np.zeros(columns.shape[1])
        for _ in range(ROUNDS):
            said = 1 / (1 + np.exp(-sums))
            slope, bend = weight * (truth - said), weight * said * (1 - said)
            yes, yes_bend = slope @ columns, bend @ columns
            no, no_bend = slope.sum() - yes, bend.sum() - yes_bend
            best = int((yes**2 / (yes_bend + CALM) + no**2 / (no_bend + CALM)).argmax())
            below, above = RATE * no[best] / (no_bend[best] + CALM), RATE * yes[best] / (yes_bend[best] + CALM)
            start, points[best] = start + below, points[best] + above - below
            sums += below + (above - below) * columns[:, best]
        return start, points


def _thresholds(values: Any) -> list[float]:
    unique = np.unique(values)
    if len(unique) > CUTS + 1:
        unique = np.unique(np.quantile(unique, np.linspace(0, 1, CUTS + 2)))[:-1]
    return [round(float(value), 6) for value in unique[1:]]


# --- measuring -----------------------------------------------------------------------------------------------------


def crossvalidated(pairs: Pairs, table: Table, seed: int) -> dict[Pair, float]:
    """Each pair's probability, by weights that were learned from other employers."""
    order = list(range(len(pairs.parts)))
    random.Random(seed).shuffle(order)
    fold = np.empty(len(order), int)
    fold[order] = np.arange(len(order)) % FOLDS
    said = np.zeros(len(table.pairs))
    for number in range(FOLDS):
        tested = fold[table.part] == number
        start, points = table.learn(~tested)
        said[tested] = 1 / (1 + np.exp(-(start + table.columns[tested] @ points)))
    return dict(zip(table.pairs, map(float, said), strict=True))


def figures(pairs: Pairs, said: dict[Pair, float], least: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of the groups over the labelled pairs."""
    groups = Groups(len(pairs.facts))
    groups.link(said, set(), least)
    tally: Counter[tuple[int, bool]] = Counter()
    for (one, other), label in pairs.labels.items():
        if (one, other) not in pairs.undecidable:
            tally[label, groups.leader(one) == groups.leader(other)] += 1
    found, wrong, missed = tally[1, True], tally[0, True], tally[1, False]
    precision, recall = found / max(1, found + wrong), found / max(1, found + missed)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def write_words() -> None:
    """Count in how many titles of the captures each stem stands."""
    from captures import postings

    from pipeline.dedup.titles import read_title

    titles = {raw.title for raw in postings("ashby", "greenhouse", "lever", "recruitee", "smartrecruiters", "workday")}
    counts = Counter(word for title in titles for word in set(read_title(title).words))
    rows = [f"{word}\t{count}" for word, count in counts.most_common() if count >= 4]
    head = "# In how many titles of real boards a stem stands; the first row: how many titles were read."
    (ROOM / "words.tsv").write_text("\n".join([head, f"\t{len(titles)}", *rows]) + "\n", encoding="utf-8")
    print(f"{len(rows)} words of {len(titles)} titles")


def write_weights(table: Table) -> None:
    """Learn from all pairs."""
    start, points = table.learn(np.ones(len(table.pairs), bool))
    rows = [
        f"{name}\t{least:g}\t{worth:.4f}" for (name, least), worth in zip(table.names, points, strict=True) if worth
    ]
    head = (
        "# A number of a pair (likeness.py), from which value on, and its points. Made by benchmarks/dedup_weights.py."
    )
    (ROOM / "weights.tsv").write_text("\n".join([head, f"\t0\t{start:.4f}", *rows]) + "\n", encoding="utf-8")
    print(f"{len(rows)} weights")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--words", action="store_true")
    asked = parser.parse_args()
    if asked.words:
        write_words()
    pairs = Pairs(asked.pairs)
    table = Table(pairs)
    print(f"{len(pairs.facts)} postings of {len(pairs.parts)} employers; {len(table.pairs)} pairs")
    for seed in range(3):
        said = crossvalidated(pairs, table, seed)
        for least in sorted({weights.LEAST, 0.42, 0.45, 0.5, 0.55}):
            precision, recall, f1 = figures(pairs, said, least)
            print(f"seed {seed}, least {least}: precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}")
    if asked.write:
        write_weights(table)


if __name__ == "__main__":
    main()
