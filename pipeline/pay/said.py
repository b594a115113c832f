"""Base pay from free text: which of the money that a text names is the pay, by the words around it. Never guessed."""

import re
from typing import Any

from models import Basis, Evidence, Salary
from pipeline.pay import make_salary
from pipeline.pay.context import (
    BASE,
    COMPOUND,
    GROSS,
    LEADS_IN,
    NEAR,
    NO_PAY_AFTER,
    OWN_FIGURE,
    Context,
    context_of,
    is_denied,
    is_of_others,
    is_target,
    is_tier,
    months_of,
    period_of,
    speaks_of_other,
    speaks_of_pay,
)  # fmt: skip
from pipeline.pay.currency import home_of
from pipeline.pay.grammar import Money, find_money, money_in
from pipeline.pay.words import CAPS, CAPS_AFTER, OPENS, OPENS_AFTER, PAY, pay_finder
from pipeline.text.windows import WRITTEN, Hints, windows
from pipeline.text.wordlists import words

_RULE = "pay.text@4"
_RULE_BY_PLACE, _RULE_BY_WORDS = "pay.text.currency-of-place@4", "pay.text.currency-of-words@4"
_TARGET_HINTS = Hints(
    "OTE|n-target|n-Target|n target|n Target|N TARGET|arget earn|arget Earn|otal cash|otal Cash|otal target"
    "|otal Target|arning potential|arning Potential|otential earning",
    among=WRITTEN,
)
_APPROXIMATE = frozenset(
    words("""about approximately approx approx. around ca ca. circa rund etwa environ unos cerca de of von brutto gross
    at is ~ : - – kr rs annual yearly monthly base salary pay a total""")
)
_AMERICAN = re.compile(
    r"401\(?k|\bW-?2\b|medical, dental|dental, (?:and )?vision|\bEEO|\bexempt\b|, (?:CA|NY|TX|WA|MA)\b"
)
_PAY_HINTS = Hints(
    "alary|ase pay|ase Pay|ay range|ay Range|ompensation|alario|ueldo|alaire|émunération|alário|emuneração|ehalt"
    "|ergütung"
    "|Comp:|comp:|Base:|base:|etribuzione|RAL|ynagrodzenie|Lön|Løn|Lønn|alkka|Mzda|mzda|Salaris|salaris|aaş",
    among=WRITTEN,
)
_LEAST = re.compile(
    r"\b(?:mindest|minimum|minimal|startløn|startlønn|ingångslön|begynnerlønn|begynderløn|einstiegsgeh|einstiegsl|startsalaris|aanvangssal)[\w-]{0,24}\b[^.\d\n]{0,30}$|\bkollektivvertrag\w{0,5}\b[^.\d\n]{0,40}$"
)
_ALONE = re.compile(r"[ ,]{0,2}(?:base\b|doe\b|depending|dependent|based on exp|\+|plus equity|equity|$)", re.I)
_RANGE = re.compile(r"\d[kK]?\s?(?:[-–—~〜]|to\b|and\b|bis\b|à\b)\s?\d")
_LINE = 24  # characters of a line that may stand around a lone amount and its period
_DISTANCE = 300  # characters above a tier in which the text comes to speak of pay


def tag_pay_text(
    text: str, countries: set[str] | None = None, source: str = "description", is_about_pay: bool = False
) -> tuple[Salary | None, Evidence, list[dict[str, Any]]]:
    """The base pay that a text states, its evidence, and the tiers where it states several; None where none is sure.

    On-target earnings, bonus, equity and money that is no pay do not count. `countries` says whose dollar "$" is.
    `is_about_pay`: the text is a board's own summary of the pay ("$100K • Offers Equity"), so that less must be said.
    """
    found = _base_pay(text, countries or set(), is_about_pay) or _without_currency(text, countries or set())
    if not found:
        return None, Evidence(Basis.UNKNOWN, _RULE), []
    chosen = [money for money in found if money.high is not None] or found
    first = chosen[0]
    same = [money for money in chosen if (money.currency, money.period) == (first.currency, first.period)]
    salary = _overall(same, text)
    quote = text[first.start : first.end]
    tiers = [_tier(money, text) for money in chosen] if len(chosen) > 1 else []
    basis, rule = _basis_of(first, countries or set())
    return salary, Evidence(basis, rule, source, first.start, first.end, quote), tiers


