"""How often a rule is right: the probability that stands in the evidence of roles and seniorities.

The tables `role/reliability.tsv` and `level/reliability.tsv` hold one row a rule: the share of its
decisions on labelled postings that were right, where employers that nobody looked at while the rules were written count
above all. `python -m pipeline.tools.reliability` makes them.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

Decision = tuple[str, bool, bool]  # rule, was it right, was the employer held out
_PULL = 10.0  # postings that a prior weighs


def rule_name(rule: str) -> str:
    """The rule without its version."""
    return rule.partition("@")[0]


def _share(right: Counter[str], seen: Counter[str], names: Iterable[str]) -> float:
    chosen = list(names)
    return sum(right[name] for name in chosen) / max(1, sum(seen[name] for name in chosen))


def train(decisions: Iterable[Decision]) -> dict[str, float]:
    """The probability that each rule is right, rounded to thousandths, from its decisions on labelled postings.

    What a rule did on employers that were looked at is its prior, lowered by as much as those flatter on the whole;
    what it did on held-out employers counts in full.
    """
    seen, right, held, held_right = (Counter[str]() for _ in range(4))
    for rule, is_right, is_held_out in decisions:
        name = rule_name(rule)
        (held if is_held_out else seen)[name] += 1
        (held_right if is_held_out else right)[name] += is_right
    names = sorted({*seen, *held})
    mean = _share(right, seen, names)
    honesty = min(1.0, _share(held_right, held, names) / mean) if held and mean else 1.0
    table = {}
    for name in names:
        prior = honesty * (right[name] + _PULL * mean) / (seen[name] + _PULL)
        table[name] = round((held_right[name] + _PULL * prior) / (held[name] + _PULL), 3)
    return table


def table_text(table: dict[str, float]) -> str:
    """The table as it stands in its file."""
    rows = "".join(f"{name}\t{share:.3f}\n" for name, share in sorted(table.items()))
    return "# rule, share of its decisions that are right; written by python -m pipeline.tools.reliability\n" + rows


class Reliability:
    """A table read from its file."""

    def __init__(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
        self._shares = {name: float(share) for name, share in rows}
        self._mean = round(sum(self._shares.values()) / max(1, len(self._shares)), 3)

    def __call__(self, rule: str) -> float:
        """The probability that a rule is right; for one that never decided, the mean of all."""
        return self._shares.get(rule_name(rule), self._mean)


def read_reliability(room: Path) -> Reliability:
    """The table of a room, that of the role or of the level."""
    return Reliability(room / "reliability.tsv")
