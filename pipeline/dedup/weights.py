"""The weighed comparison: points for every number of a likeness that is large enough, summed up to a probability."""

from functools import cache
from math import exp
from pathlib import Path

from pipeline.dedup.facts import Facts
from pipeline.dedup.likeness import Crowd, likeness

LEAST = 0.5  # of a probability, to hold two postings for one opening; chosen by cross-validation, see docs/dedup.md
Row = tuple[str, float, float]  # the number's name, from which value on, its points


@cache
def rows() -> tuple[Row, ...]:
    """The weights, made by `benchmarks/dedup_weights.py`; the first row holds what every pair begins with."""
    lines = Path(__file__).with_name("weights.tsv").read_text(encoding="utf-8").splitlines()
    found = (line.split("\t") for line in lines if not line.startswith("#"))
    return tuple((name, float(least), float(points)) for name, least, points in found)


def weigh(one: Facts, other: Facts, crowd: Crowd) -> tuple[float, dict[str, float]]:
    """The probability that the two are one opening, and the points by name."""
    found = likeness(one, other, crowd)
    points: dict[str, float] = {}
    for name, least, weight in rows():
        if found.get(name, 0.0) >= least or not name:
            points[name] = points.get(name, 0.0) + weight
    return 1 / (1 + exp(-sum(points.values()))), points
