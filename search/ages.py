"""How old a posting may be, as people say it in several languages: what to write instead."""

import re

_NUMBERS = {
    "2": "two zwei deux dos due dois duas dwa dwie twee två", "3": "few three drei trois tres tre três trzy drie tre",
    "1": "a an one einem einer eine ein un une una uno um uma",
}  # fmt: skip
_NUMBER_OF = {word: number for number, words in _NUMBERS.items() for word in words.split()}
_UNITS = {
    "h": "hours? hrs? h stunden? heures? horas? ore godzin[aęy]? uur timmar 時間 小时",
    "d": "days? d tage?n? jours? d[ií]as? giorn[oi] dni dzień dagen dagar dag 日間? 天",
    "w": "weeks? w wochen? semaines? semanas? settiman[ae] tygodni[aeu]?m? tydzień weken veckor 週間? 周 星期",
    "m": "months? m mo monate?n? mois mes(?:es)? mês mes[ei] miesi[ąa]c[aeu]?m? miesięcy maanden [ヶか]月 个月",
    "y": "years? jahre?n? années? a[nñ]os? anni lat",
}  # fmt: skip
_HOURS_OF = {"d": 1, "w": 7, "m": 30, "y": 365}


def _either(*lists: str) -> str:
    return "(?:" + "|".join(word for one in lists for word in one.split()) + ")"


_NUMBER = rf"(?:\d{{1,4}}|{_either(*_NUMBERS.values())})"
_UNIT = _either(*_UNITS.values())
_SHORT = _either(*(_UNITS[unit] for unit in "hdwm"))  # beside more and less, years are of experience
_LAST = _either(
    "last past previous newest recent letzte[nrsm]? vergangene[nr]? derni[eè]re?s? pass[ée]e?s? [uú]ltim[oaie]s?"
    " pasad[oa]s? passad[oa]s? ostatni(?:e|ch|ego|m)? afgelopen laatste senaste"
)
_THIS = _either("this diese[rsn]? cette ce esta este essa questa questo deze tym")
_SINCE = _either("since within seit vor innerhalb binnen depuis hace desde od sinds há inom entro") + "|il y a"
_SINCE = f"(?:{_SINCE})"
_LESS = (
    r"(?:less|fewer|newer|younger) than|max(?:imum)?|moins de|(?:weniger|jünger|neuer) als|menos de|meno di|mniej niż"
)
_MORE = r"(?:more|older) than|(?:älter|mehr) als|plus de|más de|mais de|più di|ponad"
_TODAY = _either("today heute aujourd['’]hui hoy oggi hoje dzisiaj dziś vandaag idag 今日")
_YESTERDAY = _either("yesterday gestern ayer ieri ontem wczoraj 昨日")
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|lundi|lunes"
_POSTED = r"(?:(?:posted|published|added|new|only) )?"
_MANY = rf"{_NUMBER} ?{_UNIT}"
SAYINGS = [
    rf"{_POSTED}(?:in |within |of )?(?:the |les |los |las |den |der |die |in den |nos |nas |degli |gli )?"
    rf"(?:{_LAST} (?:{_MANY}|{_UNIT})|{_NUMBER} {_LAST} {_UNIT})",
    rf"(?:la |le |el |a |o )?{_UNIT} (?:derni[eè]re?|pass[ée]e?|pasad[oa]|passad[oa]|scors[oa])",
    rf"{_POSTED}(?:{_SINCE}(?: von)?|desde hace) (?:the )?(?:last |past )?(?:\d{{1,4}} ?|{_NUMBER} ){_UNIT}",
    rf"{_NUMBER} {_UNIT} (?:ago|old|fa|alt|geleden|temu)",
    rf"{_POSTED}(?:{_LESS}|{_MORE}) {_NUMBER} ?{_SHORT}",
    rf"{_POSTED}(?:w )?{_THIS} {_UNIT}",
    rf"(?:(?:posted|published|added|new|only|since) )?(?:{_TODAY}|{_YESTERDAY})",
    rf"{_POSTED}(?:since|seit|depuis|desde) (?:{_DAY})",
    rf"{_POSTED}(?:since|after|before|until|ab|seit|vor|depuis|avant|desde|antes de) \d{{4}}-\d\d-\d\d",
    r"(?:過去|最近|近)(?:の|一)?\d{0,3} ?(?:日間?|天|時間|小时|週間?|周|[ヶか]月|个月)(?:以内)?",
    r"(?:24|48|72) ?h(?:rs?|ours?)?",
]
HOW = "how old a posting may be is written posted:<"
_SIGNS = {"h": "時时", "d": "日天", "w": "週周", "m": "月", "y": "年"}
_FOUND_UNIT = [
    (unit, re.compile(rf"(?<![^\W\d_]){_either(names)}(?![^\W\d_])|[{_SIGNS[unit]}]")) for unit, names in _UNITS.items()
]
_TODAYS = re.compile(rf"({_TODAY})|({_YESTERDAY})|(?:{_DAY})")
_OLDER = re.compile(rf"(?<!\S)(?:{_MORE})\s|>")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_UNTIL = re.compile(r"(?<!\S)(?:before|until|avant|antes de|vor)\s")


def age_in(words: str) -> str:
    """`posted:<7d` for `last week` and the like, in small letters; empty where the words name no age."""
    if day := _TODAYS.search(words):
        return f"posted:<{1 if day[1] else 2 if day[2] else 7}d"
    found = re.search(r"\d+", words)
    number = int(found[0]) if found else next((int(_NUMBER_OF[one]) for one in words.split() if one in _NUMBER_OF), 1)
    unit = next((unit for unit, pattern in _FOUND_UNIT if pattern.search(words)), "")
    return f"posted:{'>' if _OLDER.search(words) else '<'}{age(number, unit)}" if unit and number else ""


def age(number: int, unit: str) -> str:
    """So many of the unit, in hours or days."""
    return f"{number}h" if unit == "h" else f"{number * _HOURS_OF[unit]}d"


def since_day(words: str, is_old: bool = False) -> str:
    """How to ask by a day that the words name; empty where they name none. What day it is, is not known here."""
    day = _DATE.search(words)
    sign = ">" if is_old or _UNTIL.search(words) else "<"
    return f"posted:{sign} and the number of days since {day[0]}" if day else ""
