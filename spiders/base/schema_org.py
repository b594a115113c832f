"""schema.org's JobPosting, in every shape that sites give it, laid out as raw values; nothing is guessed."""

import hashlib
import re
from typing import Any
from urllib.parse import urljoin

from spiders.base.markup import unescaped
from spiders.base.schema_values import first, name_of, names_of, pay_text, pays, places, scopes
from spiders.base.sitemap import plain_url
from spiders.base.values import is_object, joined, many, text

__all__ = ["facts", "name_of", "named", "names_of", "pay_text", "pays", "places", "reference_of"]

MORE = ("responsibilities", "qualifications", "experienceRequirements", "educationRequirements", "skills",
        "jobBenefits", "incentiveCompensation")  # fmt: skip
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
TELECOMMUTE = ("TELECOMMUTE", "REMOTE")


def facts(node: dict[str, Any]) -> dict[str, Any]:
    """What a JobPosting says, under the names of a raw posting."""
    workplace = ", ".join(names_of(node.get("jobLocationType")))
    where = places(node.get("jobLocation")) or places(where_else(node))
    is_virtual = any("VirtualLocation" in text(kind) for one in many(node.get("jobLocation")) for kind in kinds(one))
    return {
        "title": title_of(node),
        "company": "" if (name := name_of(node.get("hiringOrganization"))).startswith("http") else name,
        "description": description(node),
        "places": where,
        "requisition_id": reference_of(node.get("identifier")),
        "posted": name_of(node.get("datePosted")),
        "updated": name_of(node.get("dateModified")),
        "valid_through": name_of(node.get("validThrough")),
        "employment_type": ", ".join(names_of(node.get("employmentType"))),
        "workplace": workplace,
        "is_remote": True if is_virtual or any(word in workplace.upper() for word in TELECOMMUTE) else None,
        "remote_scope": "; ".join(scopes(node.get("applicantLocationRequirements"))),
        "pay": pays(node),
        "pay_text": pay_text(node),
        "language": name_of(node.get("inLanguage")),
    }


def title_of(node: dict[str, Any]) -> str:
    title = next(filter(None, (name_of(node.get(key)) for key in ("title", "name", "jobTitle"))), "")
    return " ".join(TAG.sub(" ", title).split()) if "<" in title else title


def kinds(value: Any) -> list[Any]:
    """The types of an object."""
    return many(value.get("@type")) if is_object(value) else []


def where_else(node: dict[str, Any]) -> Any:
    """An address that stands in the posting itself."""
    return node if node.get("addressLocality") or node.get("addressCountry") else node.get("address")


def description(node: dict[str, Any]) -> str:
    """The text, and of the texts beside it those that it does not hold already."""
    whole = unescaped(
        name_of(node.get("description")) if is_object(node.get("description")) else told(node, "description")
    )
    for key in MORE:
        more = unescaped(told(node, key))
        if more and more not in whole:
            whole = joined(whole, more)
    return whole


def told(node: dict[str, Any], key: str) -> str:
    """The text, or the texts one below the other, under a key."""
    texts = [first("@value", one) or first("text", one) if is_object(one) else text(one) for one in many(node.get(key))]
    return joined(*texts)


def reference_of(value: Any) -> str:
    """The value of an identifier; its name is often the employer's."""
    return next((first("value", one) for one in many(value) if is_object(one) and first("value", one)), name_of(value))


def named(nodes: list[dict[str, Any]], page: str, is_list: bool) -> list[dict[str, Any]]:
    """The postings of a page with `_page` and `_id`. On a page of its own a posting is named by the page.

    Where a page shows several, a posting is named by its own URL, else by the page and its identifier. Postings of
    other pages beside the page's own (related ones) are passed over.
    """
    page = plain_url(page) if page else ""
    own = [node for node in nodes if address(node, page).rstrip("/") == page.rstrip("/")]
    chosen = own if len(own) == 1 and not is_list else nodes
    is_alone = len(chosen) == 1 and not is_list
    return [{**node, **identity(node, page, is_alone)} for node in chosen]


def address(node: dict[str, Any], page: str) -> str:
    """The posting's own URL made absolute, else the page's."""
    try:
        url = plain_url(urljoin(page, name_of(node.get("url"))))
    except ValueError:
        return page
    return url if url.startswith(("http://", "https://")) else page


def identity(node: dict[str, Any], page: str, is_alone: bool) -> dict[str, str]:
    own = address(node, page)
    where = page if is_alone and page else own
    mark = reference_of(node.get("identifier")) or digest(node)
    native_id = where if where and (is_alone or where != page) else f"{where}#{mark}"
    return {"_page": where, "_id": native_id.lstrip("#")}


def digest(node: dict[str, Any]) -> str:
    """A name for a posting that has none."""
    told = "\n".join(name_of(node.get(key)) for key in ("title", "hiringOrganization", "datePosted"))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]
