"""Where a paged list is read next. Pure: it takes in what a page held, and says what to ask.

It trusts the total of the first page only, counts what stood on no page before, reads a list that gave a little less
than it says once more (it shifted while it was read), finds out whether a cap holds where a source has it of some
boards only, splits what is capped into parts where the source knows any, and otherwise says what is lacking. It can be
put down and taken up again.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

MAX_PARTS = 500
SHIFTED = 20  # rows, or a page, or a fiftieth of the list: so much may be lacking because the list moved
SHORT = "its list says {} postings and gave {}"
REPEATED = "its list gives a page again that it gave before, and does not say how long it is"
CAPPED = "its list ends at {} postings of {} and cannot be split further"


@dataclass(slots=True)
class At:
    """Where in a list: rows and pages before it, the token of the page before, and the part, of a list in parts."""

    start: int = 0
    number: int = 0
    token: str = ""
    part: Any = None


@dataclass(slots=True)
class Page:
    """What one answer held. `total`: of the whole list or part; `token` leads to the next page.

    `whole`: how many rows the list has at least, where a source knows it better than by a total that is capped.
    """

    ids: list[str]
    total: int | None = None
    token: str = ""
    parts: list[Any] = field(default_factory=list)
    whole: int = 0


@dataclass(slots=True)
class Pager:
    """Where a list is read next. `page_size` 0: unknown; `cap` 0: none; `by_token`: only a token leads on.

    `is_probing`: whether the cap holds is found out by asking for what is behind it.
    """

    page_size: int = 0
    cap: int = 0
    by_token: bool = False
    is_probing: bool = False
    is_bound: bool = False  # the total says how much is wanted, not how much there is
    at: At | None = field(default_factory=At)
    parts: list[Any] = field(default_factory=list)  # yet to be read
    is_split: bool = False
    total: int | None = None  # of the part, as its first page says
    whole: int = 0  # of the list, as its first page says
    before: int = 0  # ids that were read before the list was put down
    lacking: str = ""
    seen: set[str] = field(default_factory=set)
    back: At | None = None  # where to go on when the page behind the cap was looked at
    _here: set[str] = field(default_factory=set)  # ids of this part
    _rows: int = 0  # of this part: what stood on no page before, and what could not be had
    _spare: list[Any] = field(default_factory=list)  # what splits this part, if its cap holds
    _pages: int = 0  # since it was taken up
    _claimed: int = 0  # rows of this part at least, where the source knows
    _is_again: bool = False

    def take(self, page: Page) -> set[str]:
        """Take in the page that was asked for, and go on. Returns the ids that no page held before."""
        assert self.at
        self._pages += 1
        fresh = set(page.ids) - (self._here if self.at.number else set())
        if self.back:
            self._end_probe(is_open=bool(fresh))
            return set()  # it comes again in its turn
        if not self.at.number:
            self._begin(page)
        new = set(page.ids) - self.seen
        self.seen |= new
        self._here |= fresh
        self._rows += sum(key in fresh for key in page.ids)
        if self._is_capped() and not self.at.number and self._cut(page):
            return new
        rows_read = len(page.ids) if fresh else 0  # a page that comes again is no page
        self.at = At(self.at.start + rows_read, self.at.number + 1, page.token, self.at.part)
        if self._is_last(page, bool(fresh)):
            is_first = self.at.number == 2 and 0 < self.page_size <= len(page.ids)  # later ones: the last comes again
            if page.ids and not fresh and self.total is None and (page.token if self.by_token else is_first):
                self.lacking = self.lacking or REPEATED
            self._end_part()
        return new

    def start_with(self, parts: Sequence[Any]) -> None:
        """Read these parts, for a source that is never asked for all at once."""
        self.at, self.parts = At(part=parts[0]), list(parts[1:])

    def is_behind(self) -> bool:
        """Whether it asks for what is behind the end that the list states: there need be nothing."""
        is_all = self.total is not None and self._rows >= self.total
        return self.back is not None or (is_all and self.at is not None and self.at.number > 0)

    def skip(self, is_lacking: bool = True) -> None:
        """The page that was asked for cannot be had: go on behind it where that can be said."""
        assert self.at
        if self.back:
            self._end_probe(is_open=False)
            return
        if self.is_behind():
            self._next_part()
            return
        self.lacking = self.lacking or "a page of its list failed" * is_lacking
        start = self.at.start + self.page_size
        self._rows += self.page_size
        is_last = self.total is not None and start >= self.total
        if self.by_token or not self.page_size or not self.at.number or is_last:
            self._next_part()
        else:
            self.at = At(start, self.at.number + 1, "", self.at.part)

    def state(self) -> dict[str, Any]:
        """What `resume` needs to go on from here."""
        assert self.at
        at = At(part=self.at.part) if self.back else self.at
        told = {"at": asdict(at), "parts": self.parts, "total": self.total, "lacking": self.lacking}
        before = self.before + len(self.seen)
        return told | {"is_split": self.is_split, "whole": self.whole, "before": before, "pages": self._pages}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on where another was put down. A state of another form is passed over: the list is read anew."""
        try:
            self.at, self.total = At(**state["at"]), state["total"]
            self.parts, self.lacking = list(state["parts"]), str(state["lacking"])
            self.is_split, self.whole = bool(state.get("is_split")), int(state.get("whole", 0))
            self.before = int(state.get("before", 0))
            self._step_back(self.at, int(state.get("pages", 0)))
            self._rows = int(self.at.start)
        except (KeyError, TypeError, ValueError):
            self.at, self.total, self.parts, self.lacking = At(), None, [], ""
            self.is_split, self.whole, self.before, self._rows = False, 0, 0, 0

    def _step_back(self, at: At, pages: int) -> None:
        """Take up a list some pages before where it was put down, for rows may have moved up; never all of the way."""
        back = min(max(1, at.number // 20), pages - 1, at.number - 1)
        if back > 0 and self.page_size and not self.by_token:
            at.number, at.start = at.number - back, max(at.start - back * self.page_size, 0)
            self.before = max(self.before - back * self.page_size, 0)

    def _begin(self, page: Page) -> None:
        """The first page of a list or part. A total of less than the page itself holds says nothing."""
        assert self.at
        self.total = page.total if page.total is not None and page.total >= len(page.ids) else None
        self._here, self._rows, self._spare, self._claimed = set(), 0, page.parts, page.whole
        if self.at.part is None:
            self.whole = max(self.total or 0, page.whole)

    def _is_capped(self) -> bool:
        return bool(self.cap and self.total is not None and self.total >= self.cap)

    def _cut(self, page: Page) -> bool:
        """Where the first page says as many as the cap or more: look whether it holds, or split at once."""
        assert self.at
        if self.is_probing and len(page.ids) < self.cap:
            self.back = At(len(page.ids), 1, page.token, self.at.part)
            self.at = At(self.cap, self.cap // self.page_size if self.page_size else 1, "", self.at.part)
            return True
        return self._split()

    def _end_probe(self, is_open: bool) -> None:
        """Nothing new behind the cap: it holds."""
        self.at, self.back = self.back, None
        self.is_probing = False
        if is_open:
            self.cap = 0
        else:
            self._split()

    def _split(self) -> bool:
        if not self._spare:
            return False
        if len(self.parts) + len(self._spare) > MAX_PARTS:
            self.lacking = self.lacking or f"its list comes in more than {MAX_PARTS} parts"
            return False
        self.parts, self._spare, self.is_split = self._spare + self.parts, [], True
        self._next_part()
        return True

    def _is_last(self, page: Page, is_fresh: bool) -> bool:
        if not page.ids or not is_fresh:
            return True
        if self.by_token:
            return not page.token
        if self.total is not None and not self._is_capped():
            is_full = 0 < self.page_size <= len(page.ids)  # then there may be another, whatever the total says
            return self._rows >= self.total and (self.is_bound or not is_full)
        return len(page.ids) < self.page_size

    def _end_part(self) -> None:
        assert self.at
        said = self.total or 0
        if (self._is_capped() and self._rows <= self.cap) or self._claimed - self._rows > self._little(said):
            if self._split():
                return
            self.lacking = self.lacking or CAPPED.format(self._rows, max(said, self._claimed))
        elif self._rows < said and self._has_shifted(said):
            self.at, self._is_again = At(part=self.at.part), True
            return
        elif self._rows < said:
            self.lacking = self.lacking or SHORT.format(said, self._rows)
        self._next_part()

    def _has_shifted(self, said: int) -> bool:
        """Whether a list that gave less than it says may have moved while it was read, and is worth a second look."""
        assert self.at
        is_little = said - self._rows <= self._little(said)
        return is_little and self.at.number > 1 and not self._is_again and not self.lacking

    def _little(self, said: int) -> int:
        return max(self.page_size, SHIFTED, said // 50)

    def _next_part(self) -> None:
        self.at, self._is_again = At(part=self.parts.pop(0)) if self.parts else None, False
        found = self.before + len(self.seen)
        if self.at is None and self.is_split and found < self.whole:
            self.lacking = self.lacking or f"its parts hold {found} of {self.whole} postings"
