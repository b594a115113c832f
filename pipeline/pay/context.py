"""The words around an amount, and what they say of it: pay, its period, on-target earnings, or other money."""

import re
from dataclasses import dataclass

import ahocorasick_rs

from pipeline.pay.bands import fits_word, is_plausible, likely_period
from pipeline.pay.grammar import Money
from pipeline.pay.words import MONTHS, Finder, label_finder, other_finder, pay_finder
from pipeline.text.wordlists import words

_BEFORE, _AFTER, NEAR, _LEAD = 110, 60, 60, 32
POSITIVE = re.compile(
    r"salar|compensation|\bpay\b|\bpays\b|\bpaid\b|\bbase\b|\bwages?\b|\brate\b|remunerat|\bearn(?:s|ings?)?\b|\bcomp\b"
    r"|\brange\b|gehalt|vergütung|jahresbrutto|brutto|rémunération|salaire|salário|sueldo|remuneração|retribuzione"
    r"|stipendio|\bral\b|\bgross\b|\bannual(?:ly)?\b|\bhourly\b|we offer|wynagrodzenie|lohn\b|\bpackage\b|compensación"
    r"|fourchette|remuneración|\bcash\b",
    re.I,
)
_NEGATIVE = re.compile(
    r"rais(?:ed|ing)|fund(?:ed|ing|s\b|raise)|\bseries [a-f]\b|\bseed\b|valu(?:ation|ed)|revenue|\barr\b|\bgmv\b"
    r"|\baum\b"
    r"|invest(?:ment|or)|stipend\b(?!\s?(?::|of|-)?\s?(?:₹|rs\b|rs\.|inr|pkr|\d+ ?[-–] ?\d+k inr))|reimburse"
    r"|allowance|\bbudgets?\b|bonus|sign-?on|signing|relocation|referral|401"
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
    r"|zielgehalt|zielverdienst|earning potential|potential earnings",
    re.I,
)
BASE = re.compile(
    r"base (?:salary|pay|compensation|wage|range)|salary|\bbase\b|pay range|hourly (?:rate|pay)|\bwages?\b|gehalt"
    r"|salaire|salário|salario|sueldo|remuneração|remuneración|retribuzione|wynagrodzenie"
    r"|[+] ?(?:\d{1,2}(?:\.\d)?% )?super(?:annuation)?\b",
    re.I,
)
LEADS_IN = re.compile(
    r"(?:compensation|\bcomp\b|\bbase\b|\bpay\b|salary|salaire|gehalt|\brate|\bwage|\brange)\b[^.$€£]{0,40}"
    r"(?:\bis|\bof|:|\bat|=|–|-|\bfrom|\bto|ca\.)\s*$"
    r"|\b(?:salario|sueldo|salaire|rémunération|salário|remuneração|(?:jahres|monats|brutto|ziel)?gehalt|vergütung|retribuzione"
    r"|ral|wynagrodzenie|lön|løn|lønn|palkka|mzda|salaris|maaş)\b[^.$€£\d\n]{0,25}$",
    re.I,
)
NO_PAY_AFTER = re.compile(
    r"[ (]{0,2}(?:in |of |worth )?(?:(?:joining|retention|performance|yearly|signing|target) bonus|arr|acv|mrr|gmv"
    r"|revenue|quota|average deal|deals?\b|funding|budget|bonus|stipend|(?:shift )?differential"
    r"|equity|in funding|relocation|sign|reimburs|allowance|toward|match|commission|variable)",
    re.I,
)
# "(OTE $220k", "/ total cash 190.000": the target is the next sum, not the one before.
_NEXT_TARGET = re.compile(r"\s*[(/|–-]\s*(?:ote|on[- ]target|target earn|total\b)[^$€£\d\n)]{0,25}[$€£]? ?\d", re.I)
OWN_FIGURE = re.compile(r"[a-z ]{3,24}(?:of |is |: ?)?[$€£]?\d", re.I)  # "(base salary $120,000": it says another sum
GROSS = re.compile(r"brutto|\bbruts?\b|\bgross\b|\blord[oi]\b|\bbruto|brüt", re.I)
COMPOUND = re.compile(r"(?:gehalt|gehälter|lohn|vergütung|salär|lön(?:en)?|lønn?(?:en)?|palkka|palk|salaris|loon)\b")
_GET = r"(?:earn|make|gets? paid|are paid|is paid|paying|with (?:base )?salar|verdien|gagn|touch|gana|guadagn|ganham)"
_SOMEBODY = (
    r"(?:graduates?|alum(?:ni|s)|students?|learners?|members?|users?|customers?|creators?"
    r"|famil(?:y|ies)|households|absolventen|kunden|nutzer|alumnos|graduados|diplômés)"
)
# The pay of those whom the firm serves, places or pays for a name: they earn, or somebody is helped to.
_OTHERS = re.compile(
    r"\b(?:we|you|you['’]ll|you will|que nous|die wir) "
    rf"(?:recruit|place|represent|serve|coach|train|plaçons|vermitteln)\b[^\n]{{0,60}}\b{_GET}"
    rf"|(?<!team )(?<!staff )(?<!crew )\b{_SOMEBODY}(?:['’]s?)? (?:[\w'’]+ ){{0,5}}{_GET}"
    rf"|\b(?:candidates|candidats|engineers|people|professionals) [^\n]{{0,30}}\b(?:we|nous) (?:recruit|place|plaçons)"
    rf"\b[^\n]{{0,30}}\b{_GET}"
    rf"|\b(?:drivers|couriers|sellers|hosts|nurses|workers|shoppers) (?:on|of|in) our [^\n]{{0,20}}\b{_GET}"
    r"|\bhelp(?:s|ing|ed)? (?:[\w'’]+ ){1,4}(?:earn|make)\b"
    r"|\baverage (?:[\w-]+ ){1,6}(?:earns?|makes?|is paid)\b"
    r"|\breferrals?\b|\brefer (?:a|your|someone|somebody|friends?|people|us)\b",
    re.I,
)
_FORTNIGHT = re.compile(r"quincena|quinzenal|quindicinal|bi-?weekly|fortnight|every two weeks|14-tägig", re.I)
_BARE_PERIOD = re.compile(r"\b(?:(?P<hour>hour|stunde)|(?P<month>month|monat)|(?P<year>year|jahr))\b")
_SENTENCE = re.compile(r"[.;]\s+(?=[A-ZÀ-ÞА-Я])|\n| • |。|；")
_NEXT_MONEY = re.compile(r"[$€£+;,]|\bwith\b|\bplus\b|\band\b|\bfor a\b")
# A word of _NEGATIVE begins with one of these; to look for them first costs a hundredth.
_NEGATIVE_STEMS = words("""
    rais fund series seed valu revenue arr gmv aum invest stipend reimburs allowanc budget bonus sign referral
    relocat 401 equity stock options commission credit perk quota deal contract spend save saving transact volume
    portfolio donat charit wellness learning develop educat tuition train conference equipment home internet phone
    commut lunch meal gym fitness medical dental insurance premium deductible hsa fsa adoption fertility loan debt
    grant prize award fee diem discount gift travel childcare backed customer account client acqui sold manag
    processed payments assets cap sourc threshold fine worth
""")
_STEM_FINDER = ahocorasick_rs.AhoCorasick(_NEGATIVE_STEMS)
_LABEL = re.compile(r"(?:^|[.;|•\n]|, )\s*[^.;|•\n:]{2,120}[:：]\s*$")
_LETTER = re.compile(r"[^\W\d_]{2}")
_MONTH_WORDS = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_MONTHS = re.compile(
    rf"(?<![\d.,])(?:[x×*] ?(?P<by>1[2-8](?:[.,]5)?)(?!\d)|(?P<of>1[2-8](?:[.,]5)?) ?(?:{_MONTH_WORDS})"
    r"|(?P<nth>1[34])(?:th|\.|e|ème|eme|de|:e) (?:month|monats?|gehalt|maand|mois|mese|salary|lön))"
)


