"""Base pay from free text: which of the money that a text names is the pay, by the words around it. Never guessed."""

import re
from dataclasses import dataclass
from typing import Any

import ahocorasick_rs

from models import Basis, Evidence, Salary
from pipeline.pay import make_salary
from pipeline.pay.grammar import Money, find_money

_RULE = "pay.text@1"
_BEFORE, _AFTER, _NEAR = 110, 60, 60
_POSITIVE = re.compile(
    r"salar|compensation|\bpay\b|\bpays\b|\bpaid\b|\bbase\b|\bwages?\b|\brate\b|remunerat|\bearn(?:s|ings?)?\b|\bcomp\b"
    r"|\brange\b|gehalt|vergütung|jahresbrutto|brutto|rémunération|salaire|salário|sueldo|remuneração|retribuzione"
    r"|stipendio|\bral\b|\bgross\b|\bannual(?:ly)?\b|\bhourly\b|we offer|wynagrodzenie|lohn\b|\bpackage\b|compensación"
    r"|fourchette|remuneración|\bcash\b",
    re.I,
)
_NEGATIVE = re.compile(
    r"rais(?:ed|ing)|fund(?:ed|ing|s\b|raise)|\bseries [a-f]\b|\bseed\b|valu(?:ation|ed)|revenue|\barr\b|\bgmv\b"
    r"|\baum\b"
    r"|invest(?:ment|or)|stipend\b|reimburse|allowance|\bbudgets?\b|bonus|sign-?on|signing|relocation|referral|401"
    r"|equity"
    r"|stock|options|commission|credits?\b|perks?|quotas?\b|deals?\b|contracts? (?:worth|valued)|\bspend\b"
    r"|\bsave[sd]?\b"
    r"|savings|transactions?|volume|portfolio|donat|charit|wellness|learning|development|education|tuition|training"
    r"|conference|equipment|home office|internet|phone|commut|lunch|meals?|gym|fitness|medical|dental|insurance|premium"
    r"|deductible|\b[hf]sa\b|adoption|fertility|\bloans?\b|debt|\bgrants?\b|prize|award|\bfees?\b|per diem|discount"
    r"|gift"
    r"|travel|childcare|backed by|customers|accounts?|clients|acqui(?:sition|red)|\bsold\b|manag(?:ing|ed)|processed"
    r"|payments|assets|\bcap\b|sourc(?:e|ing)|threshold|fine of|worth of",
    re.I,
)
_TARGET = re.compile(
    r"\bOTE\b|on[- ]target|target earnings|total (?:target )?(?:cash|comp|rewards|earn|target)|variable|incentive comp"
    r"|earning potential|potential earnings",
    re.I,
)
_TARGET_HINTS = (
    *("OTE", "n-target", "n-Target", "n target", "n Target", "N TARGET", "arget earn", "arget Earn", "otal cash"),
    *("otal Cash", "otal target", "otal Target", "arning potential", "arning Potential", "otential earning"),
)
_TARGET_FINDER = ahocorasick_rs.AhoCorasick(_TARGET_HINTS)
_BASE = re.compile(
    r"base (?:salary|pay|compensation|wage|range)|salary|\bbase\b|pay range|hourly (?:rate|pay)|\bwages?\b|gehalt"
    r"|salaire",
    re.I,
)
_LEADS_IN = re.compile(
    r"(?:compensation|\bpay\b|salary|salaire|gehalt|\brate|\bwage|\brange)\b[^.$€£]{0,40}"
    r"(?:\bis|\bof|:|\bat|=|–|-|\bfrom|\bto|ca\.)\s*$",
    re.I,
)
_NO_PAY_AFTER = re.compile(
    r"[ (]{0,2}(?:in |of |worth )?(?:arr|acv|mrr|gmv|revenue|quota|average deal|deals?\b|funding|budget|bonus|stipend"
    r"|equity|in funding|relocation|sign|reimburs|allowance|toward|match|commission|variable)",
    re.I,
)
_UP_TO = re.compile(r"(?:up to|bis zu|jusqu.à|hasta|until|max\.?)\s*(?:ca\. )?$", re.I)
_FROM = re.compile(r"(?:starting (?:at|from)|\bfrom|\bab|à partir de|desde|at least|minimum(?: of)?|min\.?)\s*$", re.I)
_PERIOD_NEAR = re.compile(
    r"\b(?P<hour>hour|hourly|stunde|stundenlohn)\b|\b(?P<month>monthly|month|monat|monatlich|mensual)\b"
    r"|\b(?P<day>day rate|daily rate|per day)\b|\b(?P<year>annual|annually|year|yearly|jahr)",
    re.I,
)
_BOUNDS = {
    "year": (8_000, 3_000_000), "month": (300, 80_000), "week": (100, 20_000), "day": (40, 6_000), "hour": (4, 600),
}  # fmt: skip
_MONTHLY_AT_MOST = 30_000  # a sum beside "monthly" that is larger is a year's
_SENTENCE = re.compile(r"[.;] (?=[A-Z])|\n| • ")
_NEXT_MONEY = re.compile(r"[$€£+;,]|\bwith\b|\bplus\b|\band\b|\bfor a\b")


