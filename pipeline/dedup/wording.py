"""Titles whose words differ only by trimmings; and what weighed most in a comparison, in words."""

from pipeline.dedup.facts import Facts
from pipeline.dedup.titles import stems

_TRIMMINGS = frozenset(stems(
    "hiring urgent urgently apply now join team great salary benefits visa sponsorship relocation equity stock options "
    "flexible hours week day days month months year years per k usd eur gbp up worldwide anywhere emea apac europe "
    "global international based office location locations multiple several various home wfh world class top"
))  # fmt: skip
_WORDS = {
    "words": "the titles' words", "title": "the titles", "level": "the level", "year": "the year",
    "season": "the season", "number": "numbers in the titles", "city": "the city", "region": "the region",
    "country": "the country", "place": "the places", "remote": "remote work", "time": "when they were posted",
    "crowd": "how many alike ads the employer has", "source": "who lists them", "name": "how the employer is written",
    "marks": "level, season and year",
}  # fmt: skip
_TOLD = 3


def alike_words(one: Facts, other: Facts) -> bool:
    """Whether the titles say the same but for places, the employer's name and trimmings."""
    apart = frozenset(one.words) ^ frozenset(other.words)
    if not apart:
        return True
    names = {*stems(" ".join((*one.place_words, *other.place_words))), *_TRIMMINGS}
    return all(word in names or word in one.employer for word in apart if len(word) > 1)


def told_weights(points: dict[str, float]) -> tuple[str, ...]:
    """What spoke for and against it most, the strongest first."""
    sums: dict[str, float] = {}
    for name, weight in points.items():
        for part in name.split(" + "):
            word = _WORDS.get(part.partition(".")[0], "")
            sums[word] = sums.get(word, 0.0) + weight / (1 + name.count(" + "))
    strongest = sorted((word for word in sums if word), key=lambda word: -abs(sums[word]))[:_TOLD]
    return tuple(f"{word} {'for' if sums[word] > 0 else 'against'} it" for word in strongest)
