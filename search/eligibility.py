"""Whether a person can take a job at all: their facts become ordinary clauses, so that every engine can tell.

A posting is out (`no`) where one of its clauses rules the person out. It is in (`yes`) where it says enough to be sure.
All else is `maybe`: what a posting does not say rules nobody out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from search import requirements
from search.document import Document
from search.facts import Facts, countries, facts_of
from search.matcher import Matcher, compile_matcher, needle
from search.nodes import And, Node, Not, Or, Query, Tagged, Words
from search.values import UNKNOWN

VERDICTS = ("yes", "maybe", "no")
REMOTE, NOT_REMOTE = Tagged("remote", ("yes",)), Not(Tagged("remote", ("yes",)))
UNSAID = Tagged("remote", (UNKNOWN,))  # remote, but not from where
SPONSORS, SPONSORS_NOT = Tagged("visa", ("yes",)), Tagged("visa", ("no",))
NO_COUNTRY = Tagged("country", (UNKNOWN,))


@dataclass(frozen=True)
class Ground:
    """What decides where the node holds, in words, and the fields of the posting that say so."""

    node: Node
    words: str
    fields: tuple[str, ...] = ()

    @cached_property
    def holds(self) -> Matcher:
        """Whether the node does."""
        return compile_matcher.__wrapped__(Query(self.node))

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """What it looks for, as texts hold it."""
        return tuple(dict.fromkeys(needle(phrase) for one in _worded(self.node) for phrase in one.spelled))


@dataclass(frozen=True, slots=True)
class Rules:
    """`against`: each rules out. `ways`: one must hold to be in, and none of the `doubts`, of which the last ones are
    whatever else keeps it from being sure."""

    against: tuple[Ground, ...]
    ways: tuple[Ground, ...]
    doubts: tuple[Ground, ...]
    unsure: tuple[Ground, ...]


@lru_cache(maxsize=4096)
def rule(values: tuple[str, ...], facts: str) -> Node:
    """The clauses that say that a posting is one of these to a person."""
    found = rules(facts)
    is_out = _any(ground.node for ground in found.against)
    is_sure = And((*(Not(ground.node) for ground in found.doubts), _any(ground.node for ground in found.ways)))
    nodes: dict[frozenset[str], Node] = {
        frozenset(("yes",)): And((Not(is_out), is_sure)), frozenset(("maybe",)): And((Not(is_out), Not(is_sure))),
        frozenset(("no",)): is_out, frozenset(("yes", "maybe")): Not(is_out),
        frozenset(("yes", "no")): Or((is_out, is_sure)), frozenset(("maybe", "no")): Or((is_out, Not(is_sure))),
        frozenset(VERDICTS): And(()),
    }  # fmt: skip
    return nodes[frozenset(values)]


@lru_cache(maxsize=4096)
def rules(facts: str) -> Rules:
    """What follows from a person's facts."""
    said = facts_of(facts)
    held = frozenset(said.clearances) - {"none"}
    against, doubts = list(_against_place(said)), list(_doubts(said, held))
    if said.clearances and (asked := requirements.clearances_asked(held)):
        against.append(Ground(asked, "it asks for a clearance that you do not have", ("text",)))
    if (but := _citizens_ruled_out(said)) is not None and (asked := requirements.citizens_asked(but)):
        against.append(Ground(asked, "it asks for a citizenship that you do not have", ("text",)))
    if said.zones:
        apart = And((requirements.hours_apart(*said.zones), Not(requirements.hours_shared(*said.zones))))
        against.append(Ground(apart, "it asks for other hours than yours", ("hours",)))
    return Rules(tuple(against), tuple(_ways(said)), tuple(doubts), UNSURE)


# --- the place -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reach:
    """Where one can work: `near` without moving, `far` if one moves; both without a visa."""

    near: tuple[str, ...]
    far: tuple[str, ...]
    home: str  # the country that one lives in
    needs_visa_at_home: bool

    @property
    def free(self) -> tuple[str, ...]:
        return tuple(sorted({*self.near, *self.far}))


def _reach(said: Facts) -> _Reach:
    free, home = countries(said), said.lives.split("-")[0]
    near = tuple(sorted(free if not home else free & {home}))
    far = tuple(sorted(free - {home})) if home else ()
    return _Reach(near, far, home, bool(home) and home not in free)


def _scopes(said: Facts, places: Sequence[str]) -> tuple[str, ...]:
    """The countries as remote work is asked for: where one lives in a part of one, that part."""
    home = said.lives.split("-")[0]
    return tuple("Namibia" if code == "NA" else said.lives if code == home else code for code in places)


def _against_place(said: Facts) -> Iterator[Ground]:
    reach = _reach(said)
    if not (reach.home or reach.free):
        return
    yield from _against_remote(said, reach)
    known = Tagged("country", (*reach.free, UNKNOWN))
    guard: Node = Not(SPONSORS) if said.sponsorship == "no" else SPONSORS_NOT
    yield Ground(And((NOT_REMOTE, Not(known), guard)), "you may not work there without a visa", ("country", "visa"))
    if said.relocation == "no" and reach.home:
        elsewhere = Not(Tagged("country", (reach.home, UNKNOWN)))
        at_place = Tagged("workplace", ("onsite", "hybrid"))
        yield Ground(And((at_place, elsewhere)), "you do not move, and it is elsewhere", ("workplace", "country"))


