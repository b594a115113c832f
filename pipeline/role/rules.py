"""The table of rules that reads a role from the concepts of a title: `rules.tsv`."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

Group = frozenset[str]
_TABLE = Path(__file__).with_name("rules.tsv")


def concepts(words: str) -> Group:
    """The names in a blank-separated list."""
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table; the table's head says what the columns mean."""

    name: str
    role: str
    anywhere: tuple[Group, ...]
    main: tuple[Group, ...]
    unless: Group
    nowhere: Group

    def fits(self, everywhere: Group, main: Group) -> bool:
        """True if the concepts of the title and of its main part are those the rule asks for."""
        for group in self.main:
            if group.isdisjoint(main):
                return False
        for group in self.anywhere:
            if group.isdisjoint(everywhere):
                return False
        return self.unless.isdisjoint(main) and self.nowhere.isdisjoint(everywhere)


def _group(words: str, named: dict[str, Group]) -> Group:
    group: set[str] = set()
    for word in words.split():
        group |= named[word] if word.startswith("@") else {word}
    return frozenset(group)


def _groups(column: str, named: dict[str, Group]) -> tuple[Group, ...]:
    return () if column == "-" else tuple(_group(words, named) for words in column.split("; "))


def read_rules(path: Path = _TABLE) -> tuple[Rule, ...]:
    """The rules of a file, in its order. Raises ValueError or KeyError on a row that is none."""
    named: dict[str, Group] = {}
    rules = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# @"):
            name, words = line[2:].split(" = ")
            named[name] = concepts(words)
        elif not line.startswith("#"):
            rule, role, anywhere, main, *excluded = line.split("\t")
            unless, nowhere = (frozenset().union(*_groups(column, named)) for column in excluded)
            rules.append(Rule(rule, role, _groups(anywhere, named), _groups(main, named), unless, nowhere))
    return tuple(rules)


RULES = read_rules()


@lru_cache(maxsize=4096)  # most titles name one of a few hundred sets of concepts
def fitting(everywhere: Group, main: Group) -> Rule | None:
    """The first rule that fits a title's concepts and those of its main part."""
    return next((rule for rule in RULES if rule.fits(everywhere, main)), None)
