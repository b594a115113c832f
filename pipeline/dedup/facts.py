"""What of a posting tells openings apart: made once, small enough to keep beside its listing."""

import re
import struct
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from models import Place, RawPosting, Salary, Tags
from pipeline.canonical import canonical_url
from pipeline.dedup.agencies import hides_employer
from pipeline.dedup.employers import employer_key, names_itself
from pipeline.dedup.shingles import sketch_of
from pipeline.dedup.titles import read_title
from pipeline.job.employment import employment_word
from pipeline.job.title import fold

Spot = tuple[str, str, str]  # city, region, country; empty where it is not said
_PLACES, _WRITTEN = 30, 1_000
_WORD = re.compile(r"[^\W\d_]{3,}")
_NO_PLACE = frozenset(("united", "states", "usa", "remote", "the", "and", "locations"))
_YEAR = re.compile("20[1-3][0-9]")  # what recruiters write instead, beside "0000"
# of one system only with letters: what is all digits may be a number of whoever copies ads
_STATED = re.compile(r"[:#] ?([A-Z]{1,4}[- ]?\d{3,10})\b")
_NUMBER_OF = re.compile(  # what stands before it
    r"\b(?:job )?(?:requisition|req|job|position|vacancy)\.?(?: ?(?:id|nr|no|number|code|reference))?\.? ?\Z",
    re.IGNORECASE,
)
_LABEL = 40  # characters, more than the longest of those
_HEAD = 3_000  # characters at either end of a text: where numbers stand
_REQUISITION = 60  # characters; what is longer is no number


@dataclass(frozen=True, slots=True)
class Facts:
    """A posting as the comparison sees it. Strings are empty where nothing is known.

    `name` is the employer's as written. `words` is the title without level, season, gender and employer, stemmed, in
    the title's order; `marks` what was taken out of it and parts openings all the same: levels, numbers, years.
    `place_words` are the places as written, for those that no gazetteer knows. `url_board` is the board that the
    address names, "greenhouse/acme". `employment` is what the board's own field says. `is_named`: the text names the
    employer. `pay`: currency, lowest and highest a year. `sketch`: see `shingles`.
    """

    source: str = ""
    board: str = ""
    native_id: str = ""
    kind: str = ""
    employer: str = ""
    name: str = ""
    is_agency: bool = False
    title: str = ""
    words: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    level: str = ""
    spots: tuple[Spot, ...] = ()
    place_words: tuple[str, ...] = ()
    is_remote: bool = False
    requisition: str = ""
    opening: str = ""
    url: str = ""
    url_board: str = ""
    language: str = ""
    posted_at: float | None = None
    employment: str = ""
    is_named: bool = False
    pay: tuple[str, float, float] | None = None
    sketch: tuple[int, ...] = ()

    @property
    def board_key(self) -> str:
        """The board that it stands on, "greenhouse/acme"; empty where it is not said."""
        return f"{self.source}/{self.board}".casefold() if self.source and self.board else ""


def facts_of(raw: RawPosting, tags: Tags) -> Facts:
    """The facts of a posting that is tagged already."""
    title = read_title(tags.title, tags.company)
    return Facts(
        source=raw.source,
        board=raw.board,
        native_id=raw.native_id,
        kind=raw.kind,
        employer=employer_key(raw.company),
        name=tags.company,
        is_agency=hides_employer(raw.company, tags.description),
        title=tags.title,
        words=title.words,
        marks=(*title.marks, *_stated(tags.description)),
        level=title.level,
        spots=tuple(_spot(place) for place in tags.places),
        place_words=_place_words(raw),
        is_remote=tags.workplace == "remote" or bool(tags.remote_scope),
        requisition=_requisition(raw.requisition_id),
        opening=raw.opening_id,
        url=canonical_url(raw.url, raw.canonical_url),
        language=tags.language or "",
        posted_at=tags.posted_at.timestamp() if tags.posted_at else None,
        employment=employment_word(raw.employment_type) or "",
        is_named=names_itself(raw.company, tags.description),
        pay=_pay(tags.salary),
        sketch=sketch_of(tags.description),
    )


