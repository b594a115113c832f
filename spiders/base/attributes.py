"""Structured data in the attributes of a page's elements: microdata and RDFa, as far as schema.org needs them.

Each object is given as JSON-LD would write it. Texts that hold markup keep it; whatever else is an element's own value
(`content`, `datetime`, an address where one is meant) or its text.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from parsel import Selector

RICH = frozenset(
    ("description", "responsibilities", "qualifications", "skills", "jobBenefits", "experienceRequirements",
     "educationRequirements", "incentiveCompensation"),
)  # fmt: skip
ADDRESSES = frozenset(("url", "sameAs", "logo", "image", "@id"))
OWN = {"meta": ("content",), "time": ("datetime",), "data": ("value",), "meter": ("value",), "link": ("href",)}
MAX_DEPTH = 8  # objects in each other
MAX_ELEMENTS = 100_000  # of one page, over all its objects
MAX_TEXTS = 8 << 20  # characters of one page, likewise: values may stand in each other
MAX_OBJECTS = 2_000
MAX_VALUES = 50  # of one name
MAX_TEXT = 200_000


def microdata(page: Selector, kind: str) -> list[dict[str, Any]]:
    """The page's objects of a type in microdata."""
    scopes = page.xpath(f'//*[contains(@itemtype, "{kind}")]')
    return found(scopes, kind, "itemtype", "itemprop", "itemscope")


def rdfa(page: Selector, kind: str) -> list[dict[str, Any]]:
    """The page's objects of a type in RDFa."""
    scopes = page.xpath(f'//*[contains(@typeof, "{kind}")]')
    return found(scopes, kind, "typeof", "property", "typeof")


def found(scopes: Any, kind: str, *attributes: str) -> list[dict[str, Any]]:
    """The objects of a type that these elements open, in the page's order; what stands inside one is its own matter."""
    reader = Reader(*attributes)
    chosen: list[Any] = []
    for element in [scope.root for scope in scopes][:MAX_OBJECTS]:
        is_inner = bool(chosen) and any(above is chosen[-1] for above in element.iterancestors())
        if not is_inner and kind in local_names(element.get(reader.type_name)):
            chosen.append(element)
    return [reader.read(element) for element in chosen]


class Reader:
    """Reads objects of one syntax: which attributes open an object, name its type, and name a value."""

    def __init__(self, type_name: str, property_name: str, scope_name: str) -> None:
        self.type_name, self.property_name, self.scope_name = type_name, property_name, scope_name
        self.elements, self.text = MAX_ELEMENTS, MAX_TEXTS  # what is left of them

    def read(self, scope: Any, depth: int = 0) -> dict[str, Any]:
        """The object that an element opens."""
        result: dict[str, Any] = {"@type": local_names(scope.get(self.type_name))}
        for element in self.within(scope):
            names = [name for name in self.names(element) if len(result.get(name, ())) < MAX_VALUES]
            if not names or "@type" in names:
                continue
            is_object = element.get(self.scope_name) is not None and depth < MAX_DEPTH
            value = self.read(element, depth + 1) if is_object else self.value(element, names[0])
            for name in names:
                result.setdefault(name, []).append(value)
        return {name: values if name == "@type" or len(values) != 1 else values[0] for name, values in result.items()}

    def within(self, scope: Any) -> Iterator[Any]:
        """The elements of an object, without those of the objects within it; and what it refers to elsewhere."""
        stack = [*self.referred(scope), *reversed(scope)]
        while stack and self.elements > 0:
            element = stack.pop()
            self.elements -= 1
            if isinstance(element.tag, str):
                yield element
                if element.get(self.scope_name) is None:
                    stack.extend(reversed(element))

    def referred(self, scope: Any) -> list[Any]:
        """The elements that an object names as its own by their ids (itemref)."""
        names = (scope.get("itemref") or "").split()[:10]
        found = [scope.getroottree().xpath("//*[@id=$name]", name=name) for name in names]
        return [elements[0] for elements in found if elements]

    def names(self, element: Any) -> list[str]:
        """What the element is a value of."""
        said = element.get(self.property_name) or (element.get("rel") if self.property_name == "property" else "")
        return local_names(said)[:5] if said else []

    def value(self, element: Any, name: str) -> str:
        """An element's value; of texts no more than a page may hold."""
        said = stated(element, name)
        if said is not None:
            return said.strip()
        if self.text <= 0:
            return ""
        told = inner_markup(element) if name in RICH else text_of(element)
        self.text -= max(len(told), 500)
        return told[:MAX_TEXT].strip()


def local_names(said: str | None) -> list[str]:
    """Names without their vocabulary: `schema:title` and `https://schema.org/title` are `title`."""
    return [name for word in (said or "").split()[:10] if (name := re.split(r"[/#:]", word)[-1])]


def stated(element: Any, name: str) -> str | None:
    """What the element's attributes say that its value is; None where its text is."""
    if element.get("content") is not None:
        return str(element.get("content"))
    attributes = OWN.get(element.tag, ()) + (("href", "src", "resource") if name in ADDRESSES else ())
    return next((str(element.get(one)) for one in attributes if element.get(one) is not None), None)


def text_of(element: Any) -> str:
    """The words of an element."""
    return " ".join(" ".join(islice(element.itertext(), 500)).split())[:MAX_TEXT]


def inner_markup(element: Any) -> str:
    """What stands in an element, markup and all."""
    return "".join([element.text or "", *(etree.tostring(one, encoding="unicode", method="html") for one in element)])
