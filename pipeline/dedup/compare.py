"""Are two postings one opening? Identities first, then vetoes, then likeness; always with the reasons."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.dedup.facts import Facts, Spot
from pipeline.dedup.shingles import containment

_ENOUGH = 6  # runs, for containment to say something
_COPY, _COPY_OF_UNKNOWN, _OTHER_TEXT = 0.45, 0.6, 0.2
_SURE = 0.5


class Answer(StrEnum):
    """`same`; `different`, as far as we can tell; `never`: an identity says that they are two."""

    SAME = "same"
    DIFFERENT = "different"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a comparison found. `layer` names what decided: board, url, requisition, veto or likeness."""

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


def compare(one: Facts, other: Facts) -> Judgement:
    """Whether two postings of any boards are one opening. Two ids of one board never are."""
    return _by_identity(one, other) or compare_contents(one, other)


def _by_identity(one: Facts, other: Facts) -> Judgement | None:
    if one.board_key and one.board_key == other.board_key and one.native_id and other.native_id:
        if one.native_id == other.native_id:
            return Judgement(Answer.SAME, 1.0, "board", (f"both are {one.native_id} on {one.source}/{one.board}",))
        return Judgement(Answer.NEVER, 0.0, "board", (f"{one.source}/{one.board} lists both, under two ids",))
    if one.url and one.url == other.url and _shares_title(one, other):
        return Judgement(Answer.SAME, 1.0, "url", (f"both lead to {one.url}",))
    is_requisition = one.requisition and one.requisition == other.requisition and _is_one_employer(one, other)
    if is_requisition and _shares_title(one, other):
        return Judgement(Answer.SAME, 0.99, "requisition", (f"requisition {one.requisition} of one employer",))
    return None


def _shares_title(one: Facts, other: Facts) -> bool:
    words, others = set(one.words), set(other.words)
    return not words or not others or len(words & others) * 2 >= min(len(words), len(others))


def _is_one_employer(one: Facts, other: Facts) -> bool:
    return bool(one.employer) and one.employer == other.employer and not (one.is_agency or other.is_agency)


def compare_contents(one: Facts, other: Facts) -> Judgement:
    """The same by title, place and text alone, whatever boards they are of."""
    share, runs = containment(one.sketch, other.sketch)
    is_known = _is_one_employer(one, other)
    if veto := _veto(one, other):
        return Judgement(Answer.DIFFERENT, 0.0, "veto", (veto,))
    words = _title_words(one, other)
    if runs >= _ENOUGH:
        least = _COPY if is_known else _COPY_OF_UNKNOWN
        told = f"{share:.0%} of the shorter text stands in the other"
        if share >= least and words.startswith("the same"):
            return Judgement(Answer.SAME, 0.95, "likeness", (words, told))
        return Judgement(Answer.DIFFERENT, share / 2, "likeness", (words, told))
    if is_known and words.startswith("the same") and set(one.spots) & set(other.spots):
        return Judgement(Answer.SAME, 0.8, "likeness", (words, "one place", "one employer"))
    return Judgement(Answer.DIFFERENT, 0.2, "likeness", (words,))


def _veto(one: Facts, other: Facts) -> str:
    """What forbids it, in words; empty if nothing does."""
    if one.employer and other.employer and one.employer != other.employer and not (one.is_agency or other.is_agency):
        return f"two employers, {one.employer} and {other.employer}"
    if one.level and other.level and one.level != other.level:
        return f"two levels, {one.level} and {other.level}"
    if one.spots and other.spots and not any(_near(a, b) for a in one.spots for b in other.spots):
        return "no place in common"
    return ""


def _near(one: Spot, other: Spot) -> bool:
    return all(a == b or not a or not b for a, b in zip(one, other, strict=True))


def _title_words(one: Facts, other: Facts) -> str:
    if set(one.words) == set(other.words):
        return f"the same title but for level and trimmings, {' '.join(one.words)}"
    return f"two titles, {one.title!r} and {other.title!r}"
