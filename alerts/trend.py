"""What moved in the market of a person's searches, in a few lines: how many came, what they pay, what they ask. Pure.

It rests on what the searches matched as it opened, week by week; what a board held at its first crawl is no movement.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median

from alerts import wording

WEEKS = 8  # looked back
BEFORE = 4  # weeks that the last one is set beside
FEW = 5  # postings: of fewer nothing is told
MOVED = 0.02  # of pay
ROSE = 0.1  # of a skill's share
LEAST_NEW = 3  # postings that ask for a skill, to be told of it
SKILLS = 3


@dataclass(frozen=True, slots=True)
class Came:
    """A posting that a search matched as it opened. `week`: 0 for the last seven days, 1 for those before."""

    week: int
    pay: tuple[float, float] | None = None  # a year's, at least and at most
    currency: str = ""
    skills: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Market:
    """What came, and for how many weeks the searches have looked."""

    came: Sequence[Came] = ()
    weeks: int = 0


def counts(market: Market) -> list[int]:
    """How many came in each week that is known, the last one last; empty where there is none to set beside it."""
    known = min(market.weeks, WEEKS)
    if known < 2:
        return []
    found = Counter(one.week for one in market.came)
    return [found[week] for week in range(known - 1, -1, -1)]


def lines(market: Market) -> list[str]:
    """`New for your searches: 7 in these seven days, 5 in those before`, how pay moved, which skills rise."""
    found = counts(market)
    if not found or not any(found):
        return []
    new = [one for one in market.came if one.week == 0]
    before = [one for one in market.came if 1 <= one.week <= BEFORE]
    return [_number(found), *_pay(new, before), *_skills(new, before)]


def described(found: Sequence[int]) -> str:
    """What a chart of these shows, for whoever does not see it."""
    return f"New postings a week, the last one last: {', '.join(str(count) for count in found)}"


def _number(found: Sequence[int]) -> str:
    usual = found[:-1][-BEFORE:]
    beside = f"{found[-2]} in those before" if len(usual) == 1 else f"{_mean(usual)} a week before that"
    return f"New for your searches: {found[-1]} in the last seven days, {beside}"


def _mean(found: Sequence[int]) -> str:
    return f"{sum(found) / len(found):.1f}".removesuffix(".0")


def _pay(new: Sequence[Came], before: Sequence[Came]) -> list[str]:
    currency = _currency(new)
    now, then = ([one.pay for one in part if one.pay and one.currency == currency] for part in (new, before))
    if not currency or min(len(now), len(then)) < FEW:
        return []
    ends = [[median(pay[side] for pay in part) for side in (0, 1)] for part in (then, now)]
    if all(abs(after - was) <= MOVED * was for was, after in zip(*ends, strict=True)):
        return []
    shown = [wording.pay({"salary": _salary(low, high, currency)}) for low, high in ends]
    return [f"Pay, where stated: {shown[1]} in the middle, {shown[0]} before ({len(now)} and {len(then)} postings)"]


def _currency(new: Sequence[Came]) -> str:
    named = Counter(one.currency for one in new if one.pay)
    return named.most_common(1)[0][0] if named else ""


def _salary(low: float, high: float, currency: str) -> dict[str, object]:
    return {"min": round(low, -3), "max": round(high, -3), "currency": currency, "period": "year"}


def _skills(new: Sequence[Came], before: Sequence[Came]) -> list[str]:
    if min(len(new), len(before)) < FEW:
        return []
    now, then = (Counter(skill for one in part for skill in set(one.skills)) for part in (new, before))
    rose = [
        (count / len(new) - then[skill] / len(before), skill)
        for skill, count in now.items()
        if count >= LEAST_NEW and count / len(new) - then[skill] / len(before) >= ROSE
    ]
    told = [
        f"{wording.clean(skill, 30)} in {now[skill]} of {len(new)}, {then[skill] / len(before):.0%} before"
        for _, skill in sorted(rose, key=lambda one: (-one[0], one[1]))[:SKILLS]
    ]
    return [f"Asked for more often: {'; '.join(told)}"] if told else []
