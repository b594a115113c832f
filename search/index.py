"""Which of many queries can match a posting at all: each stands under marks, one of which every match of it bears."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

from search.document import Document
from search.marks import share
from search.matcher import VALUES, wanted_values
from search.nodes import And, Eligible, Node, Or, Phrase, Query, Tagged, Words
from search.values import UNKNOWN

Key = TypeVar("Key", bound=Hashable)
Mark = tuple[str, str]  # field, and a token or value of it


class Index(Generic[Key]):
    """Queries by their marks. What it leaves out cannot match; what it gives is still to be matched."""

    def __init__(self) -> None:
        self._under: dict[Mark, set[Key]] = {}
        self._anywhere: set[Key] = set()  # of which no clause must hold in a way that a mark shows
        self._marks: dict[Key, frozenset[Mark] | None] = {}

    def add(self, key: Key, query: Query) -> None:
        """Take in a query that is not held yet."""
        self._marks[key] = marks = needed(query.root)
        if marks is None:
            self._anywhere.add(key)
        for mark in marks or ():
            self._under.setdefault(mark, set()).add(key)

    def discard(self, key: Key) -> None:
        """Forget a query that is held."""
        marks = self._marks.pop(key)
        if marks is None:
            self._anywhere.discard(key)
        for mark in marks or ():
            self._under[mark].discard(key)
            if not self._under[mark]:
                del self._under[mark]

    def candidates(self, document: Document) -> set[Key]:
        """The queries that may match the posting, as it is or open or closed."""
        found = set(self._anywhere)
        for mark in borne(document):
            if keys := self._under.get(mark):
                found |= keys
        return found


def needed(node: Node) -> frozenset[Mark] | None:
    """Marks one of which every match bears; None where the node can match without any."""
    if isinstance(node, Words):
        return _all_of(_phrase_marks(node.field, phrase) for phrase in node.spelled)
    if isinstance(node, Tagged):
        return _tagged(node)
    if isinstance(node, Eligible):
        return needed(node.rule)
    if isinstance(node, Or):
        return _all_of(needed(part) for part in node.nodes)
    if isinstance(node, And):
        known = [marks for part in node.nodes if (marks := needed(part)) is not None]
        return min(known, key=_weight, default=None)
    return None


def borne(document: Document) -> Iterator[Mark]:
    """The posting's marks."""
    words: set[str] = set()
    for field, tokens in (("title", document.title), ("company", document.company), ("text", document.text)):
        of_field = set(tokens.split(" "))
        words |= of_field
        yield from ((field, token) for token in of_field)
    yield from (("", token) for token in words)
    for field in _TAGS:
        yield from ((field, value) for value in VALUES[field](document))
    if document.workplace == "remote":
        yield "remote", "yes"
        yield "remote", UNKNOWN  # or known: it is looked at more closely


_TAGS = tuple(field for field in VALUES if field != "is")  # whether it is open is asked in both ways


def _all_of(parts: Iterable[frozenset[Mark] | None]) -> frozenset[Mark] | None:
    found: set[Mark] = set()
    for marks in parts:
        if marks is None:
            return None
        found |= marks
    return frozenset(found)


def _phrase_marks(field: str, phrase: Phrase) -> frozenset[Mark] | None:
    whole = phrase.tokens[:-1] if phrase.is_prefix else phrase.tokens
    return min((frozenset([(field, token)]) for token in whole), key=_weight, default=None)


def _tagged(node: Tagged) -> frozenset[Mark] | None:
    if node.field in ("is", "hours"):
        return None
    if node.field == "remote" and "yes" in node.values:
        return frozenset([("remote", "yes")])
    unsaid = [UNKNOWN] if node.field == "remote" and UNKNOWN in node.values else []
    return frozenset((node.field, value) for value in (*wanted_values(node), *unsaid))


def _weight(marks: frozenset[Mark]) -> float:
    return sum(share(field, value) for field, value in marks)
