"""The marks that queries ask for, numbered: words, phrases a word at a time, prefixes, values and bounds."""

from dataclasses import dataclass, field
from typing import TypeVar

from search.marks import Mark
from search.nodes import Age, Pay, Phrase

FIELDS = {"": 0, "title": 1, "company": 2, "text": 3}
Key = TypeVar("Key")
Step = tuple[int, int]  # what stands before, and what follows


@dataclass(slots=True)
class Lexicon:
    """Numbers for whatever can be borne, 0 for nothing; a mark is such a number in a field: its code."""

    words: dict[str, int] = field(default_factory=dict)
    steps: dict[Step, int] = field(default_factory=dict)  # a phrase so far and the next word -> the longer phrase
    prefixes: dict[str, int] = field(default_factory=dict)
    tails: dict[Step, int] = field(default_factory=dict)  # a phrase and the prefix after it -> both
    values: dict[tuple[str, str], int] = field(default_factory=dict)
    bounds: dict[Pay | Age, int] = field(default_factory=dict)
    size: int = 1

    def code(self, mark: Mark) -> int:
        """The mark's code; a new one where it has none yet."""
        if isinstance(mark, Pay | Age):
            return code_of(self._number(self.bounds, mark))
        where, what = mark
        if isinstance(what, Phrase):
            return code_of(self._phrase(what), FIELDS[where])
        return code_of(self._number(self.values, (where, what)))

    def _phrase(self, phrase: Phrase) -> int:
        whole = phrase.tokens[:-1] if phrase.is_prefix else phrase.tokens
        found = 0
        for token in whole:
            word = self._number(self.words, token)
            found = self._number(self.steps, (found, word)) if found else word
        if not phrase.is_prefix:
            return found
        prefix = self._number(self.prefixes, phrase.tokens[-1])
        return self._number(self.tails, (found, prefix)) if found else prefix

    def _number(self, known: dict[Key, int], key: Key) -> int:
        number = known.get(key)
        if number is None:
            number = known[key] = self.size
            self.size += 1
        return number


def code_of(number: int, where: int = 0) -> int:
    """What is numbered, in a field; 0: in any."""
    return number * len(FIELDS) + where
