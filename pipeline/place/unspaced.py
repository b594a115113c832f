"""Names in scripts that put no blanks between words: Chinese, Japanese, Korean addresses, and Thai."""

import re
from collections.abc import Callable, Iterator

# What stands on or under a letter and is none by itself: Arabic and Hebrew points, Indian and Thai vowels.
MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094d"
    "\u0981-\u0983\u09bc\u09be-\u09cd\u09d7\u0a01-\u0a03\u0a3c\u0a3e-\u0a4d\u0a70-\u0a71\u0a81-\u0a83\u0abc\u0abe-\u0acd"
    "\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0d57\u0d81-\u0d83\u0dca-\u0ddf"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")
_LONGEST, _MOST = 10, 60


def is_unspaced(word: str) -> bool:
    """Whether a word is of such a script."""
    return bool(_UNSPACED.match(word))


def stretch(word: str, is_known: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Where the known names of a word stand, the longest first from each letter; what is not known is passed over."""
    start, word = 0, word[:_MOST]
    while start < len(word):
        ends = range(min(len(word), start + _LONGEST), start + 1, -1)
        end = next((end for end in ends if is_known(word[start:end])), None)
        if end is not None:
            yield start, end
        start = end or start + 1
