"""Words of postings, remembered with what they are to a lexicon: words of it, and what they begin with."""

from collections.abc import Sequence

import numpy as np

from search.lexicon import Lexicon
from search.spread import Numbers, spread

MOST = 50_000  # words that are remembered


class Seen(dict[str, int]):
    """Word -> its number; beyond those of the lexicon where the word begins with prefixes, which are listed here."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._words, self._prefixes, self._size = lexicon.words, lexicon.prefixes, lexicon.size
        self._lengths = sorted({len(prefix) for prefix in lexicon.prefixes})
        self.forget()

    def forget(self) -> None:
        """Remember no word."""
        self.clear()
        self._beginners: list[int] = []  # the numbers in the lexicon of words that begin with prefixes
        self._begun: list[int] = []  # the prefixes, word by word
        self._starts = [0]

    def __missing__(self, token: str) -> int:
        number = self._words.get(token, 0)
        if begun := self.begun(token):
            self._beginners.append(number)
            self._begun += begun
            self._starts.append(len(self._begun))
            number = self._size + len(self._beginners) - 1
        if len(self) < MOST:
            self[token] = number
        return number

    def begun(self, token: str) -> list[int]:
        """The prefixes that the word begins with."""
        parts = (token[:length] for length in self._lengths if length <= len(token))
        return [number for part in parts if (number := self._prefixes.get(part))]

    def read(self, tokens: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
        """The words' numbers in the lexicon; then the prefixes that words begin with, and where these words stand."""
        if len(self) >= MOST:
            self.forget()
        known = np.fromiter(map(self.__getitem__, tokens), np.int64, len(tokens))
        at = (known >= self._size).nonzero()[0]
        words = known[at] - self._size
        known[at] = np.array(self._beginners, np.int64)[words]
        which, where = spread(np.array(self._starts, np.int32), words)
        return known, np.array(self._begun, np.int64)[where], at[which]