@dataclass(slots=True)
class _Context:
    """The words around an amount: its own paragraph before it, a heading above that, the rest of its sentence."""

    before: str
    heading: str
    after: str
    line_start: int
    line_length: int


def tag_pay_text(
    text: str, countries: set[str] | None = None, source: str = "description", is_about_pay: bool = False
) -> tuple[Salary | None, Evidence, list[dict[str, Any]]]:
    """The base pay that a text states, its evidence, and the tiers where it states several; None where none is sure.

    On-target earnings, bonus, equity and money that is no pay do not count. `countries` says whose dollar "$" is.
    `is_about_pay`: the text is a board's own summary of the pay ("$100K • Offers Equity"), so that less must be said.
    """
    found = [money for money in find_money(text, countries or set()) if _is_base(money, text, is_about_pay)]
    if not found:
        return None, Evidence(Basis.UNKNOWN, _RULE), []
    chosen = [money for money in found if money.high is not None] or found
    first = chosen[0]
    same = [money for money in chosen if (money.currency, money.period) == (first.currency, first.period)]
    salary = _overall(same, text)
    quote = text[first.start : first.end]
    tiers = [_tier(money, text) for money in chosen] if len(chosen) > 1 else []
    return salary, Evidence(Basis.STATED, _RULE, source, first.start, first.end, quote), tiers


def base_beside_target(
    salary: Salary, text: str, countries: set[str] | None = None
) -> tuple[Salary, Evidence, list[dict[str, Any]]] | None:
    """The base pay that a text states, where it calls the sums of `salary`, a board's field, on-target earnings.

    Boards have one field and fill it with what sells best. None where the text does not tell the two apart so.
    """
    if not _TARGET_FINDER.find_matches_as_indexes(text):
        return None
    base, evidence, tiers = tag_pay_text(text, countries)
    if base is None or base.currency != salary.currency or _same(base, salary):
        return None
    found = (_as_salary(money, text) for money in find_money(text, countries or set()))
    targets = [target for target in found if target and target.currency == salary.currency]
    are_apart = not _overlap(base, salary)
    if any(_same(target, salary) or (are_apart and _overlap(target, salary)) for target in targets):
        return base, evidence, tiers
    return None


def _as_salary(money: Money, text: str) -> Salary | None:
    """The sum a year if the text calls it on-target earnings, else None."""
    context = _context(money, text)
    if not _is_target(context):
        return None
    high = money.low if money.high is None else money.high
    return make_salary(money.low, high, money.currency, _period(money, context))


def _same(one: Salary, other: Salary) -> bool:
    return (one.annual_min, one.annual_max) == (other.annual_min, other.annual_max)


def _overlap(one: Salary, other: Salary) -> bool:
    low, high = (one.annual_min or one.annual_max or 0), (one.annual_max or one.annual_min or 0)
    return low <= (other.annual_max or other.annual_min or 0) and (other.annual_min or other.annual_max or 0) <= high


