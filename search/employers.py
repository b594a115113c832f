"""Whether words are an employer's name: by the packs, and by how names are made."""

import re
from functools import lru_cache
from pathlib import Path

from search.cities import is_large
from search.places import country_code
from search.tokens import fold
from search.values import known_skills

_PACKS = Path(__file__).parents[1] / "packs"
_NAME = re.compile(r'company = "([^"]+)"')
_ENDS = ("labs", "inc", "inc.", "llc", "ltd", "ltd.", "gmbh", "ag", "corp", "corp.", "plc", "technologies", "group")


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """The folded names in the packs."""
    texts = (path.read_text(encoding="utf-8") for path in _PACKS.glob("*.toml"))
    return frozenset(fold(name) for text in texts for name in _NAME.findall(text))


@lru_cache(maxsize=4096)
def is_employer(words: str) -> bool:
    """Whether these words, of which there are several, are one name."""
    first, *rest = words.split()
    if fold(words) in _known():
        return True
    if len(rest) != 1:
        return False
    if rest[0].lower() in _ENDS:
        return True
    is_other = rest[0].lower() in known_skills() or is_large(fold(rest[0])) or country_code(rest[0])
    return first[0].isupper() and rest[0][0].isupper() and (rest[0] == "AI" or not is_other)


def is_known(word: str) -> bool:
    """Whether one word is the name of an employer in the packs."""
    return " " not in word and fold(word) in _known()
