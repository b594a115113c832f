"""Titles whose words differ only by trimmings; and what weighed most in a comparison, in words."""

from pipeline.dedup.facts import Facts
from pipeline.dedup.likeness import sort_of
from pipeline.dedup.titles import stems

_TRIMMINGS = frozenset(stems(
    "hiring urgent urgently apply now join team great salary benefits visa sponsorship relocation equity stock options "
    "flexible hours week day days month months year years per k usd eur gbp up worldwide anywhere hq based office "
    "location locations multiple several various home wfh world class top"
))  # fmt: skip
_TERMS = frozenset(("ai", "av", "bi", "cv", "hr", "it", "pm", "qa", "ui", "ux", "vr"))  # and no region's
_WORDS = {
    "words": "the titles' words", "title": "the titles", "level": "the level", "year": "the year",
    "season": "the season", "number": "numbers in the titles", "city": "the city", "region": "the region",
    "country": "the country", "place": "the places", "remote": "remote work", "time": "when they were posted",
    "crowd": "how many alike ads the employer has", "source": "who lists them", "name": "how the employer is written",
    "marks": "level, season and year",
}  # fmt: skip
_TOLD = 3
_SORTS = {"id": "requisitions", "hours": "working times"}


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
    said = (frozenset(stems(each.name)) for each in (one, other))
    employer = {
        word for name in said if name <= apart for word in name
    }  # named in full: "AI" alone is no Northlight AI
    names = {*stems(places), *employer, one.employer, other.employer, *_TRIMMINGS}
    return all(word in names or any(_is_code(word, region) for region in regions) for word in apart)


def marks_apart(one: Facts, other: Facts) -> str:
    """What parts two titles of the same words: other levels, or in both another number, season, year, requisition
    or working time."""
    levels, its = ({mark for mark in each.marks if mark.startswith("level:")} for each in (one, other))
    if levels != its:
        return f"two levels, {one.level or 'none said'} and {other.level or 'none said'}"
    for sort in ("number", "season", "year", "id", "hours"):
        mine, others = ({mark for mark in each.marks if sort_of(mark) == sort} for each in (one, other))
        if mine and others and not mine & others:
            return f"two {_SORTS.get(sort, sort + 's')}, {one.title!r} and {other.title!r}"
    return ""


def _is_code(word: str, region: str) -> bool:
    """Whether a word of the title may be the region's two letters: "ny", "tx"."""
    return len(word) == 2 and word not in _TERMS and region.startswith(word[0]) and word[1] in region


def told_weights(points: dict[str, float]) -> tuple[str, ...]:
    """What spoke for and against it most, the strongest first."""
    sums: dict[str, float] = {}
    for name, weight in points.items():
        for part in name.split(" + "):
            word = _WORDS.get(part.partition(".")[0], "")
            sums[word] = sums.get(word, 0.0) + weight / (1 + name.count(" + "))
    strongest = sorted((word for word in sums if word), key=lambda word: -abs(sums[word]))[:_TOLD]
    return tuple(f"{word} {'for' if sums[word] > 0 else 'against'} it" for word in strongest)