def _basis_of(money: Money, countries: set[str]) -> tuple[Basis, str]:
    """Where no word and no sign names the currency it is inferred, and the rule says by what."""
    if not money.is_unsaid:
        return Basis.STATED, _RULE
    return Basis.INFERRED, _RULE_BY_PLACE if money.currency == home_of(countries) else _RULE_BY_WORDS


def base_beside_target(
    salary: Salary, text: str, countries: set[str] | None = None
) -> tuple[Salary, Evidence, list[dict[str, Any]]] | None:
    """The base pay that a text states, where it calls the sums of `salary`, a board's field, on-target earnings.

    Boards have one field and fill it with what sells best. None where the text does not tell the two apart so.
    """
    if not _TARGET_HINTS.starts(text):
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


def _base_pay(text: str, countries: set[str], is_about_pay: bool) -> list[Money]:
    """The sums that are base pay; a labelled one only where the text speaks of pay, or labels several."""
    sure, tiers = [], []
    for money in find_money(text, countries):
        context = context_of(money, text)
        if _is_base(money, text, context, is_about_pay):
            sure.append(money)
        elif money.period and _is_tier(money, context):
            tiers.append(money)
    is_sure = bool(sure) or len(tiers) > 1
    tiers = [tier for tier in tiers if is_sure or speaks_of_pay(text[max(0, tier.start - _DISTANCE) : tier.start])]
    return sorted(sure + tiers, key=lambda money: money.start)


def _as_salary(money: Money, text: str) -> Salary | None:
    """The sum a year if the text calls it on-target earnings, else None."""
    context = context_of(money, text)
    period = period_of(money, context)
    if not period or not is_target(context):
        return None
    return make_salary(money.low, money.top, money.currency, period)


def _same(one: Salary, other: Salary) -> bool:
    return (one.annual_min, one.annual_max) == (other.annual_min, other.annual_max)


def _overlap(one: Salary, other: Salary) -> bool:
    low, high = (one.annual_min or one.annual_max or 0), (one.annual_max or one.annual_min or 0)
    return low <= (other.annual_max or other.annual_min or 0) and (other.annual_min or other.annual_max or 0) <= high


def _overall(same: list[Money], text: str) -> Salary | None:
    """One range of all the sums; an end that the text leaves open is None."""
    first = same[0]
    months = months_of(first, text)
    if len(same) == 1 and first.high is None:
        low, high = _open_ends(first, text)
        return make_salary(low, high, first.currency, first.period, months=months)
    low, high = min(money.low for money in same), max(money.top for money in same)
    return make_salary(low, high, first.currency, first.period, months=months)


def _open_ends(money: Money, text: str) -> tuple[float | None, float | None]:
    """The ends of a lone sum: "from", "ab", "+" and 以上 leave its top open, "up to" and まで its bottom."""
    after = text[money.end : money.end + 20].lower().lstrip(" )")
    told = _words_before(text, money.start)
    is_least = _LEAST.search(text[max(0, money.start - 60) : money.start].lower()) is not None
    if told & CAPS or after.startswith(CAPS_AFTER):
        return None, money.low
    if told & OPENS or money.is_open or is_least or after.startswith(OPENS_AFTER):
        return money.low, None
    return money.low, money.low


def _words_before(text: str, start: int) -> set[str]:
    """What the words before a sum end with, once those that do not matter are taken away: up to three words."""
    tokens = text[max(0, start - 45) : start].rsplit("\n", 1)[-1].lower().replace("(", " ").split()
    ends: set[str] = set()
    for _ in range(4):
        tokens = [*tokens[:-1], tokens[-1].rstrip(":")] if tokens else []
        ends |= {" ".join(tokens[-count:]) for count in (1, 2, 3) if count <= len(tokens)}
        if not tokens or not (tokens[-1] in _APPROXIMATE or tokens[-1] in PAY or not tokens[-1]):
            return ends
        tokens.pop()
    return ends


