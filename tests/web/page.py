"""A page as a test reads it."""

import re
from typing import Any

from parsel import Selector


class Part:
    """An element of a page."""

    def __init__(self, selector: Selector) -> None:
        self._selector = selector

    def all(self, css: str) -> list["Part"]:
        return [Part(one) for one in self._selector.css(css)]

    def one(self, css: str) -> "Part":
        (found,) = self.all(css)
        return found

    def __getitem__(self, attribute: str) -> str:
        return self._selector.attrib[attribute]

    @property
    def raw(self) -> str:
        """The text with its line ends."""
        return "".join(self._selector.css("*::text").getall())

    @property
    def text(self) -> str:
        return " ".join(self.raw.split())


class Page(Part):
    """A whole page."""

    def __init__(self, html: str) -> None:
        super().__init__(Selector(html))

    @property
    def total(self) -> int:
        """How many postings the list says it has."""
        found = re.match(r"([\d,]+|None) ", self.one(".total").text)
        assert found
        return 0 if found[1] == "None" else int(found[1].replace(",", ""))


def page(client: Any, href: str) -> Page:
    """The page at an address, which must be there."""
    response = client.get(href)
    assert response.status_code == 200, response.text[:500]
    return Page(response.text)
