"""Years of experience and the leading of people, as a description states them."""

import re

TEXT_LIMIT = 24_000

_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10}
_YEARS = re.compile(
    r"(?<![\w.,$€£])(\d{1,2}|one|two|three|four|five|six|seven|eight|ten)\s?(?:\(\d{1,2}\)\s?)?\+?"
    r"(?:\s?(?:-|–|to|or|bis|à|a|y|até|ou|oder)\s?\d{1,2}\s?\+?)?"
    r"(?:\s(?:or more|plus|full|oder mehr|ou plus|o más|or greater))?\s?"
    r"(?:years?|yrs?|jahren?|jährige\w*|ans|années?|años?|anos|anni|jaar|lat)\b"
)
_WANTED = re.compile(
    r"experience|experi[eê]ncia|expérience|experiencia|erfahrung|esperienza|ervaring|doświadczeni|background|"
    r"track record|working (?:in|with|as|on)|building|professional|hands[- ]on|industry|in (?:a|an) |of |relevant|"
    r"in (?:software|sales|marketing)"
)
_BEFORE = re.compile(
    r"(?:at least|minimum|min\.?|mindestens|au moins|al menos|no mínimo|mínimo|minimum de|you have|you've|have|with|"
    r"requires?)[^.\n]{0,25}$"
)
_IDLE = re.compile(
    r"(?:last|past|over the|next|for over|for more than|founded|history|vesting|every|within|under|age|aged|first|ages|"
    r"contract|duration|we have|we've|company|celebrat\w+)\W{1,3}(?:\w+\W+)?$"
)
_LEADING = re.compile(
    r"direct reports|people management|line manage\w*|"
    r"manage (?:and|a|the|our) (?:\w+ ){0,4}team|managing (?:and|a|the|our) (?:\w+ ){0,4}team|"
    r"lead(?:ing)?,? (?:and |a |the |our )?(?:mentor|manage|coach|hire|grow|build|recruit)\w*,?|"
    r"hire(?:,| and)\s(?:\w+,? ){0,3}(?:team|manage|engineers)|"
    r"(?:build|grow|manage|lead)(?:,? (?:and )?\w+)? (?:and lead )?(?:a|our|the|your own) (?:\w+ ){0,2}team of|"
    r"personalverantwortung|"
    r"disziplinarische|encadrement|encadrer|manage people|performance reviews|people leader"
)


def _lower(text: str) -> str:
    return text[:TEXT_LIMIT].replace("İ", "I").lower()


def years_asked(text: str) -> tuple[int, int, int] | None:
    """The least number of years of the first requirement, with its place in the text; None if none is asked for."""
    lowered = _lower(text)
    for found in _YEARS.finditer(lowered):
        start, end = found.span()
        before, after = lowered[max(0, start - 45) : start], lowered[end : end + 80]
        if _IDLE.search(before):
            continue
        if _WANTED.search(after) or _BEFORE.search(before) or "experience" in before:
            word = found.group(1)
            return _NUMBER_WORDS.get(word) or (int(word) if word.isdigit() else 0), start, end
    return None


def leads_people(text: str) -> tuple[int, int] | None:
    """The place where the text says that the person manages people, else None."""
    found = _LEADING.search(_lower(text))
    return found.span() if found else None
