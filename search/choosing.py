"""Which postings of `search.columns` match a query: as the matcher says of each, for all of them at once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from search.age import cutoff
from search.columns import SEVERAL, UNDATED, Array, Columns, Flags, Numbers, Several
from search.document import Document
from search.hits import Hits
from search.matcher import compile_clause, wanted_values
from search.nodes import Age, And, Eligible, Node, Not, Or, Pay, Tagged, Words
from search.rates import bounds
from search.values import UNKNOWN

Finder = Callable[[Words], Hits]  # the postings with these words
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NARROW = (0, 4, 16)  # of how many postings one is left, before each is looked up by itself; by what a node costs


def no_words(node: Words) -> Hits:
    """Where none are asked for."""
    raise AssertionError(f"asks for words: {node}")


def microseconds(moment: datetime) -> int:
    """Since 1970, as the columns keep times."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def holding(columns: Columns, nodes: Sequence[Node], ids: Numbers, now: datetime, find: Finder = no_words) -> Flags:
    """Which of the ids match every node."""
    chooser = _Chooser(columns, ids, now, find)
    flags = np.full(len(ids), True)
    for node in nodes:
        flags &= chooser.flags(node)
    return flags


def chosen(
    columns: Columns,
    nodes: Sequence[Node],
    now: datetime,
    hits: dict[Node, Hits],
    hidden: Iterable[str] = (),
) -> Flags:
    """Of all postings, whether they match every node; none of the nodes asks for words. `hits`: what is known of some;
    what had to be said of all postings is added.

    `hidden`: sources whose words are not shown.
    """
    chooser = _Chooser(columns, None, now, no_words)
    flags = chooser.column("is_there").copy()
    if private := columns.words["source"].known(hidden):
        flags &= ~_among(chooser.column("shown"), private)
    for node in sorted(nodes, key=lambda node: 0 if node in hits else _cost(node)):
        if node in hits:
            flags &= hits[node].flags(columns.size)
        elif _cost(node) and int(np.count_nonzero(flags)) * _NARROW[_cost(node)] < columns.size:
            ids = np.flatnonzero(flags)
            flags[ids] = holding(columns, [node], ids, now)
        else:
            found = chooser.flags(node)
            flags &= found
            if is_listed(node):
                hits[node] = Hits(found)
    return flags


def is_listed(node: Node) -> bool:
    """Whether it asks for one of several words that a posting can have: what takes a while to say of all."""
    return isinstance(node, Tagged) and node.field in SEVERAL


def _cost(node: Node) -> int:
    """Cheap ones first: what is compared with a number or two."""
    if isinstance(node, Tagged):
        return 2 if node.field in SEVERAL else int(node.field in ("remote", "hours"))
    return 1 if isinstance(node, Pay | Age) else _cost(node.node) if isinstance(node, Not) else 2


class _Chooser:
    def __init__(self, columns: Columns, ids: Numbers | None, now: datetime, find: Finder) -> None:
        self.columns, self.ids, self.now, self.find = columns, ids, now, find
        self.count = columns.size if ids is None else len(ids)

    def column(self, name: str) -> Array:
        """A column of the postings in question."""
        return self._these(self.columns.of[name])

    def _these(self, column: Array) -> Array:
        return column[: self.columns.size] if self.ids is None else column[self.ids]

    def flags(self, node: Node) -> Flags:
        """Of each of them, whether it matches."""
        if isinstance(node, Not):
            return ~self.flags(node.node)
        if isinstance(node, And | Or):
            return self._joined(node)
        if isinstance(node, Words):
            return self._with_words(node)
        if isinstance(node, Eligible):
            return self.flags(node.rule)
        if isinstance(node, Pay):
            return self._paid(node)
        if isinstance(node, Age):
            return self._aged(node)
        return self._tagged(node)

    def _joined(self, node: And | Or) -> Flags:
        join = np.logical_and if isinstance(node, And) else np.logical_or
        found = np.full(self.count, isinstance(node, And))
        for part in node.nodes:
            join(found, self.flags(part), out=found)
        return found

    def _with_words(self, node: Words) -> Flags:
        hits = self.find(node)
        return hits.flags(self.columns.size) if self.ids is None else hits.test(self.ids)

    def _paid(self, node: Pay) -> Flags:
        low, high = self.column("low"), self.column("high")
        first, second = (high, low) if node.relation == ">=" else (low, high)
        known = np.where(np.isnan(first), second, first)
        bound = self._bound(node) if node.currency else node.amount
        return np.asarray(known >= bound if node.relation == ">=" else known <= bound)  # nothing compares with NaN

    def _bound(self, node: Pay) -> Array:
        """The amount in each posting's own currency; NaN where that has no rate."""
        in_words = bounds(node.amount, node.currency)
        amounts = [in_words.get(word, np.nan) for word in self.columns.words["currency"].words]
        return np.array(amounts)[self.column("currency")]

    def _aged(self, node: Age) -> Flags:
        posted = self.column("sorted_at")
        posted = posted + np.where(posted < -UNDATED // 2, UNDATED, 0)
        then = microseconds(cutoff(node, self.now))
        return np.asarray(posted > then if node.relation == "<" else posted < then)

    def _tagged(self, node: Tagged) -> Flags:
        if node.field in SEVERAL:
            return self._having(node)
        if node.field == "is":
            flags = [self.column("is_open") == (value == "open") for value in node.values]
            return np.asarray(np.logical_or.reduce(flags))
        if node.field == "visa":
            return _among(self.column("visa"), [{"yes": 1, "no": 0, UNKNOWN: -1}[value] for value in node.values])
        if node.field in ("remote", "hours"):
            return self._scoped(node)
        numbers = self.columns.words[node.field].known(node.values)
        has_unknown = UNKNOWN in node.values and node.field in ("workplace", "type", "language")
        return _among(self.column(node.field), [*numbers, *([0] if has_unknown else [])])

    def _having(self, node: Tagged) -> Flags:
        """One of the words of a field of which a posting can have several."""
        several, words = self.columns.several[node.field], self.columns.words[node.field]
        found = self._owning(several, words.known(wanted_values(node)))
        if node.field == "country" and UNKNOWN in node.values:
            found |= self._these(several.counts) == 0
        return found

    def _owning(self, several: Several, numbers: Sequence[int]) -> Flags:
        found = np.zeros(self.count, np.bool_)
        if self.ids is None:
            found[several.owners[: several.used][_among(several.words[: several.used], numbers)]] = True
        else:
            which, where = several.of(self.ids)
            found[which[_among(several.words[where], numbers)]] = True
        return found

    def _scoped(self, node: Tagged) -> Flags:
        """By the words of a remote scope: of each of them the matcher says it once."""
        matcher = compile_clause(node)
        table = self.columns.words["scope"].table(node, lambda scope: matcher(_remote(scope), self.now))
        found = np.asarray(table[self.column("scope")])
        if node.field == "remote":
            found &= _among(self.column("workplace"), self.columns.words["workplace"].known(["remote"]))
        return found


def _remote(scope: str) -> Document:
    return Document(" ", " ", " ", workplace="remote", remote_scope=scope or None)


def _among(column: Array, numbers: Sequence[int]) -> Flags:
    """Which values are among the numbers."""
    if len(numbers) > 4:
        return np.isin(column, numbers)
    found = np.zeros(len(column), np.bool_)
    for number in numbers:
        found |= column == number
    return found
