"""XML as values to look into: objects of elements by their local names, as JSON would hold them."""

from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from spiders.base.errors import ParseError
from spiders.base.values import looks_like


def read_xml(body: bytes, root: str) -> dict[str, Any]:
    """A document's root, which must be `root`: its elements by name, repeated ones as lists, the innermost as text.

    Attributes are passed over. Entities are not expanded, nothing is fetched. Raises ParseError.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError) as error:
        raise ParseError(f"{looks_like(body)} instead of XML ({error})") from None
    if tree is None or name_of(tree) != root:
        raise ParseError(f"{looks_like(body)} that is no <{root}>")
    found = value_of(tree)
    return found if isinstance(found, dict) else {}


def value_of(element: Any) -> Any:
    """An element's text, or what it holds by name."""
    found: dict[str, Any] = {}
    for child in element:
        name, value = name_of(child), value_of(child)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    found.pop("", None)
    return found or (element.text or "").strip()


def name_of(element: Any) -> str:
    """Its name without its namespace; empty for a comment or a processing instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
