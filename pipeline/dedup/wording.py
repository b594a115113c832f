"""Titles whose words differ only by trimmings; and what weighed most in a comparison, in words."""

from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from itertools import groupby
from string import digits

from models import SourceKind
from pipeline.dedup.employers import dropped_words
from pipeline.dedup.facts import Facts
from pipeline.dedup.likeness import sort_of
from pipeline.dedup.titles import stems
from pipeline.job.title import fold, parts
from pipeline.place.names import countries

# what names no work wherever it stands, and what does not in a part of the title that holds nothing else
_HIRING = frozenset(stems(
    "hiring urgent urgently apply now join team worldwide anywhere hq based office location locations multiple several "
    "various home wfh as our your us wanted gesucht wir suchen ab sofort recherchons recrutons recrute buscamos "
    "re looking seeking become hot asap ok possible optional needed required opening openings jobs positions vacancies "
    "gmbh ag inc llc ltd sas cercasi cerchiamo zoeken gezocht vacature vaga vacante stellenangebot offre emploi "
    "vacancy vakanz oferta empleo вакансия требуется срочно 急募 大募集 募集 募集中 積極採用 採用強化 新着 急聘 诚聘 "
    "高薪 热招 急招 급구 긴급 모집 구인"
))  # fmt: skip
_TRIMMINGS = _HIRING | frozenset(stems(
    "+ great competitive attractive salary pay bonus benefits visa sponsorship relocation equity stock options "
    "flexible hours week day days month months year years per k usd eur gbp chf up world class top plus package"
))  # fmt: skip
_AMBIGUOUS = frozenset(stems("equity stock options visa benefits salary pay relocation day bonus sponsorship"))
_TERMS = frozenset((
    "ai", "ar", "av", "bi", "cv", "db", "er", "go", "hr", "it", "ml", "os", "pm", "pr", "qa", "rf", "tv", "ui", "ux",
    "vr", "xr",
))  # and no region's  # fmt: skip
_WORDS = {  # what is told where it speaks for one opening, and where against it
    "words": ("the titles share their words", "the titles' words differ"),
    "title": ("the titles read alike", "the titles read unlike"),
    "level": ("they name one level", "they do not name one level"),
    "year": ("they name one year", "they do not name one year"),
    "season": ("they name one season", "they do not name one season"),
    "number": ("they bear one number", "they do not bear one number"),
    "city": ("they are in one city", "they are in two cities"),
    "region": ("they are in one region", "they are in two regions"),
    "country": ("they are in one country", "they are in two countries"),
    "place": ("their places fit", "their places fit badly"),
    "remote": ("both are remote", "one alone is remote"),
    "time": ("the days that they were posted fit", "the days that they were posted fit badly"),
    "crowd": ("the employer has few ads like them", "the employer may have several ads like them"),
    "source": ("two sources list them", "one source lists both"),
    "marks": ("level, season and number fit", "level, season or number differ"),
}
_TOLD = 3
_SORTS = {
    "id": "requisitions", "hours": "working times", "form": "kinds of contract", "trainee": "kinds of traineeship",
    "unit": "teams or shifts", "term": "seasons", "class": "years", "pensum": "working times", "rank": "ranks",
    "way": "ways of working", "land": "countries", "pay": "pays", "sense": "kinds of work", "post": "kinds of post",
}  # fmt: skip
_PARTING = ("number", "term", "class", "id", "rank", "way", "land", "pay", "form", "hours")  # if both say another
# said by one alone as well, unless the other is a copy
_TELLING = ("number", "unit", "term", "class", "trainee", "pensum", "post")
_EMPLOYED = ("form", "hours")
_ALONE = ("form", "hours", "trainee", "unit", "pensum", "post")  # said by one alone, where no text can tell
_USUAL = frozenset(("form:permanent", "hours:full"))  # as good as unsaid
_NONE = frozenset[str]()
_UNPARTED = "\u2e80"  # where scripts without blanks begin: a place's name stands in a longer one
_COPIES = (SourceKind.BOARD, SourceKind.AGGREGATOR)


