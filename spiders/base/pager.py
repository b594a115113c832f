"""Where a paged list is read next. Pure: it takes in what a page held, and says what to ask.

It trusts the total of the first page only, reads to the end whatever the total says where a source is capped, splits
what is capped into parts where the source knows any, and otherwise says what is lacking. It can be put down and taken
up again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

MAX_PARTS = 500


@dataclass(slots=True)
class At:
    """Where in a list: rows and pages before it, the token of the page before, and the part, of a list in parts."""

    start: int = 0
    number: int = 0
    token: str = ""
    part: Any = None


@dataclass(slots=True)
class Page:
    """What one answer held. `total`: of the whole list or part; `token` leads to the next page."""

    ids: list[str]
    total: int | None = None
    token: str = ""
    parts: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Pager:
    """Where a list is read next. `page_size` 0: unknown; `cap` 0: none; `by_token`: only a token leads on."""

    page_size: int = 0
    cap: int = 0
    by_token: bool = False
    at: At | None = field(default_factory=At)
    parts: list[Any] = field(default_factory=list)  # yet to be read
    total: int | None = None  # of the part, as its first page says
    whole: int = 0  # of the list, as its first page says
    lacking: str = ""
    seen: set[str] = field(default_factory=set)
    _here: set[str] = field(default_factory=set)  # ids of this part

    def take(self, page: Page) -> set[str]:
        """Take in the page that was asked for, and go on. Returns the ids that no page held before."""
        assert self.at
        if not self.at.number:
            self.total, self._here = page.total, set()
            self.whole = page.total or 0 if self.at.part is None else self.whole
        new, fresh = set(page.ids) - self.seen, set(page.ids) - self._here
        self.seen |= new
        self._here |= fresh
        if not self.at.number and page.parts and self._is_capped() and self._split(page):
            return new
        rows_read = len(page.ids) if fresh else 0  # a page that comes again is no page
        self.at = At(self.at.start + rows_read, self.at.number + 1, page.token, self.at.part)
        if self._is_last(page, bool(fresh)):
            self._end_part()
        return new

    def skip(self, is_lacking: bool = True) -> None:
        """The page that was asked for cannot be had: go on behind it where that can be said."""
        assert self.at
        self.lacking = self.lacking or "a page of its list failed" * is_lacking
        start = self.at.start + self.page_size
        is_last = self.total is not None and start >= self.total
        if self.by_token or not self.page_size or not self.at.number or is_last:
            self._next_part()
        else:
            self.at = At(start, self.at.number + 1, "", self.at.part)

    def state(self) -> dict[str, Any]:
        """What `resumed` needs to go on from here."""
        assert self.at
        return {"at": asdict(self.at), "parts": self.parts, "total": self.total, "lacking": self.lacking}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on where another was put down. A state of another form is passed over: the list is read anew."""
        try:
            self.at, self.total = At(**state["at"]), state["total"]
            self.parts, self.lacking = list(state["parts"]), str(state["lacking"])
        except (KeyError, TypeError):
            self.at, self.total, self.parts, self.lacking = At(), None, [], ""

    def _is_capped(self) -> bool:
        return bool(self.cap and self.total is not None and self.total >= self.cap)

    def _split(self, page: Page) -> bool:
        if len(self.parts) + len(page.parts) > MAX_PARTS:
            self.lacking = self.lacking or f"its list comes in more than {MAX_PARTS} parts"
            return False
        self.parts = page.parts + self.parts
        self._next_part()
        return True

    def _is_last(self, page: Page, is_fresh: bool) -> bool:
        assert self.at
        if not page.ids or not is_fresh:
            return True
        if self.by_token:
            return not page.token
        if self.total is not None and not self._is_capped():
            return self.at.start >= self.total
        return len(page.ids) < self.page_size

    def _end_part(self) -> None:
        assert self.at
        if self._is_capped() and self.at.start <= self.cap:
            self.lacking = self.lacking or f"its list ends at {self.cap} postings and cannot be split further"
        elif self.total is not None and self.at.start < self.total:
            self.lacking = self.lacking or f"its list says {self.total} postings and gave {self.at.start}"
        self._next_part()

    def _next_part(self) -> None:
        self.at = At(part=self.parts.pop(0)) if self.parts else None
        if self.at is None and self.cap and len(self.seen) < self.whole != self.cap:
            self.lacking = self.lacking or f"its parts hold {len(self.seen)} of {self.whole} postings"


def by_widest(facets: Mapping[str, Sequence[str]], part: Mapping[str, str] | None) -> list[Any]:
    """The parts of a list, or of a part of it, by the values of the facet that has most and was not used for it yet."""
    used = dict(part or {})
    left = {name: values for name, values in facets.items() if name not in used and len(values) > 1}
    widest = max(left, key=lambda name: len(left[name]), default="")
    return [{**used, widest: value} for value in left.get(widest, ())]