def _tier(money: Money, text: str) -> dict[str, Any]:
    return {
        "min": money.low, "max": money.top, "currency": money.currency, "period": money.period,
        "start": money.start, "end": money.end, "quote": text[money.start : money.end],
    }  # fmt: skip


def _is_base(money: Money, text: str, context: Context, is_about_pay: bool) -> bool:
    """Whether the text gives the money as base pay; its period becomes what the words around say."""
    is_said = bool(money.period)
    money.period = period_of(money, context)
    if not money.period or NO_PAY_AFTER.match(context.after) or is_of_others(context):
        return False
    if BASE.match(after := context.after.lstrip(" (")) and not OWN_FIGURE.match(after):
        return True
    if is_about_pay:
        return not is_target(context) and not speaks_of_other(context.after)
    if is_target(context) or (not _is_plainly_pay(money, text, is_said) and is_denied(context)):
        return False
    if money.high is None:
        return _is_single_pay(context, is_said, money.is_open) or _stands_alone(money, text, context, is_said)
    if is_said or speaks_of_pay(context.before + context.heading) or speaks_of_pay(context.after[:40]):
        return True
    return context.line_length <= 70 and money.start - context.line_start <= 24


def _is_plainly_pay(money: Money, text: str, is_said: bool) -> bool:
    """ "1.580 € brutto pro Monat", "500-600 EUR/day": whatever stands before it, only pay is written so."""
    return money.is_pay or (
        is_said and (money.period in ("day", "hour") or GROSS.search(text, money.start, money.end) is not None)
    )


def _stands_alone(money: Money, text: str, context: Context, is_said: bool) -> bool:
    """A lone amount that says by itself that it is pay, or that is a line of its own with its period."""
    if _is_plainly_pay(money, text, is_said):
        return True
    head = text[context.line_start : money.start].strip(" •*-–:").lower()
    is_line = (is_said or _is_open_alone(money, context)) and context.line_length <= money.end - money.start + len(
        head
    ) + _LINE
    return is_line and (not head or head in OPENS or head in CAPS) and not speaks_of_other(context.after)


def _is_open_alone(money: Money, context: Context) -> bool:
    """ "$130k+ DOE" as a line."""
    return money.is_open and money.period == "year" and _ALONE.match(context.after) is not None


def _is_single_pay(context: Context, is_said: bool, is_open: bool) -> bool:
    """A lone amount needs more than a word somewhere: "salary of", or "pay" with a period."""
    if LEADS_IN.search(context.before[-NEAR:]):
        return True
    told = context.before[-50:] if context.before.strip(" •*-") else context.heading
    if BASE.search(told) or ((is_said or is_open) and speaks_of_pay(told)):
        return True
    last = told[-32:].rsplit("\n", 1)[-1].lower()
    return COMPOUND.search(last) is not None or next(pay_finder.hits(last), None) is not None


def _is_tier(money: Money, context: Context) -> bool:
    return money.high is not None and not is_target(context) and is_tier(context)


def _without_currency(text: str, countries: set[str]) -> list[Money]:
    """Ranges right behind "Salary:" that name no currency: in the place's, or in dollars where America speaks so."""
    home = home_of(countries)
    found = []
    for start, end in windows(text, _PAY_HINTS, 10, 90):
        if not _RANGE.search(text, start, end):
            continue
        for money in money_in(text, start, end, countries, home or "USD"):
            context = context_of(money, text)
            if (
                money.high is not None
                and LEADS_IN.search(context.before[-NEAR:])
                and _is_base(money, text, context, False)
            ):
                found.append(money)
    is_known = found and (home or (not countries and _AMERICAN.search(text)))
    return found if is_known else []