@dataclass(slots=True)
class Context:
    """The words around an amount: its own paragraph before it, a heading above that, the rest of its sentence."""

    before: str
    heading: str
    after: str
    line_start: int
    line_length: int

    @property
    def near(self) -> str:
        """The words close before the amount; those of its own line, if it has any."""
        near = self.before[-NEAR:]
        line = near.rsplit("\n", 1)[-1]
        return line if _LETTER.search(line) else near


def context_of(money: Money, text: str) -> Context:
    """What stands around the money."""
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
    return Context(paragraph, heading, after, line_start, (line_end if line_end >= 0 else len(text)) - line_start)


def speaks_of_pay(told: str) -> bool:
    """Whether some word of pay stands in the words."""
    return POSITIVE.search(told) is not None or next(pay_finder.hits(told.lower()), None) is not None


def speaks_of_other(told: str) -> bool:
    """Whether some word of money that is no pay stands in the words."""
    lower = told.lower()
    has_stem = bool(_STEM_FINDER.find_matches_as_indexes(lower))
    return (has_stem and _NEGATIVE.search(told) is not None) or next(other_finder.hits(lower), None) is not None


def is_target(context: Context) -> bool:
    """Whether the money is on-target earnings or total compensation."""
    near, after = context.near, context.after
    if _NEXT_TARGET.match(after):
        after = ""
    if after.lstrip().lower().startswith(("ote", "(ote", "on-target", "on target", "(on")):
        return True
    following = _NEXT_MONEY.split(after, maxsplit=1)[0]
    return bool(_TARGET.search(following)) or _is_target_led_in(near)


