"""All stored queries, asked at once: many packed, the recent ones beside them until they are packed too."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from search.document import Document
from search.index import Index
from search.matcher import compile_matcher
from search.nodes import Query
from search.packed import Packed
from search.packer import Packer, check

MOST_RECENT = 1_000  # keys that are held beside the packed ones
MOST_PARTS = 8  # of packed ones; each costs a posting a little
Key = int


class Standing:
    """Keys with their queries, each by its text. One thread at a time may use it."""

    def __init__(self, packed: Packed | None = None) -> None:
        self._parts = [] if packed is None else [packed]
        self._begin()

    def _begin(self) -> None:
        self._index: Index[str] = Index()
        self._queries: dict[str, Query] = {}  # the recent ones, by their texts
        self._keys: dict[str, set[Key]] = {}
        self._texts: dict[Key, str] = {}

    def __len__(self) -> int:
        return len(self._texts) + sum(map(len, self._parts))

    @property
    def is_scattered(self) -> bool:
        """Whether it should be read anew: it has come to stand in many parts, or half of it is gone."""
        gone = sum(len(part.holders.keys) - len(part) for part in self._parts)
        return len(self._parts) > MOST_PARTS or gone > max(MOST_RECENT, len(self))

    def holding(self, texts: Mapping[Key, str]) -> set[Key]:
        """Which of the keys are held, each with its text."""
        recent = {key for key in texts.keys() & self._texts.keys() if self._texts[key] == texts[key]}
        return recent.union(*(part.holding(texts) for part in self._parts))

    def holds(self, key: Key, text: str) -> bool:
        """Whether the key is held, with this text."""
        return key in self.holding({key: text})

    def knows(self, text: str) -> bool:
        """Whether a recent query was written so."""
        return text in self._queries

    def add(self, key: Key, text: str, query: Query | None) -> None:
        """Take in a key that is not held; no query is needed of a text that is known. Raises what `check` raises."""
        if text not in self._queries:
            assert query is not None
            check(query)
            self._index.add(text, query)
            self._queries[text], self._keys[text] = query, set()
        self._keys[text].add(key)
        self._texts[key] = text

    def discard(self, key: Key) -> None:
        """Forget a key, if it is held."""
        text = self._texts.pop(key, None)
        if text is None:
            any(part.discard(key) for part in self._parts)
            return
        self._keys[text].discard(key)
        if not self._keys[text]:
            del self._keys[text], self._queries[text]
            self._index.discard(text)

    def settle(self) -> None:
        """Pack the recent ones, if they have become many."""
        if len(self._texts) < MOST_RECENT:
            return
        packer = Packer()
        for key, text in self._texts.items():
            packer.add(key, text, self._queries[text])
        self._parts.append(packer.pack())
        self._begin()

    def match(self, documents: Sequence[Document], now: datetime) -> list[set[Key]]:
        """For each posting the keys of the queries that match it."""
        found: list[set[Key]] = [set() for _ in documents]
        for part in self._parts:
            for keys, held in zip(part.match(documents, now), found, strict=True):
                held.update(keys.tolist())
        for document, held in zip(documents, found, strict=True):
            for text in self._index.candidates(document):
                if compile_matcher(self._queries[text])(document, now):
                    held |= self._keys[text]
        return found