def alike_words(one: Facts, other: Facts) -> bool:
    """Whether the titles say the same but for places, the employer's name and trimmings."""
    words, others = frozenset(one.words), frozenset(other.words)
    if words == others:
        return True
    if words - others and others - words:
        return False
    spots = (*one.spots, *other.spots)
    regions = [region for _, region, _ in spots]
    places = " ".join((*one.place_words, *other.place_words, *regions, *(city for city, *_ in spots)))
    apart = words ^ others
    said = (frozenset(stems(fold(each.name))) for each in (one, other))
    employer = {
        word for name in said if name <= apart for word in name
    }  # named in full: "AI" alone is no Northlight AI
    names = {*stems(places), *employer, one.employer, other.employer}
    left = {word for word in apart - names - _HIRING if not any(_is_code(word, region) for region in regions)}
    if left:
        lands = {word for *_, country in spots for word in left & _land_words().get(country, _NONE)}
        left -= lands | _loose((one if words > others else other).title, names | lands | _TRIMMINGS)
    return not left


@cache
def _land_words() -> dict[str, frozenset[str]]:
    """The words of each country's names by its code."""
    found: dict[str, set[str]] = {}
    for name, code in countries().items():
        found.setdefault(code.partition("|")[0], set()).update(stems(name))
    return {code: frozenset(names) for code, names in found.items()}


def _loose(title: str, trimmings: AbstractSet[str]) -> set[str]:
    """The words of the title's parts that hold trimmings alone: "| salary + equity", no "Equity Analyst"."""
    folded, found = fold(title), set[str]()
    for start, end in parts(folded):
        words = {word for word in stems(folded[start:end]) if word.isalpha() or word == "+"}
        if words <= trimmings and (len(words) > 1 or not words & _AMBIGUOUS):
            found |= words
    return found


def marks_apart(one: Facts, other: Facts) -> str:
    """What parts two titles of the same words: other levels or senses, in both another number, season, rank and the
    like, or a kind of employment that only one of two employers' own ads names."""
    if one.marks == other.marks:
        return employed_apart(one, other)
    levels, its = (_said(each, "level") for each in (one, other))
    if levels != its:
        return f"two levels, {one.level or 'none said'} and {other.level or 'none said'}"
    for sort in ("sense", *_PARTING, *_TELLING):
        if _differ(one, other, sort):
            return f"two {_SORTS.get(sort, sort + 's')}, {one.title!r} and {other.title!r}"
    return employed_apart(one, other)


def titles_apart(one: Facts, other: Facts) -> str:
    """What parts two titles where no text can tell, whatever their words and whoever lists them: all that parts two of
    one text, and what one of them alone says that no copy adds."""
    for sort in (*_PARTING, *_TELLING, *_ALONE) if one.marks != other.marks else ():
        mine, its = _said(one, sort), _said(other, sort)
        is_said = mine and its and not mine & its
        if is_said or (sort in _ALONE and mine != its and not (mine and its) and not (mine | its) & _USUAL):
            return f"two {_SORTS.get(sort, sort + 's')}, {one.title!r} and {other.title!r}"
    return ""


def _differ(one: Facts, other: Facts, sort: str) -> bool:
    mine, its = _said(one, sort), _said(other, sort)
    if mine == its or (sort == "pensum" and "trainee:student" in one.marks):
        return False
    if sort == "sense":
        return True
    if mine and its:
        return not (mine & its and (sort != "trainee" or _may_cut(one if mine < its else other)))
    return sort in _TELLING and not _may_cut(other if mine else one)


def employed_apart(one: Facts, other: Facts) -> str:
    """What parts two ads by a kind of employment that one names, in its title or in a field, and the other does not."""
    for said, silent in ((one, other), (other, one)) if one.marks != other.marks else ():
        if any(_is_alone(said, silent, sort) for sort in _EMPLOYED):
            return f"two kinds of contract, {one.title!r} and {other.title!r}"
    if one.employment == other.employment:
        return ""
    fields = {each.employment for each in (one, other)}
    is_said = any(_said(each, sort) for each in (one, other) for sort in _EMPLOYED) or fields & {"", "internship"}
    if not is_said and not (_may_cut(one) or _may_cut(other)):
        return f"two kinds of employment, {one.employment} and {other.employment}"
    return ""