def _overall(same: list[Money], text: str) -> Salary | None:
    first = same[0]
    if len(same) == 1 and first.high is None:
        before = text[max(0, first.start - 20) : first.start]
        low = None if _UP_TO.search(before) else first.low
        high = None if _FROM.search(before) else first.low
        return make_salary(low, high, first.currency, first.period)
    highs = [money.high if money.high is not None else money.low for money in same]
    return make_salary(min(money.low for money in same), max(highs), first.currency, first.period)


def _tier(money: Money, text: str) -> dict[str, Any]:
    high = money.low if money.high is None else money.high
    return {
        "min": money.low, "max": high, "currency": money.currency, "period": money.period,
        "start": money.start, "end": money.end, "quote": text[money.start : money.end],
    }  # fmt: skip


def _is_base(money: Money, text: str, is_about_pay: bool) -> bool:
    context = _context(money, text)
    is_said = bool(money.period)
    money.period = _period(money, context)
    low, high = _BOUNDS[money.period]
    if not low <= (money.high or money.low) <= high or _NO_PAY_AFTER.match(context.after):
        return False
    if _BASE.match(context.after.lstrip(" (")):
        return True
    if is_about_pay:
        return not _is_target(context) and not _NEGATIVE.search(context.after)
    if _is_target(context) or _is_denied(context):
        return False
    if money.high is None:
        return _is_single_pay(context, is_said)
    if is_said or _POSITIVE.search(context.before + context.heading) or _POSITIVE.search(context.after[:40]):
        return True
    return context.line_length <= 70 and money.start - context.line_start <= 24


def _is_single_pay(context: _Context, is_said: bool) -> bool:
    """A lone amount needs more than a word somewhere: "salary of", or "pay" with a period."""
    if _LEADS_IN.search(context.before[-_NEAR:]):
        return True
    words = context.before[-50:] if context.before.strip(" •*-") else context.heading
    return bool(_BASE.search(words)) or (is_said and bool(_POSITIVE.search(words)))


def _is_target(context: _Context) -> bool:
    near = context.before[-_NEAR:]
    if context.after.lstrip().lower().startswith(("ote", "(ote", "on-target", "on target", "(on")):
        return True
    following = _NEXT_MONEY.split(context.after, maxsplit=1)[0]
    return bool(_TARGET.search(following) or (_TARGET.search(near) and not _BASE.search(near[-25:])))


def _is_denied(context: _Context) -> bool:
    """Whether the nearest telling word before the money says that it is no pay."""
    near = context.before[-_NEAR:]
    negative = [hit.end() for hit in _NEGATIVE.finditer(near)]
    if not negative:
        return bool(_NEGATIVE.search(context.heading)) and not _POSITIVE.search(context.before + context.heading)
    positive = [hit.end() for hit in _POSITIVE.finditer(near)]
    return not positive or positive[-1] < negative[-1]


def _context(money: Money, text: str) -> _Context:
    before = text[max(0, money.start - _BEFORE) : money.start]
    paragraph, heading = before, ""
    blank = before.rfind("\n\n")
    if blank >= 0:
        paragraph, heading = before[blank + 2 :], before[:blank].rsplit("\n", 1)[-1]
        heading = heading if len(heading) <= 50 and len(paragraph) < 40 else ""
    end = money.end - text.endswith("+", money.start, money.end)
    after = _SENTENCE.split(text[end : end + _AFTER], maxsplit=1)[0]
    line_start = text.rfind("\n", max(0, money.start - 200), money.start) + 1
    line_end = text.find("\n", money.end, money.end + 200)
    return _Context(paragraph, heading, after, line_start, (line_end if line_end >= 0 else len(text)) - line_start)


def _period(money: Money, context: _Context) -> str:
    """The period beside the money, else the nearest one that the sentence names and that fits, else a year."""
    if money.period:
        return money.period
    amount = money.high or money.low
    hits = [*_PERIOD_NEAR.finditer(context.before[-70:]), *_PERIOD_NEAR.finditer(context.after[:30])]
    named = [str(hit.lastgroup) for hit in hits]
    if "year" in named and amount >= _BOUNDS["year"][0]:
        return "year"
    fitting = [period for period in named if _BOUNDS[period][0] <= amount <= min(_BOUNDS[period][1], _MONTHLY_AT_MOST)]
    return fitting[0] if fitting else "year"
