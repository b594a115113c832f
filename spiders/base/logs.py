"""What Scrapy says about each request and item is said better by the BoardEnd."""

from typing import Any

from scrapy.logformatter import LogFormatter


class QuietFormatter(LogFormatter):
    """No line for what went well: a page of 500 postings would be printed whole."""

    def crawled(self, *_: Any) -> None:  # type: ignore[override]
        """Nothing."""

    def scraped(self, *_: Any) -> None:  # type: ignore[override]
        """Nothing."""
