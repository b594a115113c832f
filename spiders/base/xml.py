"""XML as values to look into: objects of elements by their local names, as JSON would hold them."""

from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from spiders.base.errors import ParseError
from spiders.base.values import looks_like


def read_xml(body: bytes, root: str) -> dict[str, Any]:
    """A document's root, which must be `root`: its elements by name, repeated ones as lists, the innermost as text.

    Attributes are passed over. Entities are not expanded, nothing is fetched. A fault costs itself, but a document that
    breaks off is none: what it lacks must not be closed. Raises ParseError.
    """
    tree = tree_of(body, is_lenient=False)
    is_whole = tree is not None or f"</{root}>".encode() in body[-1000:]
    tree = tree_of(body, is_lenient=True) if tree is None else tree
    if tree is None or name_of(tree) != root:
        raise ParseError(f"{looks_like(body)} that is no <{root}>")
    if not is_whole:
        raise ParseError(f"a <{root}> that breaks off")
    found = value_of(tree)
    return found if isinstance(found, dict) else {}


def tree_of(body: bytes, is_lenient: bool) -> Any:
    """The tree of a document, or None; with lenience, one of a document with faults."""
    parser = etree.XMLParser(recover=is_lenient, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(body.strip(), parser)
    except (etree.LxmlError, ValueError, LookupError):
        return None


def value_of(element: Any) -> Any:
    """An element's text, or what it holds by name."""
    found: dict[str, Any] = {}
    for child in (one for one in element if isinstance(one.tag, str)):
        name, value = name_of(child), value_of(child)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found or "".join(element.itertext()).strip()


def name_of(element: Any) -> str:
    """Its name without its namespace, whatever stands there: a name may be broken."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]
