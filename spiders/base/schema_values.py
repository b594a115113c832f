"""Places and pay of a schema.org JobPosting, in every shape that sites give them; nothing is guessed."""

import html
import re
from typing import Any

from models import RawPay, RawPlace
from spiders.base.values import fields, is_object, joined_by, many, text

NAMES = ("name", "value", "@value", "legalName", "alternateName", "@id")
REMOTE = (
    r"(?:100 ?% |fully )?(?:remote(?:ly)?|anywhere|home ?office|home[- ]based|work(?:ing)? from home|wfh|"
    r"telecommut(?:e|ing)|télétravail|teletrabajo)(?: work| position| job| only)?"
)
NO_CITY = re.compile(rf"{REMOTE}|virtual|distributed|hybrid|flexible|on-?site|in[- ]office", re.IGNORECASE)
AWAY = re.compile(rf"{REMOTE}|virtual|distributed", re.IGNORECASE)
SAID = re.compile(
    rf"(?:^|[-–—,(/:;|]\s?|\bor ){REMOTE}(?:$|\s?[-–—,)(/:;|]| (?:or|in|within|from|us|usa|eu|uk)\b)", re.IGNORECASE
)
NOWHERE = re.compile(
    r"\W*|n/?a|none|null|undefined|unavailable|unspecified|not (?:specified|available|applicable)|tb[ad]|unknown|"
    r"(?:multiple|various|several|all|\d+)(?: locations?| cities| places| offices)?",
    re.IGNORECASE,
)
AMOUNT = r"[^\d\s\W]{0,4}\s?[$€£¥₹]?\s?\d[\d.,'’\u00a0\u202f ]{0,20}\s?[kK]?\s?(?:[$€£¥₹]|[A-Za-z]{3})?"
ONE = re.compile(rf"\s*{AMOUNT}\s*")
RANGE = re.compile(rf"\s*({AMOUNT})\s*(?:[-–—]|to|bis|à)\s*({AMOUNT})\s*")
LOW, HIGH, EXACT = ("minValue", "minPrice"), ("maxValue", "maxPrice"), ("value", "price", "amount")
CURRENCY = ("currency", "priceCurrency", "currencyCode")
UNIT = ("unitText", "unitCode", "duration", "billingDuration")
PER = re.compile(r"\s*/\s*|\s+per\s+", re.IGNORECASE)  # "USD/year"
CODES = {
    "ANN": "YEAR", "MON": "MONTH", "WEE": "WEEK", "DAY": "DAY", "HUR": "HOUR", "P1Y": "YEAR", "P1M": "MONTH",
    "P1W": "WEEK", "P1D": "DAY", "PT1H": "HOUR",
}  # fmt: skip


def name_of(value: Any) -> str:
    """What a thing is called: a string, or the name, value or id of an object."""
    for one in many(value):
        found = next(filter(None, (name_of(one.get(key)) for key in NAMES)), "") if is_object(one) else text(one)
        if found:
            return unquoted(found)
    return ""


def unquoted(name: str) -> str:
    """A name that was entity-escaped, without that."""
    return html.unescape(name) if "&" in name and len(name) < 1_000 else name


def names_of(value: Any) -> list[str]:
    """What each of several things is called; an address is called by its last part."""
    return [name.rsplit("schema.org/", 1)[-1] for name in map(name_of, many(value)) if name]


def scopes(value: Any) -> list[str]:
    """From where one may apply: each by its name, else by its address."""
    found = []
    for one in many(value):
        where = places(one) if is_object(one) else []
        said = [joined_by(", ", place.text, place.city, place.region, place.country) for place in where]
        found += names_of(one) or said
    return found


def first(key: str, *objects: dict[str, Any]) -> str:
    return next((found for found in (text(one.get(key)) for one in objects) if found), "")


def first_of(keys: tuple[str, ...], *objects: dict[str, Any]) -> str:
    return next((found for found in (first(key, *objects) for key in keys) if found), "")


# --- places --------------------------------------------------------------------------------------------------------


def places(value: Any) -> list[RawPlace]:
    """Every jobLocation: a text, a place with an address, or a bare address."""
    found: list[RawPlace] = []
    for one in many(value):
        for address in many(fields(one).get("address")) or many(one):
            found += [place for place in places_of(address, text(fields(one).get("name"))) if place != RawPlace()]
    return [place for number, place in enumerate(found) if place not in found[:number]][:200]


