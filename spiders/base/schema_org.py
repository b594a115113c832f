"""schema.org's JobPosting, in every shape that sites give it, laid out as raw values; nothing is guessed."""

import hashlib
from typing import Any
from urllib.parse import urljoin

from models import RawPay, RawPlace
from spiders.base.sitemap import plain_url
from spiders.base.values import fields, is_object, many, text


def name_of(value: Any) -> str:
    """What a thing is called: a string, or the name, value or id of an object."""
    for one in many(value):
        found = first("name", one) or first("value", one) or first("@id", one) if is_object(one) else text(one)
        if found:
            return found
    return ""


def reference_of(value: Any) -> str:
    """The value of an identifier; its name is often the employer's."""
    return next((first("value", one) for one in many(value) if is_object(one) and first("value", one)), name_of(value))


def names_of(value: Any) -> list[str]:
    """What each of several things is called."""
    return [name for name in map(name_of, many(value)) if name]


def places(value: Any) -> list[RawPlace]:
    """Every jobLocation: a text, a place with an address, or a bare address."""
    found = []
    for one in many(value):
        for address in many(fields(one).get("address")) or many(one):
            place = place_of(address, text(fields(one).get("name")))
            if place != RawPlace():
                found.append(place)
    return found


def place_of(address: Any, name: str) -> RawPlace:
    if not is_object(address):
        return RawPlace(text(address) or name)
    city, region = name_of(address.get("addressLocality")), name_of(address.get("addressRegion"))
    return RawPlace(name, city, region, name_of(address.get("addressCountry")))


def pays(item: dict[str, Any]) -> list[RawPay]:
    """The stated pay, and the estimated one marked as such."""
    found = []
    for key in ("baseSalary", "estimatedSalary"):
        for one in many(item.get(key)):
            pay = pay_of(one, text(item.get("salaryCurrency")))
            if pay.low or pay.high:
                pay.is_predicted = key == "estimatedSalary"
                found.append(pay)
    return found


def pay_of(salary: Any, currency: str) -> RawPay:
    """One range. The unit stands on the inner object or the outer one; a bare number is both ends."""
    if not is_object(salary):
        amount = "" if isinstance(salary, str) else text(salary)
        return RawPay(amount, amount, currency)
    value = salary.get("value")
    inner = value if is_object(value) else {"value": value}
    low, high, exact = (first(key, inner, salary) for key in ("minValue", "maxValue", "value"))
    unit = first("unitText", inner, salary) or first("unitCode", inner, salary)
    return RawPay(
        low or exact, high or exact, text(salary.get("currency")) or text(inner.get("currency")) or currency, unit
    )


def first(key: str, *objects: dict[str, Any]) -> str:
    return next((found for found in (text(one.get(key)) for one in objects) if found), "")


def pay_text(item: dict[str, Any]) -> str:
    """Pay that is written out instead of stated."""
    return next((text(one) for one in many(item.get("baseSalary")) if isinstance(one, str)), "")


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
        url = plain_url(urljoin(page, text(node.get("url"))))
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
