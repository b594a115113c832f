"""What people say in several words, and would find nothing by if each were looked for: what to write instead."""

import re

from search.ages import HOW, SAYINGS, age_in, since_day
from search.cities import is_surely
from search.pay import AMOUNT, AT_MOST, CODE, NUMBER, UNIT, pay_in
from search.places import country_code
from search.tokens import fold

_AGE = f"{HOW}7d"
_PAY = "pay is written salary>=180k, salary<=120k or salary>=150kEUR"
_FROM = (
    "over|above|at least|minimum|min\\.?|more than|from|mindestens|mehr als|über|ab|au moins|à partir de|plus de|dès"
    "|más de|desde|mínimo|a partir de|mais de|più di|almeno|da|od|powyżej|vanaf|fra|från"
)
_LEVEL, _TYPE = "how far one has come is asked for by seniority:", "the kind of employment is asked for by type:"
_REMOTE = "write workplace:remote, or remote:EU for from where one may work"
_SAYINGS = [
    *((one, _AGE) for one in SAYINGS),
    (r"(?:order|sort|sorted|ordered|group) by \w+", "a query says what to look for; the order is said beside it"),
    (r"\d{1,4} ?(?:km|kms|kilometers?|miles?) (?:from|around|of|near|um|von|autour)\b|within \d{1,4} ?(?:km|miles?)",
     "there is no search around a place: name the cities, city:Berlin,Potsdam"),
    (r"remote only|only remote|100% remote|fully remote|full remote|remote ok|home office|wfh", _REMOTE),
    (r"work from (?:home|anywhere)", _REMOTE),
    (r"\d{1,2}(?:[-–]\d{1,2})?\+? (?:years?|yrs?|yoe|jahre|ans|años)(?: (?:of )?experience)?",
     "how long one has worked is asked for by its level: seniority:senior"),
    (r"(?:salary|pay|gehalt|salaire|sueldo) (?:of |from |above |over |at least |min |ab |> ?)?\d[\d.k-]*", _PAY),
    (rf"(?:(?:{_FROM}|{AT_MOST}) )?\d{{2,3}}k?(?:(?:-|–|\.\.+)| (?:to|bis|à|a|-) )\d{{2,3}}k(?: ?{CODE})?", _PAY),
    (rf"(?:(?:{_FROM}|{AT_MOST}) )?(?=\D{{0,5}}\d[\d.,' ’]*\d){AMOUNT}\+?(?:以上)?", _PAY),
    (rf"(?:{_FROM}|{AT_MOST}) \d{{2,3}}k\+?", _PAY),
    (rf"(?:年収|月給|時給|연봉|年薪) ?{NUMBER}{UNIT}[円元원]?(?:以上)?", _PAY),
    (r"(?:entry|junior)[ -]level", f"{_LEVEL}entry"), (r"mid[ -]senior(?: level)?", f"{_LEVEL}mid,senior"),
    (r"(?:mid|intermediate)[ -]level", f"{_LEVEL}mid"), (r"senior[ -]level", f"{_LEVEL}senior"),
    (r"full[ -]?time|vollzeit|temps plein|(?:tiempo|jornada) complet[oa]|tempo pieno|voltijds|pełny etat|heltid|正社員",
     f"{_TYPE}full-time"),
    (r"part[ -]?time|teilzeit|temps partiel|media jornada|tempo parziale|deeltijd|deltid", f"{_TYPE}part-time"),
    (r"(?:and/or|und/oder|et/ou|y/o|e/o)", "write OR, which holds where both do too"),
    (r"(?:limit|offset) \d+", "how many are shown is an option beside the query, as in --limit 20"),
    (r"\w+ is (?:null|empty|not null)", "what postings do not say is asked for by unknown: type:unknown"),
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
_IN = re.compile(r"(?<!\S)(?:in|near|around|bei|nähe|à|en|dans|em|w|we|nach|nei|presso|v) (\w+(?: \w+)?)(?!\S)")
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
            city = fold(name)
            if is_surely(city) or (len(name) > 2 and country_code(name)):
                field, value = ("city", city) if is_surely(city) else ("country", name)
                quoted = f'"{value}"' if " " in value else value
                return found.start(), found.start(1) + len(name), f"where a job is, is written {field}:{quoted}"
    return None


def _exact(message: str, words: str) -> str:
    """The message with the age or the pay that the words name."""
    if message == _AGE:
        meant = since_day(words) or age_in(words)
        return f"how old a posting may be is written {meant}" if meant else message
    meant = pay_in(words) if message == _PAY else ""
    return f"pay is written {meant}" if meant else message
