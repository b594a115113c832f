"""What can go wrong on the way from a board to its raw postings."""

from scrapy.exceptions import IgnoreRequest

from models import Verdict


class ParseError(Exception):
    """A body is not what this source answers; the message says what it is instead. Raised by the readers."""


class BoardFailure(IgnoreRequest):
    """A board cannot be read further. Raised by spiders and middlewares, and turned into the board's BoardEnd.

    `reason` is a sentence that says what happened and what to do; `retry_after` is in seconds.
    """

    def __init__(self, verdict: Verdict, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.verdict, self.reason, self.retry_after = verdict, reason, retry_after


class Forbidden(BoardFailure):
    """robots.txt keeps us out of a page. Raised by the middleware; what is forbidden is passed over, not lacking."""

    def __init__(self, reason: str) -> None:
        super().__init__(Verdict.BLOCKED, reason)
