"""Are two postings one opening? Identities first, then vetoes, then likeness; always with the reasons."""

from dataclasses import dataclass
from enum import StrEnum

from models import SourceKind
from pipeline.dedup.facts import Facts, Spot
from pipeline.dedup.likeness import Crowd
from pipeline.dedup.shingles import containment, sketch_of
from pipeline.dedup.weights import LEAST, weigh
from pipeline.dedup.wording import alike_words, fields_apart, marks_apart, names_apart, titles_apart, told_weights

_ENOUGH = 6  # runs, for containment to say something
_COPY, _COPY_OF_UNKNOWN = 0.4, 0.6  # of the shorter text, where the employer is known to be one, and where not
_LONG = 40  # runs; of as many, some stand for both texts
_REWRITTEN, _TELLING = 0.1, 4  # share of a text told anew; words of a title that says much
_APART = -9.0  # of what titles say to part two: no likeness of a third to both outweighs it, and hardly one of many
_UNLIKE = 0.01  # off the score of titles that say not quite the same, so that of several the very same is joined
_UNKNOWN_CROWD = Crowd()


class Answer(StrEnum):
    """`same`; `different`, as far as we can tell; `never`: an identity says that they are two."""

    SAME = "same"
    DIFFERENT = "different"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a comparison found. `layer` names what decided: board, url, requisition, veto, text or likeness."""

    answer: Answer
    score: float
    layer: str
    reasons: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether they are one opening."""
        return self.answer is Answer.SAME

    @property
    def sentence(self) -> str:
        """The reasons as a sentence."""
        start = {"same": "One opening", "different": "Two openings", "never": "Two openings for sure"}[self.answer]
        return f"{start}: {'; '.join(self.reasons)}."


def compare(one: Facts, other: Facts, crowd: Crowd = _UNKNOWN_CROWD) -> Judgement:
    """Whether two postings of any boards are one opening. Two ids of one board never are."""
    return _by_board(one, other) or _by_address(one, other) or compare_contents(one, other, crowd)


# --- identities ----------------------------------------------------------------------------------------------------


def _by_board(one: Facts, other: Facts) -> Judgement | None:
    if not (one.board_key and one.board_key == other.board_key and one.native_id and other.native_id):
        return None
    if one.native_id == other.native_id:
        return Judgement(Answer.SAME, 1.0, "board", (f"both are {one.native_id} on {one.source}/{one.board}",))
    if one.url and one.url == other.url and one.requisition and one.requisition == other.requisition:
        return Judgement(Answer.SAME, 1.0, "url", (f"{one.source}/{one.board} lists one requisition twice",))
    return Judgement(Answer.NEVER, 0.0, "board", (f"{one.source}/{one.board} lists both, under two ids",))


def _by_address(one: Facts, other: Facts) -> Judgement | None:
    if one.url and one.url == other.url and _is_one_address(one, other):
        return Judgement(Answer.SAME, 1.0, "url", (f"both lead to {one.url}",))
    if one.url and other.url and one.url != other.url and _site(one) == _site(other):
        return Judgement(Answer.NEVER, 0.0, "url", (f"they lead to two ads of {_site(one)}",))
    has_number = one.requisition and one.requisition == other.requisition and _is_one_employer(one, other)
    if has_number and _shares_title(one, other) and not _are_two_levels(one, other):
        return Judgement(
            Answer.SAME, 0.99, "requisition", (f"both are requisition {one.requisition.upper()} of one employer",)
        )
    return None


def _is_one_address(one: Facts, other: Facts) -> bool:
    """Whether an address that both lead to is one ad's: two employers' boards of one source may use one number, and an
    ad may get another title."""
    boards = one.url_board or own_board(one), other.url_board or own_board(other)
    if all(boards) and boards[0] == boards[1]:
        return True
    if all(boards) and are_two_owners(one.employer, other.employer, one.url):
        return False
    return _shares_title(one, other) or (not all(boards) and _is_one_employer(one, other))


def are_two_owners(one: str, other: str, url: str) -> bool:
    """Whether two employers' keys over one address on two boards part it: two may give one number, but no longer id."""
    return bool(one and other) and one != other and url.rpartition("/")[2].isdecimal()


def own_board(facts: Facts) -> str:
    """The board that it stands on, where that is its employer's own; empty for who copies ads, or may."""
    return facts.board_key if facts.kind in (SourceKind.ATS, SourceKind.EMPLOYER) else ""


def _site(facts: Facts) -> str:
    """The host of the canonical address: one a source, or an employer's own."""
    return facts.url.split("/")[2] if facts.url.count("/") >= 2 else ""


def _shares_title(one: Facts, other: Facts) -> bool:
    words, others = set(one.words), set(other.words)
    return not words or not others or len(words & others) * 2 > min(len(words), len(others))


def _is_one_employer(one: Facts, other: Facts) -> bool:
    return bool(one.employer) and one.employer == other.employer and not (one.is_agency or other.is_agency)


# --- contents ------------------------------------------------------------------------------------------------------