def places_of(address: Any, name: str) -> list[RawPlace]:
    """The places of an address: one, or one for each of its cities."""
    if not is_object(address):
        return [RawPlace(somewhere(text(address)) or somewhere(name))]
    region, country = (
        somewhere(name_of(address.get("addressRegion"))),
        somewhere(name_of(address.get("addressCountry"))),
    )
    cities = [somewhere(city) for city in names_of(address.get("addressLocality"))] or [""]
    return [place_of(name, city, region, country) for city in cities]


def place_of(name: str, city: str, region: str, country: str) -> RawPlace:
    """A place; "Remote" in place of a city, region or country is none of them, but a word about it."""
    parts = list(dict.fromkeys(filter(None, (city, region, country))))
    if not any(NO_CITY.fullmatch(part[:100]) or SAID.search(part[:100]) for part in parts):
        return RawPlace(somewhere(name), city, region, country)
    said = [part for part in parts if not AWAY.fullmatch(part[:100])]
    is_away = len(said) < len(parts)
    return RawPlace(", ".join(["Remote", *said] if is_away else said))


def somewhere(name: str) -> str:
    """A name, unless it only says that there is none."""
    return "" if NOWHERE.fullmatch(name[:100]) else name


# --- pay -----------------------------------------------------------------------------------------------------------


def pays(item: dict[str, Any]) -> list[RawPay]:
    """The stated pay, and the estimated one marked as such."""
    found = []
    for key in ("baseSalary", "estimatedSalary"):
        for one in many(item.get(key)):
            for pay in pays_of(one, text(item.get("salaryCurrency"))):
                pay.is_predicted = key == "estimatedSalary"
                found.append(pay)
    flat = pays_of({key: item[key] for key in (*LOW, *HIGH, *UNIT) if key in item}, text(item.get("salaryCurrency")))
    return found or flat


def pays_of(salary: Any, currency: str) -> list[RawPay]:
    """The ranges of a salary: a number, a text, or an object around one or several of either."""
    if not is_object(salary):
        return amounts(text(salary), currency, "")
    inner = salary.get("value", salary.get("priceSpecification"))
    found = []
    for one in inner if isinstance(inner, list) else [inner]:
        value = one if is_object(one) else {"value": one}
        unit = first_of(UNIT, value, salary, fields(salary.get("referenceQuantity")))
        coin, per, period = PER.sub("\0", first_of(CURRENCY, salary, value) or currency, count=1).partition("\0")
        unit = unit or (period if per else "")
        low, high = first_of(LOW, value, salary), first_of(HIGH, value, salary)
        if low or high or first("median", value, salary):
            exact = first_of(("median", *EXACT), value, salary)
            found.append(RawPay(low or (exact if not high else ""), high or exact, coin, CODES.get(unit.upper(), unit)))
        else:
            found += amounts(first_of(EXACT, value, salary), coin, CODES.get(unit.upper(), unit))
    return found


def amounts(told: str, currency: str, unit: str) -> list[RawPay]:
    """The range that a text of nothing else names; none where it says more, or nothing."""
    if ONE.fullmatch(told[:100]):
        return [RawPay(told, told, currency or coin_of(told), unit)]
    if ends := RANGE.fullmatch(told[:100]):
        return [RawPay(ends[1].strip(), ends[2].strip(), currency or coin_of(told), unit)]
    return []


def coin_of(told: str) -> str:
    """The currency that a text of amounts names."""
    found = re.search(r"[$€£¥₹]|[A-Z]{3}", told)
    return found[0] if found else ""


def pay_text(item: dict[str, Any]) -> str:
    """Pay that is written out instead of stated."""
    for one in many(item.get("baseSalary")):
        value = fields(one).get("value") if is_object(one) else one
        told = text(value) or first("value", fields(value)) or name_of(fields(one).get("description"))
        if told and not amounts(told, "", ""):
            unit = first_of(UNIT, fields(value), fields(one)) if is_object(one) else ""
            return " ".join(filter(None, (told, first_of(CURRENCY, fields(one)), unit)))
    return ""