def _is_target_led_in(near: str) -> bool:
    """Whether the words before the money speak of a target, and not of the base pay behind that."""
    targets = [found.end() for found in _TARGET.finditer(near)]
    if not targets:
        return False
    bases = [found.end() for found in BASE.finditer(near, max(0, len(near) - 25))]
    return not bases or targets[-1] > bases[-1]


def is_of_others(context: Context) -> bool:
    """Whether the sentence, up to the money, tells what other people earn."""
    return _OTHERS.search(_SENTENCE.split(context.before)[-1]) is not None


def is_denied(context: Context) -> bool:
    """Whether the nearest telling word before the money says that it is no pay."""
    if not speaks_of_other(near := context.near):
        return speaks_of_other(context.heading) and not speaks_of_pay(context.before + context.heading)
    return _last(near, POSITIVE, pay_finder) < _last(near, _NEGATIVE, other_finder)


def _last(told: str, pattern: re.Pattern[str], finder: Finder) -> int:
    """Where the last telling word ends, -1 if there is none."""
    ends = [hit.end() for hit in pattern.finditer(told)]
    return max([*ends, *(hit.end for hit in finder.hits(told.lower()))], default=-1)


def is_tier(context: Context) -> bool:
    """Whether the money is all of a labelled part: "Level 4: $150,000 - $170,000."."""
    found = _LABEL.search(context.before)
    return found is not None and not speaks_of_other(found.group())


def period_of(money: Money, context: Context) -> str:
    """The period beside the money, else the nearest one that the sentence names and that fits, else the likely one.

    Empty where what is said, or what is left unsaid, is no pay of any time.
    """
    amount, currency = money.top, money.currency
    if money.period:
        return money.period if is_plausible(amount, currency, money.period) else ""
    if _FORTNIGHT.search(context.before[-40:] + " " + context.after[:25]):
        return ""
    named = _named(context)
    if "year" in named and is_plausible(amount, currency, "year"):
        return "year"
    fitting = [period for period in named if fits_word(amount, currency, period)]
    is_led_in = money.high is not None or BASE.search(context.before[-_LEAD:]) is not None
    if fitting or money.is_doubtful:
        return fitting[0] if fitting else ""
    likely = likely_period(amount, currency, is_led_in)
    return likely if likely == "year" or not named else ""  # "Annual salary: $160 - $200" is a slip, no hourly pay


def _named(context: Context) -> list[str]:
    """The periods that the words around name, nearest first: those before the money, then those after."""
    before, after = context.before[-70:].lower(), context.after[:45].lower()
    found = [hit.value for hit in label_finder.hits(before)][::-1]
    found += [str(hit.lastgroup) for hit in _BARE_PERIOD.finditer(before)][::-1]
    found += ["month"] if _MONTHS.match(after.lstrip(" ·(,;")) else []
    found += [hit.value for hit in label_finder.hits(after)]
    return found + [str(hit.lastgroup) for hit in _BARE_PERIOD.finditer(after[:30])]


def months_of(money: Money, text: str) -> float:
    """How many months' pay a year has: "14x jährlich", "en 14 pagas", "·15薪"; 12 where nothing is said."""
    around = text[max(0, money.start - 40) : money.end + 70]
    cut = min(money.start, 40)
    before, after = around[:cut].lower(), around[cut:].lower()
    found = _MONTHS.search(after, money.end - money.start - 1) or _MONTHS.search(before)
    if not found:
        return 12
    told = found["by"] or found["of"] or found["nth"]
    return float(told.replace(",", "."))