def names_apart(one: Facts, other: Facts) -> str:
    """What parts two names of one key where no text can tell: "Nova Labs" and "Nova Group". One may leave it out."""
    tails = [dropped_words(each.name) for each in (one, other)]
    if all(tails) and not tails[0] & tails[1]:
        return f"two names, {one.name} and {other.name}"
    return ""


def fields_apart(one: Facts, other: Facts) -> str:
    """What parts two ads by numbers that stand in no title: requisitions of one make, or what two own boards pay."""
    mine, its = (_stated(each) for each in (one, other))
    if one.employer == other.employer and mine and its and mine != its and _are_of_one_make(mine, its):
        return f"two requisitions, {mine.upper()} and {its.upper()}"
    if one.pay and other.pay and one.pay[0] == other.pay[0] and not (_may_cut(one) or _may_cut(other)):
        (currency, low, high), (_, its_low, its_high) = one.pay, other.pay
        if high < its_low or its_high < low:
            return f"two pays, {low:,.0f} to {high:,.0f} and {its_low:,.0f} to {its_high:,.0f} {currency}"
    return ""


def _stated(facts: Facts) -> str:
    """Its requisition, in a field or else in the text."""
    return facts.requisition or next((mark.partition(":")[2] for mark in _said(facts, "stated")), "")


def _are_of_one_make(one: str, other: str) -> bool:
    """Whether two numbers are of one system: the same letters before as many digits. Digits alone may be of any."""
    letters = one.rstrip(digits)
    return bool(letters) and letters == other.rstrip(digits) and len(one) == len(other)


def _is_alone(said: Facts, silent: Facts, sort: str) -> bool:
    """Whether one title alone says that the employment is no usual one, and nothing else of the other does."""
    marks = _said(said, sort)
    if sort == "hours" and "trainee:student" in silent.marks:  # who studies works part of the time
        return False
    if not marks or marks & _USUAL or _said(silent, sort):
        return False
    is_cut = _may_cut(silent) and not any(_said(silent, each) for each in _EMPLOYED)
    return not is_cut and silent.employment not in map(_as_field, marks)


def _as_field(mark: str) -> str:
    """The kind of employment as a board's field has it."""
    return "part-time" if mark.startswith("hours:") else mark.partition(":")[2]


def _may_cut(facts: Facts) -> bool:
    """Whether whoever lists it copies ads, and may have cut the title."""
    return facts.kind in _COPIES


def _said(facts: Facts, sort: str) -> frozenset[str]:
    return _by_sort(facts.marks).get(sort, _NONE)


@lru_cache(maxsize=20_000)
def _by_sort(marks: tuple[str, ...]) -> dict[str, frozenset[str]]:
    return {sort: frozenset(found) for sort, found in groupby(sorted(marks, key=sort_of), key=sort_of)}


def _is_code(word: str, region: str) -> bool:
    """Whether a word of the title may be the region's two letters: "ny", "tx"."""
    return len(word) == 2 and word not in _TERMS and region.startswith(word[0]) and word[1] in region


def told_weights(score: float, points: dict[str, float], is_one: bool) -> str:
    """How likely two are one, and what spoke for it and against it most, the strongest first."""
    sums: dict[str, float] = {}
    for name, weight in points.items():
        for part in name.split(" + "):
            word = part.partition(".")[0]
            sums[word] = sums.get(word, 0.0) + weight / (1 + name.count(" + "))
    strongest = sorted((word for word in sums if word in _WORDS), key=lambda word: -abs(sums[word]))[:_TOLD]
    speaking = [" and ".join(_WORDS[word][against] for word in strongest if (sums[word] <= 0) == against)
                for against in (not is_one, is_one)]  # fmt: skip
    told = [f" {start} {words}" for start, words in zip(("as", "though"), speaking, strict=True) if words]
    share = f"{'' if is_one else 'only '}{score:.0%}"
    return f"by title, place and date they are {share} likely to be one,{','.join(told)}".rstrip(",")
