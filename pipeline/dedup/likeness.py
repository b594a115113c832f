"""What two postings have in common beside their texts, as named numbers: what the weights of `weights.tsv` weigh."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import log, log1p
from pathlib import Path

from pipeline.dedup.facts import Facts
from pipeline.job.title import fold

_HOUR, _DAY = 3_600, 86_400
_MOST_POSTINGS, _MOST_ALIKE = 64, 8  # the weights were learned of no larger crowds: beyond, no credit is given
_SEASONS = frozenset(("spring", "summer", "fall", "autumn", "winter"))
Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Among how many a likeness was found: the employer's postings, those of one title, and the places of these.

    One title that an employer's ads bear many times, or in many places, names many openings.
    """

    postings: int = 0
    alike: int = 4
    places: int = 4


def likeness(one: Facts, other: Facts, crowd: Crowd) -> dict[str, float]:
    """Every number by its name; true is 1, and what is absent is 0."""
    found = dict(_title(one, other))
    marks = dict(_marks(one, other))
    places = dict(_places(one, other))
    times = dict(_times(one, other))
    found |= marks | places | times
    found["source.same"] = float(one.source == other.source)
    found["name.same"] = float(fold(one.name) == fold(other.name))
    found["crowd.postings"] = log1p(crowd.postings if crowd.postings <= _MOST_POSTINGS else 0)
    found["crowd.alike"] = float(min(crowd.alike, _MOST_ALIKE))
    found["crowd.places"] = float(min(crowd.places, _MOST_ALIKE))
    return found | dict.fromkeys(_together(found), 1.0)


# --- title ---------------------------------------------------------------------------------------------------------


def _title(one: Facts, other: Facts) -> Iterator[tuple[str, float]]:
    words, others = frozenset(one.words), frozenset(other.words)
    shared, apart = words & others, words ^ others
    alike, unlike = sum(map(rarity, shared)), sum(map(rarity, apart))
    yield "words.share", len(shared) / max(1, len(words | others))
    yield "words.contained", len(shared) / max(1, min(len(words), len(others)))
    yield "words.weight", alike / max(1e-6, alike + unlike)
    yield "words.alike", min(alike, 30.0)
    yield "words.apart", min(unlike, 30.0)
    yield "words.fewest", float(min(len(words), len(others)))
    yield "words.same", float(words == others)
    yield "words.ordered", float(one.words == other.words)
    yield "words.within", float(words <= others or others <= words)
    letters, its = one.title.casefold(), other.title.casefold()
    yield "title.same", float(letters == its)
    yield "title.letters", _trigrams(letters, its)


@cache
def _rarities() -> dict[str, float]:
    """How rare a word is in titles, from how often it stood in those of real boards."""
    lines = Path(__file__).with_name("words.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    titles = int(rows[0][1])
    return {word: log(titles / int(count)) for word, count in rows[1:]} | {"": log(titles)}


def rarity(word: str) -> float:
    """The word's weight; one that is not listed is as rare as can be."""
    table = _rarities()
    return table.get(word, table[""])


def _trigrams(one: str, other: str) -> float:
    first, second = ({text[i : i + 3] for i in range(len(text) - 2)} for text in (f" {one} ", f" {other} "))
    return len(first & second) / max(1, len(first | second))


# --- level, season, number -----------------------------------------------------------------------------------------


def _marks(one: Facts, other: Facts) -> Iterator[tuple[str, float]]:
    for name in ("level", "year", "season", "number"):
        first, second = (frozenset(mark for mark in each.marks if sort_of(mark) == name) for each in (one, other))
        yield f"{name}.{_relation(first, second)}", 1.0


def sort_of(mark: str) -> str:
    """What a title's mark is of: level, id, hours, number, season or year."""
    if ":" in mark:
        return mark.partition(":")[0]
    if mark.startswith("#"):
        return "number"
    return "season" if mark in _SEASONS else "year"


def _relation(one: Names, other: Names) -> str:
    """How two sets stand to each other."""
    if one == other:
        return "same" if one else "unsaid"
    if not one or not other:
        return "half-said"
    return "shared" if one & other else "apart"


# --- place and time ------------------------------------------------------------------------------------------------


def _places(one: Facts, other: Facts) -> Iterator[tuple[str, float]]:
    for number, name in enumerate(("city", "region", "country")):
        first, second = (frozenset(spot[number] for spot in each.spots if spot[number]) for each in (one, other))
        yield f"{name}.{_relation(first, second)}", 1.0
    words, others = frozenset(one.place_words), frozenset(other.place_words)
    yield "place.words", len(words & others) / max(1, min(len(words), len(others)))
    yield "place.unsaid", float(not words or not others)
    yield "place.same", float(one.place_words == other.place_words)
    yield "remote.both", float(one.is_remote and other.is_remote)
    yield "remote.half-said", float(one.is_remote != other.is_remote)
    yield "place.many", float(min(6, max(len(one.spots), len(other.spots))))


def _times(one: Facts, other: Facts) -> Iterator[tuple[str, float]]:
    if one.posted_at is None or other.posted_at is None:
        yield "time.unsaid", 1.0
        return
    gap = abs(one.posted_at - other.posted_at)
    beside = min(gap % _HOUR, _HOUR - gap % _HOUR)
    yield "time.days", log1p(gap / _DAY)
    yield "time.same", float(gap < 0.1)
    yield "time.minutes", float(gap < _DAY / 100)
    yield "time.week", float(gap < 7 * _DAY)
    # one clock read in two zones: whole hours apart, to the second
    yield "time.zones", float(beside < 2 and 2 < gap <= 15 * _HOUR and one.posted_at % 60 > 0)


# --- what weighs more together -------------------------------------------------------------------------------------


def _together(found: dict[str, float]) -> Iterator[str]:
    title, place, time, mark = _title_class(found), _place_class(found), _time_class(found), _mark_class(found)
    source = "one source" if found["source.same"] else "two sources"
    for pair in (
        (title, source),
        (place, source),
        (time, source),
        (title, place),
        (title, mark),
        (title, time),
        (place, time),
    ):
        yield " + ".join(pair)


def _title_class(found: dict[str, float]) -> str:
    for name in ("title.same", "words.ordered", "words.same", "words.within"):
        if found[name]:
            return name
    return "words.many" if found["words.weight"] > 0.5 else "words.few"


def _place_class(found: dict[str, float]) -> str:
    for name in ("place.same", "city.same", "city.shared"):
        if found.get(name):
            return name
    if found.get("city.apart"):
        return "city.apart" if found["place.words"] < 0.01 else "city.apart, words"
    if found["place.words"] > 0:
        return "place.words"
    return "remote.both" if found["remote.both"] else "place.open"


def _time_class(found: dict[str, float]) -> str:
    for name in ("time.unsaid", "time.zones", "time.same", "time.minutes"):
        if found.get(name):
            return name
    days = found["time.days"]
    return next((f"time.{limit}d" for limit in (2, 40, 300) if days < log1p(limit)), "time.longer")


def _mark_class(found: dict[str, float]) -> str:
    names = ("level", "year", "season", "number")
    if any(found.get(f"{name}.apart") for name in names):
        return "marks.apart"
    if found.get("level.half-said"):
        return "level.half-said"
    return "marks.half-said" if any(found.get(f"{name}.half-said") for name in names[1:]) else "marks.alike"