def _spot(place: Place) -> Spot:
    return (place.city.casefold().removeprefix("greater "), place.region.casefold(), place.country)


def _pay(salary: Salary | None) -> tuple[str, float, float] | None:
    """What an ad states; what its source guessed is none."""
    if salary is None or salary.is_predicted:
        return None
    ends = [end for end in (salary.annual_min, salary.annual_max) if end is not None]
    return (salary.currency, min(ends), max(ends)) if ends else None


def _place_words(raw: RawPosting) -> tuple[str, ...]:
    """The words of the places as written, sorted, but for those that name no place."""
    written = (text for place in raw.places[:_PLACES] for text in (place.text, place.city, place.region))
    return tuple(sorted(set(_WORD.findall(fold(" ".join(written)[:_WRITTEN]))) - _NO_PLACE))


def _requisition(number: str) -> str:
    """A requisition's number as employers write it everywhere; empty for what can be none."""
    said = "".join(letter for letter in number.casefold() if letter.isalnum())
    digits = [letter for letter in said if letter.isdigit()]
    is_number = len(said) <= _REQUISITION and len(digits) >= 3 and len(set(digits)) > 1 and not _YEAR.fullmatch(said)
    return said if is_number else ""


def _stated(text: str) -> tuple[str, ...]:
    """The requisition that a text states, as a mark: it parts, and joins nothing."""
    ends = text if len(text) <= 2 * _HEAD else f"{text[:_HEAD]}\n{text[-_HEAD:]}"
    said = (
        one[1] for one in _STATED.finditer(ends) if _NUMBER_OF.search(ends, max(0, one.start() - _LABEL), one.start())
    )
    found = {number for one in said if (number := _requisition(one))}
    return (f"stated:{found.pop()}",) if len(found) == 1 else ()


# --- as they are kept ----------------------------------------------------------------------------------------------

_NAMES = [one.name for one in fields(Facts)]  # the sketch's is the last
_LISTS = [_NAMES.index(name) for name in ("words", "marks", "place_words", "sketch")]
_SPOTS = _NAMES.index("spots")
_PAY = _NAMES.index("pay")
_SINCE = ("employment", "is_named", "pay")  # what facts packed before 2026-11-28 lack
_END = b"\0"


def pack(facts: Facts) -> bytes:
    """The facts as bytes, to be stored; `unpack` reads them. The sketch, most of it, stands last as it is in memory."""
    said = orjson.dumps([getattr(facts, name) for name in _NAMES[:-1]])
    return said + _END + struct.pack(f"<{len(facts.sketch)}I", *facts.sketch)


def unpack(data: bytes) -> Facts:
    """Packed facts again. Raises ValueError for what another version packed: they are then made anew."""
    values = _values(data)
    if len(values) != len(_NAMES):
        raise ValueError("facts of another version")
    return _made(values)


def unpack_any(data: bytes) -> Facts:
    """Packed facts again; what an older version packed is read anew from what it kept: the title and the names.
    Raises ValueError for what no version packed so."""
    values = _values(data)
    if len(values) == len(_NAMES):
        return _made(values)
    if len(values) + len(_SINCE) != len(_NAMES):
        raise ValueError("facts of another version")
    old = _made([*values[:-1], "", False, None, values[-1]])
    title = read_title(old.title, old.name)
    key = employer_key(old.name) if old.employer else ""
    return replace(old, employer=key, words=title.words, marks=title.marks, level=title.level)


def _values(data: bytes) -> list[Any]:
    said, end, sketch = data.partition(_END)  # JSON writes no such byte
    values: list[Any] = orjson.loads(said)
    if end:
        values.append(struct.unpack(f"<{len(sketch) // 4}I", sketch))
    return values


def _made(values: list[Any]) -> Facts:
    for place in _LISTS:
        values[place] = tuple(values[place])
    values[_SPOTS] = tuple(map(tuple, values[_SPOTS]))
    values[_PAY] = tuple(values[_PAY]) if values[_PAY] else None
    return Facts(*values)


def moment(facts: Facts) -> datetime | None:
    """When it was posted."""
    return None if facts.posted_at is None else datetime.fromtimestamp(facts.posted_at, UTC)
