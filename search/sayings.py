"""What people say in several words, and would find nothing by if each were looked for: what to write instead."""

import re

from search.cities import is_surely
from search.pay import pay_in
from search.places import country_code

_SPAN = r"(?:hours?|days?|weeks?|months?|years?|stunden?|tagen?|tage|wochen?|monaten?|monate|jours|mois|días|semanas?)"
_QUANTITY = r"(?:\d{1,3}|few|two|three)"
_CODE = r"(?:eur|usd|gbp|chf|euros?|dollars?|pounds?|francs?|[€$£])"
_AGE = "how old a posting may be is written posted:<7d"
_UNITS = {"h": r"\b(?:hour|stund)", "w": r"\b(?:week|woche|seman)", "m": r"\b(?:mo[ni]|mes)", "y": r"\byear",
          "d": r"\b(?:day|tag|jour|día|today)"}  # fmt: skip
_PAY = "pay is written salary>=180k, salary<=120k or salary>=150kEUR"
_REMOTE = "write workplace:remote, or remote:EU for from where one may work"
_SAYINGS = [
    (rf"(?:in |within |of )?(?:the )?(?:last|past|previous|letzten?r?|derni[eè]re?s?|últim[oa]s?)"
     rf" (?:{_QUANTITY} )?{_SPAN}", _AGE),
    (rf"(?:posted )?within (?:the )?(?:last |past )?{_QUANTITY} {_SPAN}", _AGE),
    (rf"{_QUANTITY} {_SPAN} (?:ago|old)|less than {_QUANTITY} {_SPAN}", _AGE),
    (r"(?:posted|published|added|new|only|since) (?:today|yesterday|this week|this month)", _AGE),
    (r"(?:order|sort|sorted|ordered|group) by \w+", "a query says what to look for; the order is said beside it"),
    (r"\d{1,4} ?(?:km|kms|kilometers?|miles?) (?:from|around|of|near|um|von|autour)\b|within \d{1,4} ?(?:km|miles?)",
     "there is no search around a place: name the cities, city:Berlin,Potsdam"),
    (r"remote only|only remote|100% remote|fully remote|full remote|remote ok|home office|wfh", _REMOTE),
    (r"work from (?:home|anywhere)", _REMOTE),
    (r"\d{1,2}(?:[-–]\d{1,2})?\+? (?:years?|yrs?|yoe|jahre|ans|años)(?: (?:of )?experience)?",
     "how long one has worked is asked for by its level: seniority:senior"),
    (r"(?:salary|pay|gehalt|salaire|sueldo) (?:of |from |above |over |at least |min |ab |> ?)?\d[\d.k-]*", _PAY),
    (r"(?:over|above|at least|minimum|more than|mindestens|über) \d{2,3}k", _PAY),
    (r"\d{2,3}k?(?:-|–|\.\.+)\d{2,3}k|\d{2,3}k? (?:to|bis|à) \d{2,3}k", _PAY),
    (rf"\d{{2,3}}[.k]?\d{{0,3}}k? {_CODE}(?!\w)", _PAY),
    (r"select (?:\*|\w+) from", "a query names fields, role:ai-engineer country:DE; SQL goes to `rolewire sql`"),
    (r"with (?:salary|pay)|(?:salary|pay) (?:listed|shown|disclosed|range)", "those that name their pay: salary>=0"),
    (r"no (?!code\b|sql\b|experience\b|degree\b)\w+", 'to exclude, write a "-" before it'),
    (r"(?:notify|alert|tell|email|mail|send) me", "a saved search tells by itself: it says only what to look for"),
    (r"(?:jobs?|work|positions?) near me|near me", "name the place: city:Berlin, or country:DE"),
    (r"(?:with |offers? |offering |h-?1b )?visa sponsor(?:ship|ed)?|sponsors? visas?|h-?1b sponsor(?:ship)?",
     "whether a visa is sponsored is asked for by visa:yes"),
    (r"i want|i need|(?:i'm |i am )?(?:looking|searching) for|(?:show|find|give) me|search for",
     "a query says only what postings have: python role:ai-engineer"),
    (r"easy apply|quick apply|(?:under|less than|fewer than) \d+ applicants|actively (?:hiring|recruiting)",
     "no board tells that of a posting: leave it away"),
]  # fmt: skip
_KNOWN = [(re.compile(rf"(?<!\S)(?:{saying})(?!\S)"), message) for saying, message in _SAYINGS]
_IN = re.compile(r"(?<!\S)(?:in|near|around|bei|nähe|à|en) (\w+(?: \w+)?)(?!\S)")
_ADS = re.compile(r"(?<!\S)(?:(\w+) )?(jobs|vacancies|openings|stellenangebote|emplois)(?= (?:in|for|at|near)\b|$)")
_RUN = "cron spark batch etl background scheduled training hadoop flink kubernetes slurm beam airflow"
_KEPT = frozenset(_RUN.split())  # whose jobs are no openings
_BETWEEN = re.compile(r"(?<=\S )([yeio])(?= \S)")
_JOINS = {"y": "AND", "e": "AND", "i": "AND", "o": "OR"}


def saying(words: str) -> tuple[int, int, str] | None:
    """Where bare words say what is written in another way, and how; `words`: lower case, a blank between two."""
    for pattern, message in _KNOWN:
        if found := pattern.search(words):
            return found.start(), found.end(), _exact(message, found.group())
    found = _ADS.search(words)
    if found and found[1] not in _KEPT:
        return found.start(2), found.end(2), f'all that is found are {found[2]}: leave "{found[2]}" away'
    if found := _BETWEEN.search(words):
        return found.start(), found.end(), f"write {_JOINS[found[1]]} for the operator"
    for found in _IN.finditer(words):
        for name in (found[1], found[1].partition(" ")[0]):
            if is_surely(name) or (len(name) > 2 and country_code(name)):
                field = "city" if is_surely(name) else "country"
                quoted = f'"{name}"' if " " in name else name
                return found.start(), found.start(1) + len(name), f"where a job is, is written {field}:{quoted}"
    return None


def _exact(message: str, words: str) -> str:
    """The message with the age or the pay that the words name."""
    if message == _AGE:
        amount = re.search(r"\d+|two|three", words)
        number = {"two": "2", "three": "3"}.get(amount[0], amount[0]) if amount else "1"
        unit = next((unit for unit, names in _UNITS.items() if re.search(names, words)), "")
        return f"how old a posting may be is written posted:<{number}{unit}" if unit else message
    meant = pay_in(words) if message == _PAY else ""
    return f"pay is written {meant}" if meant else message
