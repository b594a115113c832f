"""What postings bear of the marks that queries ask for: the codes of a lexicon, read from many postings in one pass."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from search.document import Document
from search.lexicon import FIELDS, Lexicon
from search.marks import tags
from search.matcher import SCOPED, compile_clause
from search.nodes import Tagged
from search.ranges import Ranges
from search.seen import Seen
from search.spread import Numbers

MAX_SCOPES = 10_000  # of remote work, that are remembered
TEXTS = 3  # of a posting


class Reader:
    """Reads postings by a lexicon that grows no more."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._seen = Seen(lexicon)
        self._steps, self._step_to = _table(lexicon)
        self._is_start = _flags(lexicon.size, [before for before, _ in (*lexicon.steps, *lexicon.tails)])
        self._has_tail = _flags(lexicon.size, [before for before, _ in lexicon.tails])
        self._tails, self._values = lexicon.tails, lexicon.values
        self._scoped = {pair: number for pair, number in lexicon.values.items() if pair[0] in SCOPED}
        self._scopes: dict[tuple[str | None, str | None], list[int]] = {}
        self._ranges = Ranges(lexicon.bounds)

    def codes(self, documents: Sequence[Document], now: datetime) -> tuple[Numbers, Numbers]:
        """The codes of the marks that the postings bear, some more than once, and for each whose it is."""
        numbers, owners = zip(*self._tagged(documents, now), strict=True)
        words, of_words = self._read(documents)
        return np.concatenate([*(one * len(FIELDS) for one in numbers), words]), np.concatenate([*owners, of_words])

    def forget(self) -> None:
        """Remember nothing of the postings that were read."""
        self._seen.forget()

    # --- words -----------------------------------------------------------------------------------------------------

    def _read(self, documents: Sequence[Document]) -> tuple[Numbers, Numbers]:
        texts = [text for one in documents for text in (one.title, one.company, one.text)]
        tokens = "".join(texts).split(" ")  # each text ends with a blank, so that nothing goes on beyond it
        sizes = [text.count(" ") for text in texts]
        owner_of = np.repeat(np.arange(len(texts)) // TEXTS, sizes)
        field_of = np.repeat(np.arange(len(texts)) % TEXTS + 1, sizes)
        known, *begun = self._seen.read(tokens)
        found = [begun, *self._phrases(known, tokens)]
        numbers, places = (np.concatenate(one) for one in zip(*found, strict=True))
        anywhere, owners = numbers * len(FIELDS), owner_of[places]
        return np.concatenate([anywhere + field_of[places], anywhere]), np.concatenate([owners, owners])

    def _phrases(self, known: Numbers, tokens: Sequence[str]) -> Iterator[tuple[Numbers, Numbers]]:
        """Words and phrases, and where their last words stand: all that begin anywhere, a word longer at each turn."""
        at = known.nonzero()[0]
        found = known[at]
        yield found, at
        goes_on = self._is_start[found]
        at, found = at[goes_on], found[goes_on]
        while len(at):
            yield from self._tailed(found, at, tokens)
            wanted = found << 32 | known[at + 1]
            index = np.searchsorted(self._steps, wanted)
            goes_on = self._steps[index] == wanted
            at, found = at[goes_on] + 1, self._step_to[index[goes_on]]
            yield found, at

    def _tailed(self, found: Numbers, at: Numbers, tokens: Sequence[str]) -> Iterator[tuple[Numbers, Numbers]]:
        """Phrases that end in a prefix, which the word after them begins with."""
        ends = self._has_tail[found]
        for number, place in zip(found[ends].tolist(), at[ends].tolist(), strict=True):
            begun = self._seen.begun(tokens[place + 1])
            tails = [tail for prefix in begun if (tail := self._tails.get((number, prefix)))]
            yield np.array(tails, np.int64), np.full(len(tails), place)

    # --- tags ------------------------------------------------------------------------------------------------------

    def _tagged(self, documents: Sequence[Document], now: datetime) -> Iterator[tuple[Numbers, Numbers]]:
        for owner, document in enumerate(documents):
            found = [number for pair in tags(document) if (number := self._values.get(pair))]
            found += self._worked_from(document, now)
            for numbers in (np.array(found, np.int64), *self._ranges.kept(document, now)):
                yield numbers, np.full(len(numbers), owner)

    def _worked_from(self, document: Document, now: datetime) -> list[int]:
        """From where one can work: of all places that are asked for, those that the posting is open to."""
        key = document.workplace, document.remote_scope
        found = self._scopes.get(key)
        if found is None:
            asked = self._scoped.items()
            found = [number for (name, value), number in asked if compile_clause(Tagged(name, (value,)))(document, now)]
            if len(self._scopes) >= MAX_SCOPES:
                self._scopes.clear()
            self._scopes[key] = found
        return found


def _table(lexicon: Lexicon) -> tuple[Numbers, Numbers]:
    """The steps of phrases in their order, and where they lead; after the last one that is never taken."""
    keys = np.array([*(before << 32 | word for before, word in lexicon.steps), np.iinfo(np.int64).max])
    order = np.argsort(keys)
    return keys[order], np.array([*lexicon.steps.values(), 0])[order]


def _flags(size: int, numbers: Sequence[int]) -> NDArray[np.bool_]:
    flags = np.zeros(size, np.bool_)
    flags[list(numbers)] = True
    return flags
