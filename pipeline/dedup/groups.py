"""Many postings at once into groups, each one opening: by average linkage, so that no chain joins strangers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush

from pipeline.dedup.compare import Answer, Judgement, compare
from pipeline.dedup.facts import Facts, Spot
from pipeline.dedup.keys import wide_keys
from pipeline.dedup.likeness import Crowd
from pipeline.dedup.weights import LEAST

Pair = tuple[int, int]
_MOST = 64  # postings of one key that each new one is compared with


def group(postings: Sequence[Facts]) -> tuple[list[int], dict[Pair, Judgement]]:
    """For each posting the number of the first of its group; and what was said of the pairs that were compared."""
    crowds = crowds_of(postings)
    judged = {pair: _judge(postings, pair, crowds) for pair in candidates(postings)}
    groups = Groups(len(postings))
    for pair in _identical(judged):
        groups.join(*pair)
    groups.link({pair: one.score for pair, one in judged.items()}, forbidden(judged), LEAST)
    return groups.numbers(), judged


def reasons(numbers: Sequence[int], judged: dict[Pair, Judgement]) -> list[str]:
    """For each posting why it is in its group, as a sentence on the surest likeness; empty for one alone."""
    best: dict[int, Judgement] = {}
    for (one, other), judgement in judged.items():
        if numbers[one] == numbers[other] and judgement.is_same:
            for number in (one, other):
                if number not in best or judgement.score > best[number].score:
                    best[number] = judgement
    return [best[number].sentence if number in best else "" for number in range(len(numbers))]


def forbidden(judged: dict[Pair, Judgement]) -> set[Pair]:
    """The pairs that an identity parts."""
    return {pair for pair, one in judged.items() if one.answer is Answer.NEVER}


def _identical(judged: dict[Pair, Judgement]) -> Iterator[Pair]:
    """The pairs that an identity joins."""
    return (pair for pair, one in judged.items() if one.is_same and one.layer in ("board", "url"))


def candidates(postings: Sequence[Facts]) -> Iterator[Pair]:
    """The pairs that share a key, each once; of a key that many share, each with the last few before it."""
    at: dict[int, list[int]] = defaultdict(list)
    for number, facts in enumerate(postings):
        met: set[int] = set()
        for key in wide_keys(facts):
            met.update(at[key][-_MOST:])
            at[key].append(number)
        yield from ((other, number) for other in sorted(met))


def _judge(postings: Sequence[Facts], pair: Pair, crowds: "Crowds") -> Judgement:
    one, other = (postings[number] for number in pair)
    return compare(one, other, crowds.around(one, other))


class Crowds:
    """How many postings each employer has here, and how many of one title in how many places."""

    def __init__(self, postings: Iterable[Facts]) -> None:
        self._employers: Counter[str] = Counter()
        self._titles: Counter[tuple[str, frozenset[str]]] = Counter()
        self._spots: dict[tuple[str, frozenset[str]], set[tuple[Spot, ...]]] = defaultdict(set)
        for facts in postings:
            title = (facts.employer, frozenset(facts.words))
            self._employers[facts.employer] += 1
            self._titles[title] += 1
            self._spots[title].add(facts.spots)

    def around(self, one: Facts, other: Facts) -> Crowd:
        """The crowd of a pair: the larger of what stands around either."""
        titles = [(each.employer, frozenset(each.words)) for each in (one, other)]
        return Crowd(
            max(self._employers[one.employer], self._employers[other.employer]),
            max(self._titles[title] for title in titles),
            max(len(self._spots[title]) for title in titles),
        )


def crowds_of(postings: Iterable[Facts]) -> Crowds:
    """The crowds of a batch."""
    return Crowds(postings)


class Groups:
    """Numbers joined to groups, each led by its smallest."""

    def __init__(self, count: int) -> None:
        self._members = {number: [number] for number in range(count)}
        self._leader = list(range(count))

    def leader(self, number: int) -> int:
        """The group that a number is in."""
        return self._leader[number]

    def join(self, one: int, other: int) -> int:
        """Make one group of two; returns its leader."""
        first, second = sorted((self.leader(one), self.leader(other)))
        if first != second:
            for number in self._members[second]:
                self._leader[number] = first
            self._members[first] += self._members.pop(second)
        return first

    def numbers(self) -> list[int]:
        """Each number's leader."""
        return list(self._leader)

    def link(self, scores: dict[Pair, float], never: set[Pair], least: float) -> None:
        """Join the two groups whose members are most alike on average, until none are alike enough.

        Pairs that were not compared count as unlike. A group that holds a forbidden pair is never made.
        """
        sums: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for (one, other), score in scores.items():
            first, second = self.leader(one), self.leader(other)
            if first != second:
                score = float("-inf") if (one, other) in never else score
                sums[first][second] += score
                sums[second][first] += score
        pairs = ((one, other) for one in sums for other in sums[one] if one < other)
        heap = [(-mean, *pair) for pair in pairs if (mean := self._mean(sums, *pair)) >= least]
        heapify(heap)
        while heap:
            mean, one, other = heappop(heap)
            if other not in sums.get(one, {}) or -mean != self._mean(sums, one, other):
                continue  # one of them has grown or gone since
            for pair in self._merge(sums, one, other):
                if (grown := self._mean(sums, *pair)) >= least:
                    heappush(heap, (-grown, *pair))

    def _mean(self, sums: dict[int, dict[int, float]], one: int, other: int) -> float:
        return sums[one][other] / (len(self._members[one]) * len(self._members[other]))

    def _merge(self, sums: dict[int, dict[int, float]], one: int, other: int) -> list[Pair]:
        """Join two groups and add up what each was to the others; returns the pairs of the new group."""
        kept = self.join(one, other)
        gone = other if kept == one else one
        for third, score in sums.pop(gone).items():
            del sums[third][gone]
            if third != kept:
                sums[kept][third] += score
                sums[third][kept] += score
        return [(min(kept, third), max(kept, third)) for third in sums[kept]]
