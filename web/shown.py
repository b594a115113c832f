"""How values read on a page: times, pay, places, links; pure."""

import datetime as calendar
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pycountry

_STEPS = (
    ("year", 31_536_000), ("month", 2_592_000), ("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60),
)  # fmt: skip
_LINK = re.compile(r"https?://[^\s\x00-\x20\\]+", re.I)
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
_SHORT_NAMES = {"unknown": "Unknown", "GB": "United Kingdom", "US": "United States", "KR": "South Korea",
                "RU": "Russia", "IR": "Iran"}  # fmt: skip


def ago(at: datetime, now: datetime) -> str:
    """`3 days ago`, `in 2 hours`, `just now`."""
    seconds = (now - at).total_seconds()
    for word, length in _STEPS:
        if abs(seconds) >= length:
            count = int(abs(seconds) // length)
            phrase = f"{count} {word}{'s' if count > 1 else ''}"
            return f"{phrase} ago" if seconds > 0 else f"in {phrase}"
    return "just now"


def exact(at: datetime) -> str:
    """`22 Nov 2026, 09:15 UTC`: what a relative time's title says."""
    return f"{day(at)}, {at:%H:%M} UTC"


def day(at: datetime) -> str:
    """`22 Nov 2026`."""
    return f"{at.day} {at:%b %Y}"


def pay(salary: Mapping[str, Any] | None) -> str:
    """`$180,000–$240,000 a year`; empty without pay."""
    if not salary:
        return ""
    low, high = salary.get("min"), salary.get("max")
    sign = SIGNS.get(salary["currency"]) or f"{salary['currency']} "
    if low is not None and high is not None and low != high:
        amounts = f"{_amount(sign, low)}–{_amount(sign, high)}"
    elif low is not None and high is None:
        amounts = f"from {_amount(sign, low)}"
    elif low is None and high is not None:
        amounts = f"up to {_amount(sign, high)}"
    else:
        amounts = _amount(sign, low or 0)
    return f"{amounts} {'an' if salary['period'] == 'hour' else 'a'} {salary['period']}"


def _amount(sign: str, value: float) -> str:
    return f"{sign}{value:,.0f}" if float(value).is_integer() else f"{sign}{value:,.2f}"


def place(location: Mapping[str, str | None]) -> str:
    """`Berlin, Germany`; a city and a region of one name are said once."""
    city, region, country = (location.get(name) or "" for name in ("city", "region", "country"))
    parts = [city, region if region != city else "", country_name(country) if country else ""]
    return ", ".join(part for part in parts if part)


@cache
def country_name(code: str) -> str:
    """The English name of an ISO 3166-1 alpha-2 code; the code itself where there is none."""
    found = pycountry.countries.get(alpha_2=code)
    if code in _SHORT_NAMES or found is None:
        return _SHORT_NAMES.get(code, code)
    return str(getattr(found, "common_name", found.name)).split(",")[0]


def change(pair: Any, field: str) -> str:
    """What changed in a field, `[before, after]`, in words."""
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return ""
    if field == "description":
        return "the text was edited"
    before, after = (_changed_value(value, field) for value in pair)
    return f"{before} → {after}"


def _changed_value(value: Any, field: str) -> str:
    if value in (None, "", []):
        return "not said"
    if field == "locations" and isinstance(value, list):
        return "; ".join(place(one) for one in value if isinstance(one, dict)) or "not said"
    return f"{value:,.0f}" if isinstance(value, float) else str(value)


def link(url: str | None) -> str:
    """The address if it may be a link: http or https with a host; else empty."""
    if not url or not _LINK.fullmatch(url):
        return ""
    try:
        return url if urlsplit(url).hostname else ""
    except ValueError:
        return ""


def host(url: str | None) -> str:
    """The host a link leads to, so that a reader knows before following it."""
    return (urlsplit(url).hostname or "") if url and link(url) else ""


def words(slug: str | None) -> str:
    """`computer-vision-engineer` as `computer vision engineer`."""
    return (slug or "").replace("-", " ").replace("_", " ")


ROLE_NAMES = {
    "ai-engineer": "AI engineer", "ml-engineer": "ML engineer", "nlp-engineer": "NLP engineer",
    "mlops-engineer": "MLOps engineer", "edge-ai-engineer": "Edge AI engineer", "ai-safety": "AI safety",
    "ai-product-manager": "AI product manager", "ai-architect": "AI architect",
    "ai-solutions-engineer": "AI solutions engineer", "ai-leader": "AI leader", "ai-trainer": "AI trainer",
    "onsite": "On site", "other": "Other role", "joined": "Also listed as", "reposted": "Reposted as",
    "apart": "Told apart from",
}  # fmt: skip


def name(slug: str | None) -> str:
    """A tag's value in words: `ml-engineer` as `ML engineer`."""
    return ROLE_NAMES.get(slug or "") or words(slug).capitalize()


_SPANS = {"h": "hour", "d": "day", "w": "week", "m": "month"}
_AGE = re.compile(r"posted:<(\d+)([hdwm])")
_PAY = re.compile(r"salary>=(\d+k?)([A-Z]{3})?")


def bound(clause: str) -> str:
    """A clause of age or pay in words: `last 7 days`, `$150k or more`."""
    if age := _AGE.fullmatch(clause):
        count, unit = int(age[1]), _SPANS[age[2]]
        return f"last {count} {unit}s" if count > 1 else f"last {'24 hours' if unit == 'day' else unit}"
    if paid := _PAY.fullmatch(clause):
        code = paid[2] or ""
        return f"{SIGNS.get(code) or (code + ' ' if code else '')}{paid[1]} or more"
    return clause


def money(value: float | None, currency: str) -> str:
    """`€78,000`; hours to the cent."""
    if value is None:
        return "–"
    sign = SIGNS.get(currency) or f"{currency} "
    return f"{sign}{value:,.0f}" if value >= 1_000 else f"{sign}{value:,.2f}".removesuffix(".00")


def date(at: calendar.date) -> str:
    """`22 Nov`."""
    return f"{at.day} {at:%b}"