def _against_remote(said: Facts, reach: _Reach) -> Iterator[Ground]:
    """Remote, and not from where one may work."""
    moves = said.relocation != "no"
    free = _scopes(said, reach.free if moves else reach.near)
    named: tuple[Node, ...] = (REMOTE, Not(requirements.NAMES_HOURS))
    beyond = And((*named, Not(Tagged("remote", (*free, UNKNOWN)))))
    words, fields = "it is not open to where you may work", ("remote", "visa")
    if said.sponsorship != "yes":
        yield Ground(beyond, words, fields[:1])
        return
    yield Ground(And((*beyond.nodes, SPONSORS_NOT)), words, fields)
    if not moves and reach.needs_visa_at_home:
        yield Ground(And((*named, Not(Tagged("remote", (said.lives, UNKNOWN))))), words, fields[:1])
    elif not moves:
        yield Ground(beyond, words, fields[:1])


def _ways(said: Facts) -> Iterator[Ground]:
    """How a posting can be sure to be open to one."""
    reach = _reach(said)
    if not (reach.home or reach.free):
        yield Ground(And(()), "nothing in it is against you", ("workplace",))
        return
    free = (*reach.near, *reach.far) if said.relocation == "yes" else reach.near
    if free:
        yield Ground(Tagged("remote", _scopes(said, free)), "you may work from where you are", ("remote",))
        at_place = Tagged("country", free)
        yield Ground(And((UNSAID, Tagged("country", reach.near or free))), "it is in your country", ("country",))
        yield Ground(And((NOT_REMOTE, at_place, *_city(said))), "you may work there", ("country", "city"))
    if said.sponsorship == "yes":
        yield from _sponsored(said, reach)


def _city(said: Facts) -> tuple[Node, ...]:
    """Who does not move keeps to a city; there may be others near by."""
    return (Tagged("city", (said.city,)),) if said.city and said.relocation == "no" else ()


def _sponsored(said: Facts, reach: _Reach) -> Iterator[Ground]:
    words = "it sponsors a visa"
    if reach.needs_visa_at_home:
        at_home = Or(
            (Tagged("remote", (said.lives,)), And((NOT_REMOTE, Tagged("country", (reach.home,)), *_city(said))))
        )
        yield Ground(And((SPONSORS, at_home)), words, ("visa", "country", "remote"))
    if said.relocation == "yes":
        yield Ground(And((SPONSORS, NOT_REMOTE, Not(NO_COUNTRY))), words, ("visa", "country"))


# --- what else is asked --------------------------------------------------------------------------------------------


def _citizens_ruled_out(said: Facts) -> frozenset[str] | None:
    """The citizens that may be asked for all the same; None where nothing is known of it."""
    if said.citizen:
        return frozenset(said.citizen)
    return countries(said) if said.may_work else None


def _doubts(said: Facts, held: frozenset[str]) -> Iterator[Ground]:
    spoken, asked = requirements.clearances_spoken_of(held), requirements.clearances_asked(held)
    if spoken is not None and asked is not None:
        words = "it speaks of a clearance" + ("" if said.clearances else ", and you have not said whether you have one")
        yield Ground(Or((spoken, asked)), words, ("text",))
    if not said.citizen and (citizens := requirements.citizens_asked(frozenset())):
        yield Ground(citizens, "it asks for a citizenship, and you have not said yours", ("text",))
    hours: Node = requirements.NAMES_HOURS
    if said.zones:
        hours = And((hours, Not(requirements.hours_shared(*said.zones))))
    yield Ground(hours, "it asks for certain hours", ("hours",))


def verdict(facts: str, document: Document, now: datetime) -> tuple[str, Ground]:
    """What a posting is to a person, and what decides."""
    found = rules(facts)
    if (ground := _holding(found.against, document, now)) is not None:
        return "no", ground
    doubt, way = (_holding(grounds, document, now) for grounds in (found.doubts, found.ways))
    if doubt is None and way is not None:
        return "yes", way
    return "maybe", doubt or _holding(found.unsure, document, now) or found.unsure[-1]


def _holding(grounds: Sequence[Ground], document: Document, now: datetime) -> Ground | None:
    return next((one for one in grounds if one.holds(document, now)), None)


def _worded(node: Node) -> Iterator[Words]:
    if isinstance(node, And | Or):
        for part in node.nodes:
            yield from _worded(part)
    elif isinstance(node, Words):
        yield node


def _any(nodes: Iterator[Node]) -> Node:
    found = tuple(nodes)
    return found[0] if len(found) == 1 else Or(found) if found else Not(And(()))


UNSURE = (
    Ground(UNSAID, "it does not say from where one may work", ("workplace",)),
    Ground(And((REMOTE, requirements.NAMES_HOURS)), "it does not say from where one may work", ("remote",)),
    Ground(And((NO_COUNTRY, NOT_REMOTE)), "it names no country", ("workplace",)),
    Ground(Tagged("visa", (UNKNOWN,)), "it may ask you to move, or for a visa", ("remote", "country", "visa")),
    Ground(And(()), "it may ask you to move, or for a visa", ("remote", "country", "city", "visa")),
)