def compare_contents(one: Facts, other: Facts, crowd: Crowd = _UNKNOWN_CROWD) -> Judgement:
    """The same by title, place and text alone, whatever boards they are of."""
    is_known = _is_one_employer(one, other)
    if not is_known and not (one.sketch and other.sketch):
        return _veto("two employers, or none that is named")
    if not frozenset(one.words) & frozenset(other.words):
        return _veto("no word of the titles in common")
    if _have_texts(one, other) and not alike_words(one, other):
        return _veto(f"two titles, {one.title!r} and {other.title!r}")
    share, runs = containment(one.sketch, other.sketch)
    if runs < _ENOUGH or (share < _REWRITTEN and _may_be_rewritten(one, other)):
        return _by_weights(one, other, crowd) if is_known else _veto(_strangers(one, other))
    return _by_text(one, other, share, runs, is_known)


def _strangers(one: Facts, other: Facts) -> str:
    name = "two employers, or one that is hidden" if one.is_agency or other.is_agency else "two employers"
    texts = "whose texts have little in common" if _have_texts(one, other) else "and too little text to compare"
    return f"{name}, {texts}"


def _have_texts(one: Facts, other: Facts) -> bool:
    """Whether both texts are so long that they will be compared."""
    return min(len(one.sketch), len(other.sketch)) > _LONG


def _may_be_rewritten(one: Facts, other: Facts) -> bool:
    """Whether one of two texts without a line in common may tell of the other's opening in words of its own, as people
    do on Hacker News: under the same title, and one that says much."""
    is_copy = any(each.kind in (SourceKind.BOARD, SourceKind.AGGREGATOR) for each in (one, other))
    return is_copy and one.words == other.words and len(one.words) >= _TELLING and not marks_apart(one, other)


def are_two_texts(one: str, other: str) -> bool:
    """Whether two texts that say enough have no more in common than two ads of one employer."""
    share, runs = containment(sketch_of(one), sketch_of(other))
    return runs >= _ENOUGH and share < _COPY


def _veto(reason: str, score: float = 0.0) -> Judgement:
    return Judgement(Answer.DIFFERENT, score, "veto", (reason,))


def _by_text(one: Facts, other: Facts, share: float, runs: int, is_known: bool) -> Judgement:
    """Where both texts are known, they decide; after the level, the title and the place."""
    if apart := marks_apart(one, other):
        return _veto(apart, _APART)
    if not alike_words(one, other):
        return _veto(f"two titles, {one.title!r} and {other.title!r}")
    if apart := fields_apart(one, other):
        return _veto(apart, _APART)
    if one.spots and other.spots and not any(_near(a, b) for a in one.spots for b in other.spots):
        return _veto("no place in common")
    is_two = not is_known and bool(one.employer and other.employer) and not (one.is_agency or other.is_agency)
    names = f"{one.name or one.employer} and {other.name or other.employer}"
    if is_two and (
        share < 1 or runs < _LONG or _have_two_owners(one, other)
    ):  # a text that is used again names another
        return _veto(f"two employers, {names}")
    is_same = share >= (_COPY if is_known else _COPY_OF_UNKNOWN)
    told = f"{share:.0%} of the shorter text stands in the other"
    title = (
        f"both are titled {one.title!r}"
        if one.title == other.title
        else f"they are titled alike, {one.title!r} and {other.title!r}"
    )
    score = (0.5 + share / 2 if is_same else share / 2) - (_UNLIKE if one.marks != other.marks else 0.0)
    reasons = (title, told, *((f"they stand under two names, {names}",) if is_two else ()))
    return Judgement(Answer.SAME if is_same else Answer.DIFFERENT, score, "text", reasons)


def _have_two_owners(one: Facts, other: Facts) -> bool:
    """Whether a text under two names is two employers': it names none of them, or each its own; and what two own boards
    list is one text only as a whole."""
    is_copied = any(each.kind in (SourceKind.BOARD, SourceKind.AGGREGATOR) for each in (one, other))
    return one.is_named == other.is_named or not (is_copied or one.sketch == other.sketch)


def _are_own(one: Facts, other: Facts) -> bool:
    """Whether employers' own boards list both."""
    return all(each.kind in (SourceKind.ATS, SourceKind.EMPLOYER) for each in (one, other))


def _near(one: Spot, other: Spot) -> bool:
    return all(a == b or not a or not b for a, b in zip(one, other, strict=True))


def _are_two_levels(one: Facts, other: Facts) -> bool:
    levels, its = _marks(one, "level:"), _marks(other, "level:")
    return bool(levels and its and not levels & its)


def _marks(facts: Facts, sort: str) -> frozenset[str]:
    return frozenset(mark for mark in facts.marks if mark.startswith(sort))


def _by_weights(one: Facts, other: Facts, crowd: Crowd) -> Judgement:
    """Without texts: title, place, date and crowd, weighed; after the levels."""
    if _are_two_levels(one, other) or (one.level != other.level and set(one.words) == set(other.words)):
        return _veto(f"two levels, {one.level or 'none said'} and {other.level or 'none said'}")
    apart = titles_apart(one, other) or (_are_own(one, other) and marks_apart(one, other)) or names_apart(one, other)
    if apart:
        return _veto(apart, _APART)
    if _marks(one, "id:") != _marks(other, "id:"):
        return _veto("only one title names a requisition, or each another")
    score, points = weigh(one, other, crowd)
    answer = Answer.SAME if score >= LEAST else Answer.DIFFERENT
    return Judgement(answer, score, "likeness", (told_weights(score, points, answer is Answer.SAME),))
